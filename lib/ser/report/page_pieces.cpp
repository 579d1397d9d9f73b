#include <fmt/format.h>
#include <ser/report/charts.h>
#include <ser/report/html.h>
#include <ser/report/page_pieces.h>
#include <ser/report/score_tables.h>

#include <cmath>

namespace ser {
namespace {

constexpr const char* listen = "listen";

/// The last `figures` columns hold numbers.
std::string header_cells(const std::vector<std::string>& names, std::size_t figures) {
  std::string html = "<thead><tr>";
  for (std::size_t c = 0; c < names.size(); ++c)
    html += fmt::format("<th scope=\"col\"{}>{}</th>",
                        names[c] == listen           ? " class=\"word listen\""
                        : c + figures < names.size() ? " class=\"word\""
                                                     : "",
                        escape_html(names[c]));
  return html + "</tr></thead>\n<tbody>\n";
}

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

/// Header of the leading columns, and their cells.
std::vector<std::string> first_columns(const ErrorColumns& columns) {
  std::vector<std::string> names{"utterance"};
  if (columns.players) names.push_back(listen);
  if (columns.speakers) names.push_back("speaker");
  if (columns.folds) names.push_back("fold");
  return names;
}

template <class Error>
std::string first_cells(const ReportData& data, const ErrorColumns& columns, const Error& error) {
  std::string html = "<tr><th scope=\"row\" class=\"word id\">" + escape_html(error.id) + "</th>";
  if (columns.players) html += player(data, error.id);
  if (columns.speakers) html += "<td class=\"word\">" + escape_html(error.speaker) + "</td>";
  if (columns.folds) html += "<td class=\"word\">" + escape_html(error.fold) + "</td>";
  return html;
}

std::string listed(const std::vector<std::string>& header, std::size_t figures, const std::string& rows) {
  return "<div class=\"scroll\" tabindex=\"0\">\n<table class=\"list\">\n" + header_cells(header, figures) + rows +
         "</tbody>\n</table>\n</div>\n";
}

std::string class_errors(const ReportData& data, const Breakdown& breakdown) {
  const ErrorColumns columns = columns_of(data, breakdown.errors);
  std::vector<std::string> header = first_columns(columns);
  header.insert(header.end(), {"reference", "predicted"});
  if (!data.decisions_only) header.insert(header.end(), {"probability %", "of the reference %"});
  std::string rows;
  for (const ConfidentError& error : breakdown.errors) {
    rows += first_cells(data, columns, error) + "<td class=\"word\">" + escape_html(error.reference) +
            "</td><td class=\"word\">" + escape_html(error.decision) + "</td>";
    if (!data.decisions_only)
      rows += "<td>" + percent(error.confidence) + "</td><td>" + percent(error.of_reference) + "</td>";
    rows += "</tr>\n";
  }
  const std::string first = data.decisions_only ? "the first by id" : "the most confident first";
  return fmt::format("<p>{} of {} utterances are wrong{}{}.</p>\n", breakdown.wrong, breakdown.utterances,
                     data.evaluation.tasks.front().seeds.size() > 1 ? " by the mean probabilities over seeds" : "",
                     breakdown.errors.empty() ? "" : fmt::format("; {} of them, {}", breakdown.errors.size(), first)) +
         (breakdown.errors.empty() ? "" : listed(header, data.decisions_only ? 0 : 2, rows));
}

std::string dimension_errors(const ReportData& data, const Breakdown& breakdown) {
  const ErrorColumns columns = columns_of(data, breakdown.dimension_errors);
  std::vector<std::string> header = first_columns(columns);
  for (const std::string& name : data.dimensions) header.insert(header.end(), {name, name + ", estimate"});
  header.push_back("RMS error");
  std::string rows;
  for (const DimensionError& error : breakdown.dimension_errors) {
    rows += first_cells(data, columns, error);
    for (std::size_t d = 0; d < error.estimate.size(); ++d)
      rows += "<td>" + decimal(error.reference[d]) + "</td><td>" + decimal(error.estimate[d]) + "</td>";
    rows += "<td>" + decimal(error.distance) + "</td></tr>\n";
  }
  return listed(header, header.size() - first_columns(columns).size(), rows);
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
