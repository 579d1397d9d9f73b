#pragma once

#include <ser/config/command_line.h>

#include <memory>

namespace ser {

/// The only action of ser-train.
std::unique_ptr<Verb> make_train_verb();

}  // namespace ser
