// The figures of a report as files.
#pragma once

#include <ser/report/report_figures.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ser {

struct FigureFiles {
  std::size_t svg = 0, png = 0;
  std::string png_problem;  ///< why there are no PNG files; empty: there are
};

/// Per figure NAME.svg, NAME.tsv (the numbers) and, with rsvg-convert (Debian: librsvg2-bin) on the PATH, NAME.png with
/// two pixels per unit. Existing files of these names are replaced. Throws Error when a file cannot be written.
FigureFiles write_figures(std::span<const ReportFigure> figures, const std::filesystem::path& folder);

}  // namespace ser
