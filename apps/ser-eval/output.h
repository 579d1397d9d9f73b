// What the verbs that print figures share.
#pragma once

#include <ser/config/option_table.h>

#include <string>

namespace ser {

/// Where and how figures are written.
struct OutputOptions {
  std::string format = "table";
  std::string output = "-";
  std::string append_results;
  std::string heading;
};
void describe_options(OptionTable& table, OutputOptions& options);

/// The call that gives these results again, quoted for a shell: positional values, then the flags that were set,
/// without those that only say where results go.
std::string command_text(const std::string& program_and_verb, const OptionTable& table);

}  // namespace ser
