// Pictures as SVG: one drawing that goes into a page, where it follows light and dark, and into a file by itself.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ser {

/// A drawing, in units of CSS pixels from the upper left corner. Marks have classes, not colours; chart_style() colours
/// them. Text is escaped; numbers have at most two decimals.
///
///   f0 f1 f2   filled in the first, second, third colour      l0 l1 l2   lines of these colours
///   fp         filled like the page (hollow marks, with l0)   faint      in part transparent
///   whisker    lines like the text                            axis grid  lines behind the marks
///   t tf       text, faint text                               m e        anchored in the middle, at the end
///   h0 to h10  the shades of heat tables                      g0 to g10  text on them
class SvgImage {
 public:
  SvgImage(double width, double height, std::string title, std::string description)
      : width_(width), height_(height), title_(std::move(title)), description_(std::move(description)) {}

  /// `tip` is shown when the pointer rests on the mark; empty: none.
  void line(double x1, double y1, double x2, double y2, const std::string& classes, const std::string& tip = "");
  void rect(double x, double y, double width, double height, const std::string& classes, const std::string& tip = "");
  void circle(double x, double y, double radius, const std::string& classes, const std::string& tip = "");
  void diamond(double x, double y, double radius, const std::string& classes, const std::string& tip = "");
  void polyline(const std::vector<std::pair<double, double>>& points, const std::string& classes,
                const std::string& tip = "");
  void text(double x, double y, const std::string& text, const std::string& classes);
  /// Reads upwards from (x, y): names of columns.
  void upright_text(double x, double y, const std::string& text, const std::string& classes);

  /// For a page: role img, title and description by ids that begin with `id`, which must be unique in the page.
  std::string inline_text(const std::string& id) const;
  /// A file of its own: light, on white, with its style inside.
  std::string file_text() const;

  double width() const { return width_; }
  double height() const { return height_; }
  const std::string& title() const { return title_; }
  const std::string& description() const { return description_; }

 private:
  void element(const std::string& start, const std::string& classes, const std::string& tip);
  std::string head(const std::string& attributes, const std::string& id) const;
  double width_, height_;
  std::string title_, description_, marks_;
};

/// Colours of the classes of SvgImage: Okabe & Ito's (2008), which people with any kind of colour vision tell apart, in
/// the tones that stand out at 3:1 or more from the page.
std::string chart_style(bool dark);
/// The three colours ("#0072b2") and the page behind them.
std::vector<std::string> chart_colours(bool dark);
std::string page_colour(bool dark);

/// About the width of a text at the size of charts, and the text cut to fit it, with an ellipsis where it was.
double text_width(const std::string& text);
std::string fitted(const std::string& text, double width);

}  // namespace ser
