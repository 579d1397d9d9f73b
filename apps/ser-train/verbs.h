#pragma once

#include <ser/config/command_line.h>

#include <memory>

namespace ser {

/// The only action of ser-train. `command` is the command line as given, for provenance.
std::unique_ptr<Verb> make_train_verb(std::string command);

}  // namespace ser
