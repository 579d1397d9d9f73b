#include <ser-eval/output.h>

namespace ser {
void describe_options(OptionTable& table, OutputOptions& options) {
  table
      .add("format", options.format,
           "form of the result; table, md and latex show percent, json, csv and tsv fractions with full precision")
      .choices({"table", "json", "csv", "tsv", "md", "latex"})
      .transient();
  table.add("output", options.output, "file for the result; - is standard output").transient();
  table
      .add("append_results", options.append_results,
           "add a Markdown section (date, version, git hash, corpus checksum, protocol, command, n, seeds, intervals, "
           "table) to this file")
      .transient();
  table.add("heading", options.heading, "heading of that section; by default the runs").transient();
}

}  // namespace ser
