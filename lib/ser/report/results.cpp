#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/base/version.h>
#include <ser/report/comparison_tables.h>
#include <ser/report/cross_tables.h>
#include <ser/report/fairness_tables.h>
#include <ser/report/figure_tables.h>
#include <ser/report/results.h>
#include <ser/report/score_tables.h>

#include <cstdlib>
#include <ctime>
#include <set>

namespace ser {
namespace {

/// Text as inline code; backticks inside need a longer fence.
std::string code(const std::string& text) {
  if (text.empty()) return "not recorded";
  return text.find('`') == std::string::npos ? '`' + text + '`' : "`` " + text + " ``";
}

std::string header(const std::string& heading, const std::string& command, const std::string& date) {
  const BuildInfo info = build_info();
  std::string text = fmt::format("## {}\n\n- date: {}\n- scored with: ser {} (git {})\n- command: {}\n",
                                 escape_markdown(heading), date, info.version, info.git_hash, code(command));
  return text;
}

std::string checksums(const RunInfo& run) {
  std::vector<std::string> list;
  for (const auto& [key, value] : run.further)
    if (key.starts_with("checksum_")) list.push_back(escape_markdown(key.substr(9) + ' ' + value));
  return list.empty() ? "not recorded" : join(list, ", ");
}

std::string seeds_of(const Evaluation& run) {
  std::set<int> seeds;
  for (const Task& task : run.tasks)
    for (const SeedScores& seed : task.seeds) seeds.insert(seed.seed);
  return fmt::format("{} ({})", seeds.size(), fmt::join(seeds, ", "));
}

/// How intervals were made; once where all tasks agree.
std::string resamplings(const Evaluation& run) {
  std::set<std::string> texts;
  for (const Task& task : run.tasks) texts.insert(task.resampling.text());
  return fmt::format("{}", fmt::join(texts, "; "));
}

std::string run_lines(std::span<const Evaluation> runs) {
  std::string text;
  for (const Evaluation& run : runs) {
    std::string n;
    for (const Task& task : run.tasks)
      n += fmt::format("{}{}{}", n.empty() ? "" : ", ", task.title().empty() ? "" : task.title() + " ",
                       task.seeds.front().scores.utterances);
    text += fmt::format(
        "- run {}: protocol {}; speakers: {}; corpus checksum: {}; training command {}; trained with {} (git {}); n = "
        "{}; seeds: {}; intervals: {}\n",
        code(run.name), code(run.run.protocol), speaker_dependence(run.run.speaker_dependent), checksums(run.run),
        code(run.run.command), run.run.version.empty() ? "not recorded" : run.run.version,
        run.run.git_hash.empty() ? "not recorded" : run.run.git_hash, escape_markdown(n), seeds_of(run),
        escape_markdown(resamplings(run)));
  }
  return text;
}

/// Distributions or dimensions, which the summary does not show.
bool has_more_than_classes(const Task& task) { return task.figure("kl") || !task.figure("uar"); }

}  // namespace

std::string today() {
  std::time_t now = std::time(nullptr);
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH"))
    if (const auto seconds = parse_integer(fixed)) now = static_cast<std::time_t>(*seconds);
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(now));
}

std::string results_markdown(const std::string& heading, std::span<const Evaluation> runs, const std::string& command,
                             const std::string& date) {
  std::string text = header(heading, command, date) + run_lines(runs);
  if (const ReportGrid summary = summary_grid(runs); !summary.rows.empty()) text += '\n' + grid_markdown(summary);
  for (const Evaluation& run : runs)
    for (const Task& task : run.tasks)
      if (has_more_than_classes(task)) text += '\n' + grid_markdown(figure_grid(run, task));
  text += '\n';
  std::string warnings;
  for (const std::string& line : note_lines(runs))
    if (!line.starts_with(note_kind_name(Note::Kind::information))) warnings += "- " + escape_markdown(line) + '\n';
  return text + warnings;
}

std::string results_markdown(const std::string& heading, std::span<const CrossMatrix> matrices,
                             std::span<const Evaluation> runs, const std::string& command, const std::string& date) {
  return header(heading, command, date) + '\n' + cross_markdown_body(matrices) + "\nRuns:\n\n" + run_lines(runs);
}

std::string results_markdown(const std::string& heading, std::span<const Comparison> comparisons,
                             const std::string& command, const std::string& date) {
  return header(heading, command, date) + '\n' + comparisons_markdown_body(comparisons);
}

std::string results_markdown(const std::string& heading, std::span<const Fairness> results, const std::string& command,
                             const std::string& date) {
  return header(heading, command, date) + '\n' + fairness_markdown_body(results);
}

void append_results(const std::filesystem::path& file, const std::string& block) {
  std::error_code code;
  std::string text = std::filesystem::exists(file, code) ? read_file(file) : "# Results\n";
  if (!text.empty() && text.back() != '\n') text += '\n';
  if (!text.empty()) text += '\n';
  write_file(file, text + block);
}

}  // namespace ser
