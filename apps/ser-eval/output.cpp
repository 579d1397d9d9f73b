#include <ser-eval/output.h>
#include <ser/base/text.h>

namespace ser {
namespace {

std::string shell_quoted(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-./:,=+@%") == std::string::npos;
  return plain ? text : "'" + replace_all(text, "'", "'\\''") + "'";
}

}  // namespace

void describe_options(OptionTable& table, OutputOptions& options) {
  table
      .add("format", options.format,
           "form of the result; table and md show percent, json, csv and tsv fractions with full precision")
      .choices({"table", "json", "csv", "tsv", "md"})
      .transient();
  table.add("output", options.output, "file for the result; - is standard output").transient();
  table
      .add("append_results", options.append_results,
           "add a Markdown section (date, version, protocol, command, n, table) to this file")
      .transient();
  table.add("heading", options.heading, "heading of that section; by default the runs").transient();
}

std::string command_text(const std::string& program_and_verb, const OptionTable& table) {
  std::string text = program_and_verb;
  for (const Option& option : table.options()) {
    if (!option.was_set() || option.is_transient()) continue;
    if (option.is_positional()) {
      for (const std::string& value : option.values()) text += ' ' + shell_quoted(value);
    } else if (option.is_bool()) {
      text += ' ' + (option.values()[0] == "true" ? option.flag() : "--no-" + option.flag().substr(2));
    } else {
      text += ' ' + option.flag() + ' ' + shell_quoted(join(option.values(), ","));
    }
  }
  return text;
}

}  // namespace ser
