// The rooms that use LibTorch live in libser.so, which programs load when a verb needs it, so that the others start in
// milliseconds.
#pragma once

#include <string>

namespace ser {

/// Loads libser.so (which lies beside libser-core.so) once. Returns the function it exports under `symbol`.
/// Throws Error with the loader's reason when this build or installation has no such module.
void* tensor_module_symbol(const std::string& symbol);

}  // namespace ser
