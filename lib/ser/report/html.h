// Pieces of self-contained HTML pages: no file or address outside the page is referred to, no script runs.
#pragma once

#include <ser/report/grid.h>

#include <span>
#include <string>

namespace ser {

/// Text as HTML that shows it literally, in elements and in quoted attributes. Control characters become blanks.
std::string escape_html(const std::string& text);

inline constexpr std::size_t dense_columns = 10;

/// A table with a caption, scrolling sideways where the screen is narrow.
std::string html_table(const ReportGrid& grid);
/// The same with the figures shaded: `shades` has a value in [0, 1] per row and figure column (those right of
/// left_columns), 1 darkest. With more than dense_columns columns it is set small, with upright headers.
std::string html_heat_table(const ReportGrid& grid, std::span<const double> shades);

/// A whole page: light and dark by the reader's preference, usable on a phone, printable.
std::string html_page(const std::string& title, const std::string& body);

/// The style sheet of html_page().
std::string html_style();

struct Rgb {
  double red = 0, green = 0, blue = 0;  ///< 0 to 255
};
/// Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
double contrast(Rgb a, Rgb b);
/// One step of the scale of heat tables: background and the text colour, black or white, that reads best on it.
struct Shade {
  Rgb background, text;
};
inline constexpr int shade_steps = 11;
Shade shade(int step, bool dark);

}  // namespace ser
