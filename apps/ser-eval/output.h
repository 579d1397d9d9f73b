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

}  // namespace ser
