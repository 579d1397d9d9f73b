#include <fmt/format.h>
#include <ser/base/version.h>
#include <ser/report/html.h>
#include <ser/report/html_report.h>
#include <ser/report/score_tables.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace ser {
namespace {

/// Pages with more tasks begin with their summary table.
constexpr std::size_t most_boxed_tasks = 3;

std::string section(const std::string& heading, const std::string& content) {
  return "<section>\n<h2>" + escape_html(heading) + "</h2>\n" + content + "</section>\n";
}

/// The heading of the section says what the table holds.
std::string untitled_table(ReportGrid grid) {
  grid.title.clear();
  return html_table(grid);
}

std::string figure_boxes(const Evaluation& run, const Task& task) {
  std::string html;
  if (!task.title().empty()) html += "<p><b>" + escape_html(task.title()) + "</b></p>\n";
  html += "<div class=\"figures\">\n";
  for (const Metric& metric : metrics()) {
    const Spread spread = task.over_seeds(metric);
    if (std::isnan(spread.mean)) continue;
    html +=
        fmt::format("<div class=\"figure\"><span>{}{}</span><b>{}{}</b><span>{}</span></div>\n", metric.title,
                    escape_html(speaker_mark(run.run)), metric.percent ? percent(spread.mean) : decimal(spread.mean),
                    metric.percent ? " %" : "",
                    metric.key == std::string("uar") ? "chance " + percent(task.baselines.chance) + " %" : "&#160;");
  }
  html += fmt::format("<div class=\"figure\"><span>utterances</span><b>{}</b><span>{} classes</span></div>\n</div>\n",
                      task.seeds.front().scores.utterances, task.pooled.classes_present);
  return html;
}

std::string notes_list(const Evaluation& run) {
  std::vector<std::pair<Note, std::string>> notes;
  for (const Note& note : run.notes) notes.emplace_back(note, "");
  for (const Task& task : run.tasks)
    for (const Note& note : task.notes) notes.emplace_back(note, task.title());
  const auto rank = [](Note::Kind kind) {
    return kind == Note::Kind::warning ? 0 : kind == Note::Kind::not_checked ? 1 : 2;
  };
  std::stable_sort(notes.begin(), notes.end(),
                   [&](const auto& a, const auto& b) { return rank(a.first.kind) < rank(b.first.kind); });
  std::string html = "<ul class=\"notes\">\n";
  for (const auto& [note, where] : notes)
    html +=
        fmt::format("<li{}><b>{}</b>: {}{}</li>\n", note.kind == Note::Kind::warning ? " class=\"warning\"" : "",
                    note_kind_name(note.kind), where.empty() ? "" : escape_html(where) + ": ", escape_html(note.text));
  return notes.empty() ? "" : section("Notes", html + "</ul>\n");
}

std::string task_section(const Evaluation& run, const Task& task) {
  const std::size_t classes = run.classes.size();
  ReportGrid counts = confusion_grid(run, task), shares = counts;
  counts.title = "Counts";
  shares.title = "Percent of each reference class";
  std::vector<double> shades;
  for (std::size_t r = 0; r < classes; ++r)
    for (std::size_t p = 0; p < classes; ++p) {
      const double support = static_cast<double>(task.pooled.classes[r].support);
      const double share = static_cast<double>(task.pooled.confusion(r, p)) / support;
      shades.push_back(share);
      shares.rows[r][p + 1] = percent(share);
    }
  const std::string where = (task.title().empty() ? "" : ": " + task.title()) + speaker_mark(run.run);
  const std::string summed =
      task.seeds.size() > 1 ? fmt::format(", counts summed over {} seeds", task.seeds.size()) : "";
  return section("Confusion matrix" + where,
                 "<p class=\"faint\">Rows are references, columns predictions; folds together" + summed + ".</p>\n" +
                     html_heat_table(shares, shades) + html_heat_table(counts, shades)) +
         section("Classes" + where + summed, untitled_table(class_grid(run, task)));
}

std::string facts_table(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string html = "<table class=\"facts\">\n<tbody>\n";
  for (const auto& [name, value] : facts)
    html += "<tr><th scope=\"row\">" + escape_html(name) + "</th><td>" + escape_html(value) + "</td></tr>\n";
  return html + "</tbody>\n</table>\n";
}

std::string provenance_section(const ReportData& data) {
  const BuildInfo info = build_info();
  auto facts = provenance(data.evaluation.run);
  facts.emplace_back("scored part", data.evaluation.part);
  facts.emplace_back("scored with", fmt::format("ser {} (git {})", info.version, info.git_hash));
  if (!data.command.empty()) facts.emplace_back("report command", data.command);
  if (!data.date.empty()) facts.emplace_back("date", data.date);
  const std::string& config = data.evaluation.run.config;
  return section("Provenance", facts_table(facts)) +
         section("Config", config.empty() ? "<p>Not recorded.</p>\n" : "<pre>" + escape_html(config) + "</pre>\n");
}

}  // namespace

std::string html_report(const ReportData& data) {
  const Evaluation& run = data.evaluation;
  const std::string title = data.title.empty() ? run.name : data.title;
  std::string body = "<header>\n<h1>" + escape_html(title) + "</h1>\n";
  if (run.run.speaker_dependent.value_or(false))
    body +=
        "<p><span class=\"mark\">speaker-dependent</span> Training and test share speakers; the figures do not "
        "carry over to new speakers.</p>\n";
  body += "</header>\n";
  if (run.tasks.size() <= most_boxed_tasks)
    for (const Task& task : run.tasks) body += figure_boxes(run, task);
  body += notes_list(run);
  body += section("Summary" + speaker_mark(run.run), untitled_table(summary_grid(std::span(&run, 1))) +
                                                         "<p class=\"faint\">" + escape_html(explanation()) + "</p>\n");
  for (const Task& task : run.tasks) body += task_section(run, task);
  body += section("Folds and seeds" + speaker_mark(run.run), untitled_table(fold_grid(run)));
  body += provenance_section(data);
  return html_page(title, body);
}

}  // namespace ser
