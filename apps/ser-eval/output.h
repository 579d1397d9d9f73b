// What the verbs that print figures share.
#pragma once

#include <ser/config/option_table.h>
#include <ser/eval/evaluation.h>

#include <span>
#include <string>

namespace ser {

/// Where and how figures are written.
struct OutputOptions {
  std::string format = "table";
  std::string output = "-";
  std::string append_results;
  std::string heading;
  bool strict = false;
};
void describe_options(OptionTable& table, OutputOptions& options);
/// Throws DataError (exit status 3) naming the checks when --strict was given and a note is a warning. Call last: the
/// results are written either way.
void refuse_warnings(const OutputOptions& options, std::span<const Note> notes);

}  // namespace ser
