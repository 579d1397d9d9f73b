// Pieces of the report's page.
#pragma once

#include <ser/report/report_figures.h>

#include <string>

namespace ser {

/// A section with a heading of `level`; `id` is its address in the page.
std::string page_section(int level, const std::string& id, const std::string& heading, const std::string& content);
/// The table without its title, where a heading says what it holds.
std::string untitled_table(ReportGrid grid);
/// A chart with its heading, what is said about it, and its table, folded away. `id` is unique in the page.
std::string figure_block(const ReportFigure& figure, const std::string& id);
/// Side by side where there is room.
std::string figure_row(const std::vector<ReportFigure>& figures, const std::string& id);
/// The confusion matrix of a task, in percent of each reference class and as counts.
std::string confusion_tables(const Evaluation& run, const Task& task);
/// The worst errors of a task with players where there is audio; empty where there is none.
std::string errors_table(const ReportData& data, std::size_t task);

}  // namespace ser
