#include <fmt/format.h>
#include <ser/report/charts.h>
#include <ser/report/html.h>
#include <ser/report/page_pieces.h>
#include <ser/report/score_tables.h>

#include <cmath>

namespace ser {
namespace {

constexpr const char* listen = "listen";

std::string word_cell(const std::string& text) { return "<td class=\"word\">" + escape_html(text) + "</td>"; }

std::string player(const ReportData& data, const std::string& id) {
  const auto at = data.audio.of_id.find(id);
  if (at == data.audio.of_id.end()) return "<td class=\"word listen\"></td>";
  return fmt::format(
      "<td class=\"word listen\"><audio controls=\"controls\" preload=\"none\" aria-label=\"{}\" "
      "src=\"{}\"></audio></td>",
      escape_html("Play " + id), escape_html(at->second));
}

/// Which columns the list needs.
struct ErrorColumns {
  bool speakers = false, folds = false, players = false;
};

template <class Errors>
ErrorColumns columns_of(const ReportData& data, const Errors& errors) {
  ErrorColumns columns;
  for (const auto& error : errors) {
    columns.speakers |= !error.speaker.empty();
    columns.folds |= error.fold != errors.front().fold;
    columns.players |= data.audio.of_id.contains(error.id);
  }
  return columns;
}

/// The columns behind the figures: speaker, fold, sound.
void append_last(const ErrorColumns& columns, std::vector<std::string>& words) {
  if (columns.speakers) words.push_back("speaker");
  if (columns.folds) words.push_back("fold");
  if (columns.players) words.push_back(listen);
}

template <class Error>
std::string last_cells(const ReportData& data, const ErrorColumns& columns, const Error& error) {
  std::string html;
  if (columns.speakers) html += word_cell(error.speaker);
  if (columns.folds) html += word_cell(error.fold);
  if (columns.players) html += player(data, error.id);
  return html + "</tr>\n";
}

/// `words` stand left, then `figures` right, then `last` left again.
std::string listed(const std::vector<std::string>& words, const std::vector<std::string>& figures,
                   const ErrorColumns& columns, const std::string& rows) {
  std::vector<std::string> last;
  append_last(columns, last);
  std::string head;
  for (const std::string& name : words) head += "<th scope=\"col\" class=\"word\">" + escape_html(name) + "</th>";
  for (const std::string& name : figures) head += "<th scope=\"col\">" + escape_html(name) + "</th>";
  for (const std::string& name : last)
    head += fmt::format("<th scope=\"col\" class=\"word{}\">{}</th>", name == listen ? " listen" : "", name);
  return "<div class=\"scroll\" tabindex=\"0\">\n<table class=\"list\">\n<thead><tr>" + head +
         "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>\n</div>\n";
}

std::string first_cell(const std::string& id) {
  return "<tr><th scope=\"row\" class=\"word\">" + escape_html(id) + "</th>";
}

std::string class_errors(const ReportData& data, const Breakdown& breakdown) {
  const ErrorColumns columns = columns_of(data, breakdown.errors);
  std::string rows;
  for (const ConfidentError& error : breakdown.errors) {
    rows += first_cell(error.id) + word_cell(error.reference) + word_cell(error.decision);
    if (!data.decisions_only)
      rows += "<td>" + percent(error.confidence) + "</td><td>" + percent(error.of_reference) + "</td>";
    rows += last_cells(data, columns, error);
  }
  const std::string first = data.decisions_only ? "the first by id" : "the most confident first";
  std::string html =
      fmt::format("<p>{} of {} utterances are wrong{}{}.</p>\n", breakdown.wrong, breakdown.utterances,
                  data.evaluation.tasks.front().seeds.size() > 1 ? " by the mean probabilities over seeds" : "",
                  breakdown.errors.empty() ? "" : fmt::format("; {} of them, {}", breakdown.errors.size(), first));
  if (breakdown.errors.empty()) return html;
  std::vector<std::string> figures;
  if (!data.decisions_only) figures = {"probability %", "of the reference %"};
  return html + listed({"utterance", "reference", "predicted"}, figures, columns, rows);
}

std::string dimension_errors(const ReportData& data, const Breakdown& breakdown) {
  const ErrorColumns columns = columns_of(data, breakdown.dimension_errors);
  std::vector<std::string> figures;
  for (const std::string& name : data.dimensions) figures.insert(figures.end(), {name, name + ", estimate"});
  figures.push_back("RMS error");
  std::string rows;
  for (const DimensionError& error : breakdown.dimension_errors) {
    rows += first_cell(error.id);
    for (std::size_t d = 0; d < error.estimate.size(); ++d)
      rows += "<td>" + decimal(error.reference[d]) + "</td><td>" + decimal(error.estimate[d]) + "</td>";
    rows += "<td>" + decimal(error.distance) + "</td>" + last_cells(data, columns, error);
  }
  return listed({"utterance"}, figures, columns, rows);
}

}  // namespace

std::string page_section(int level, const std::string& id, const std::string& heading, const std::string& content) {
  return fmt::format("<section{}>\n<h{}>{}</h{}>\n{}</section>\n", id.empty() ? "" : " id=\"" + id + '"', level,
                     escape_html(heading), level, content);
}

std::string untitled_table(ReportGrid grid) {
  grid.title.clear();
  return html_table(grid);
}

std::string figure_block(const ReportFigure& figure, const std::string& id) {
  return "<figure>\n<figcaption>" + escape_html(figure.heading) + "</figcaption>\n" + figure.image.inline_text(id) +
         (figure.about.empty() ? "" : "<p class=\"faint\">" + escape_html(figure.about) + "</p>\n") +
         "<details><summary>Table</summary>\n" + untitled_table(figure.table) + "</details>\n</figure>\n";
}

std::string figure_row(const std::vector<ReportFigure>& figures, const std::string& id) {
  if (figures.empty()) return "";
  std::string html = "<div class=\"charts\">\n";
  for (std::size_t i = 0; i < figures.size(); ++i) html += figure_block(figures[i], fmt::format("{}-{}", id, i + 1));
  return html + "</div>\n";
}

std::string confusion_tables(const Evaluation& run, const Task& task) {
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
      shares.rows[r][p + 1] =
          classes < dense_columns ? percent(share) : AxisLabels{}.tick(std::round(100 * share) / 100);
    }
  const std::string summed =
      task.seeds.size() > 1 ? fmt::format(", counts summed over {} seeds", task.seeds.size()) : "";
  return "<p class=\"faint\">Rows are references, columns predictions; folds together" + summed + ".</p>\n" +
         html_heat_table(shares, shades) + html_heat_table(counts, shades);
}

std::string errors_table(const ReportData& data, std::size_t task) {
  if (task >= data.breakdowns.size()) return "";
  const Breakdown& breakdown = data.breakdowns[task];
  if (!breakdown.dimension_errors.empty()) return dimension_errors(data, breakdown);
  return breakdown.utterances > 0 ? class_errors(data, breakdown) : "";
}

}  // namespace ser
