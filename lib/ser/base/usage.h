// What a program used, for those who start many of them (recipes, batch queues).
#pragma once

#include <string>

namespace ser {

/// Where the variable SER_USAGE names a folder, adds a file of one line to it: program and verb, status, seconds,
/// highest resident memory in bytes, separated by tabs. The name is used by no other process or host. Never throws: a
/// folder that cannot be written is told as a warning.
void record_usage(const std::string& program, int status, double seconds) noexcept;

}  // namespace ser
