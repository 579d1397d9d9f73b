#include <fmt/ranges.h>
#include <ser-eval/output.h>
#include <ser/base/error.h>

#include <set>

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
  table.add("strict", options.strict, "end with status 3 when a check warns; results are written all the same")
      .transient();
}

void refuse_warnings(const OutputOptions& options, std::span<const Note> notes) {
  if (!options.strict) return;
  std::set<std::string> checks;
  std::size_t count = 0;
  for (const Note& note : notes)
    if (note.kind == Note::Kind::warning) ++count, checks.insert(note.check);
  if (count > 0)
    throw_error<DataError>("--strict: {} warning{}: {}", count, count > 1 ? "s" : "", fmt::join(checks, ", "));
}

}  // namespace ser
