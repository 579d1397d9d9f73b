#include <dlfcn.h>
#include <ser/base/error.h>
#include <ser/classic/liblinear.h>

namespace ser {
namespace {

// liblinear brings the system's BLAS along. Were it linked, that BLAS would stand in the program's scope before
// LibTorch is loaded, and LibTorch would call it instead of its own: ten times slower with Debian's reference BLAS.
void* load() {
  for (const char* name : {SER_LIBLINEAR, SER_LIBLINEAR_PATH})
    if (void* library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
  throw_error<Error>("svm: liblinear cannot be loaded: {}", ::dlerror());
}

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (!function) throw_error<Error>("svm: liblinear has no function {}", name);
}

}  // namespace

const Liblinear& liblinear() {
  static const Liblinear functions = [] {
    void* const library = load();
    Liblinear found{};
    find(library, "train", found.train);
    find(library, "check_parameter", found.check_parameter);
    find(library, "free_and_destroy_model", found.free_model);
    find(library, "set_print_string_function", found.set_print_function);
    return found;
  }();
  return functions;
}

}  // namespace ser
