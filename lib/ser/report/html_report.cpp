#include <fmt/format.h>
#include <ser/base/version.h>
#include <ser/report/figure_tables.h>
#include <ser/report/html.h>
#include <ser/report/page_pieces.h>
#include <ser/report/probability_tables.h>
#include <ser/report/score_tables.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace ser {
namespace {

/// Pages with more tasks begin with the chart and the table of all of them.
constexpr std::size_t most_boxed_tasks = 3;
constexpr std::size_t most_boxes = 4;

bool has_classes(const Evaluation& run) { return !run.classes.empty() && run.tasks.front().pooled.utterances > 0; }

std::string box(const std::string& name, const std::string& value, const std::string& below) {
  return "<div class=\"figure\"><span>" + escape_html(name) + "</span><b>" + value + "</b><span>" +
         (below.empty() ? "&#160;" : escape_html(below)) + "</span></div>\n";
}

std::string below_value(const Task& task, const FigureEstimate& figure) {
  const std::string interval = figure.interval.defined() ? interval_text(figure.name, figure.interval) : "no interval";
  const std::string chance = figure.name.key == "uar" ? "; chance " + percent(task.baselines.chance) : "";
  return interval + chance;
}

/// Those that are quoted: of classes and of distributions the first ones, of dimensions the CCC.
std::vector<const FigureEstimate*> boxed_figures(const ReportData& data, const Task& task) {
  std::vector<const FigureEstimate*> figures;
  for (const char* key : {"kl", "uar", "war", "macro_f1", "ccc_mean"})
    if (const FigureEstimate* figure = task.figure(key); figure && !std::isnan(figure->seeds.mean))
      figures.push_back(figure);
  for (const FigureEstimate& figure : task.figures)
    if (figures.size() < most_boxes && !std::isnan(figure.seeds.mean) &&
        (data.distributions || figure.name.key.starts_with("ccc")) &&
        std::find(figures.begin(), figures.end(), &figure) == figures.end())
      figures.push_back(&figure);
  return figures;
}

std::string figure_boxes(const ReportData& data, const Task& task) {
  const Evaluation& run = data.evaluation;
  std::string html;
  if (!task.title().empty()) html += "<p><b>" + escape_html(task.title()) + "</b></p>\n";
  html += "<div class=\"figures\">\n";
  for (const FigureEstimate* figure : boxed_figures(data, task))
    html += box(figure->name.title + speaker_mark(run.run),
                figure_text(figure->name, figure->seeds.mean) + (figure->name.percent ? " %" : ""),
                below_value(task, *figure));
  const std::size_t utterances = task.seeds.front().scores.utterances;
  if (utterances > 0)
    html += box("utterances", std::to_string(utterances), fmt::format("{} classes", task.pooled.classes_present));
  return html + "</div>\n";
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
  return html + "</ul>\n";
}

/// How the intervals were made; task by task where that differs.
std::string intervals_sentence(const Evaluation& run) {
  const std::string first = run.tasks.front().resampling.text();
  if (std::all_of(run.tasks.begin(), run.tasks.end(), [&](const Task& t) { return t.resampling.text() == first; }))
    return resampling_sentence(run.tasks.front());
  std::string text = "Intervals:";
  for (const Task& task : run.tasks)
    text += fmt::format("{} {} {}", &task == &run.tasks.front() ? "" : ";", task.title(), task.resampling.text());
  return text + '.';
}

/// The name of a task once, and not at all where it stands above.
ReportGrid page_summary(const Evaluation& run) {
  ReportGrid grid = summary_grid(std::span(&run, 1));
  if (grid.header.front() != "task") return grid;
  if (run.tasks.size() > 1) {
    for (std::size_t r = grid.rows.size() - 1; r > 0; --r)
      if (grid.rows[r].front() == grid.rows[r - 1].front()) grid.rows[r].front().clear();
    return grid;
  }
  grid.header.erase(grid.header.begin()), --grid.left_columns;
  for (std::vector<std::string>& row : grid.rows) row.erase(row.begin());
  return grid;
}

std::string summary(const ReportData& data) {
  const Evaluation& run = data.evaluation;
  std::string html;
  if (run.tasks.size() <= most_boxed_tasks)
    for (const Task& task : run.tasks) html += figure_boxes(data, task);
  html += "<p class=\"faint\">" + escape_html(intervals_sentence(run)) + "</p>\n";
  html += figure_row(summary_figures(data), "summary");
  if (has_classes(run))
    html += untitled_table(page_summary(run)) + "<p class=\"faint\">" + escape_html(explanation()) + "</p>\n";
  return html;
}

std::string audio_line(const AudioSources& audio) {
  std::string html;
  std::size_t embedded = 0;
  for (const auto& [id, source] : audio.of_id) embedded += source.starts_with("data:");
  if (embedded > 0)
    html += fmt::format(
        "The sound of {} utterances is inside this file, which therefore falls under the licence of the "
        "corpus. ",
        embedded);
  if (audio.left_out > 0) html += fmt::format("{} more would exceed the limit of size. ", audio.left_out);
  if (audio.missing > 0) html += fmt::format("The audio of {} utterances was not found. ", audio.missing);
  return html.empty() ? "" : "<p class=\"faint\">" + html + "</p>\n";
}

/// One part of a task: its own heading below the task's, or a section of the page where there is one task only.
struct TaskParts {
  int level;
  std::string prefix;
  std::string html{};
  void add(const std::string& id, const std::string& heading, const std::string& content) {
    if (!content.empty()) html += page_section(level, prefix + id, heading, content);
  }
};

std::string task_sections(const ReportData& data, std::size_t t) {
  const Evaluation& run = data.evaluation;
  const Task& task = run.tasks[t];
  const bool single = run.tasks.size() == 1;
  const std::string prefix = single ? "" : fmt::format("task-{}-", t + 1), mark = speaker_mark(run.run);
  TaskParts parts{single ? 2 : 3, prefix};
  if (has_classes(run)) parts.add("confusion", "Confusion matrix" + mark, confusion_tables(run, task));
  parts.add("breakdown", "Breakdown" + mark, figure_row(task_figures(data, t), prefix + "chart"));
  parts.add("worst", "Worst errors" + mark, errors_table(data, t) + (t == 0 ? audio_line(data.audio) : ""));
  std::string tables = untitled_table(figure_grid(run, task));
  tables += "<p class=\"faint\">" + escape_html(gain_explanation()) + "</p>\n";
  if (task.calibration) tables += html_table(calibration_grid(run, task));
  parts.add("figures", "All figures" + mark, tables);
  if (single) return parts.html;
  return page_section(2, fmt::format("task-{}", t + 1), task.title() + mark, parts.html);
}

std::string facts_table(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string html = "<table class=\"facts\">\n<tbody>\n";
  for (const auto& [name, value] : facts)
    html += "<tr><th scope=\"row\">" + escape_html(name) + "</th><td>" + escape_html(value) + "</td></tr>\n";
  return html + "</tbody>\n</table>\n";
}

std::string provenance_sections(const ReportData& data) {
  const BuildInfo info = build_info();
  auto facts = provenance(data.evaluation.run);
  facts.emplace_back("scored part", data.evaluation.part);
  facts.emplace_back("scored with", fmt::format("ser {} (git {})", info.version, info.git_hash));
  if (!data.command.empty()) facts.emplace_back("report command", data.command);
  if (!data.date.empty()) facts.emplace_back("date", data.date);
  const std::string& config = data.evaluation.run.config;
  return page_section(2, "provenance", "Provenance", facts_table(facts)) +
         page_section(2, "config", "Config",
                      config.empty() ? "<p>Not recorded.</p>\n" : "<pre>" + escape_html(config) + "</pre>\n");
}

std::string link(const std::string& id, const std::string& text) {
  return "<li><a href=\"#" + id + "\">" + escape_html(text) + "</a></li>\n";
}

std::string contents(const ReportData& data) {
  const Evaluation& run = data.evaluation;
  std::string html = link("summary", "Summary") + link("notes", "Notes");
  if (run.tasks.size() > 1) {
    for (std::size_t t = 0; t < run.tasks.size(); ++t)
      html += link(fmt::format("task-{}", t + 1), run.tasks[t].title());
  } else {
    if (has_classes(run)) html += link("confusion", "Confusion");
    if (!task_figures(data, 0).empty()) html += link("breakdown", "Breakdown");
    if (!errors_table(data, 0).empty()) html += link("worst", "Worst errors");
    html += link("figures", "All figures");
  }
  if (has_classes(run)) html += link("folds", "Folds and seeds");
  if (!data.curves.empty()) html += link("training", "Training");
  return "<nav aria-label=\"Contents\">\n<ul>\n" + html + link("provenance", "Provenance") + "</ul>\n</nav>\n";
}

}  // namespace

std::string html_report(const ReportData& data) {
  const Evaluation& run = data.evaluation;
  const std::string title = data.title.empty() ? run.name : data.title, mark = speaker_mark(run.run);
  std::string body = "<header>\n<h1>" + escape_html(title) + "</h1>\n";
  if (run.run.speaker_dependent.value_or(false))
    body +=
        "<p><span class=\"mark\">speaker-dependent</span> Training and test share speakers; the figures do not "
        "carry over to new speakers.</p>\n";
  body += contents(data) + "</header>\n";
  body += page_section(2, "summary", "Summary" + mark, summary(data));
  body += page_section(2, "notes", "Notes", notes_list(run));
  for (std::size_t t = 0; t < run.tasks.size(); ++t) body += task_sections(data, t);
  if (has_classes(run)) body += page_section(2, "folds", "Folds and seeds" + mark, untitled_table(fold_grid(run)));
  if (!data.curves.empty())
    body += page_section(2, "training", "Training", figure_row(training_figures(data), "training-chart"));
  body += provenance_sections(data);
  return html_page(title, body);
}

}  // namespace ser
