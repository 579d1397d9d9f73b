#include <fmt/format.h>
#include <ser/report/charts.h>
#include <ser/report/html.h>
#include <support/html.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

Rgb rgb(const std::string& hex) {
  const auto part = [&](std::size_t at) { return static_cast<double>(std::stoi(hex.substr(at, 2), nullptr, 16)); };
  return {part(1), part(3), part(5)};
}

/// One row, named so that the scale runs from 14 + 7.2 to 422.
RowChart one_row(double value) {
  RowChart chart;
  chart.title = "Title", chart.description = "Text", chart.axis.name = "UAR";
  chart.rows.push_back({"a", value});
  return chart;
}

constexpr double left = 14 + 7.2, right = 422;

}  // namespace

TEST_CASE("A scale maps linearly, upside down too, and keeps values inside", "[report]") {
  const AxisScale x{0, 2, 100, 300}, y{0, 1, 240, 40};
  CHECK(x(0.5) == 150);
  CHECK(x(-1) == 100);
  CHECK(x(5) == 300);
  CHECK(y(0.25) == 190);
  CHECK(AxisScale{1, 1, 7, 9}(1) == 7);
}

TEST_CASE("Ticks are round numbers inside the range", "[report]") {
  const auto near = [](std::vector<double> expected) { return Catch::Matchers::Approx(expected); };
  CHECK_THAT(round_ticks(0, 1), near({0, 0.2, 0.4, 0.6, 0.8, 1}));
  CHECK_THAT(round_ticks(0.13, 0.52), near({0.2, 0.3, 0.4, 0.5}));
  CHECK_THAT(round_ticks(1, 30), near({10, 20, 30}));
  CHECK_THAT(round_ticks(-3, 7), near({-2, 0, 2, 4, 6}));
  CHECK_THAT(round_ticks(4, 4), near({4}));
  CHECK(round_range(0.13, 0.52).first == Approx(0.1));
  CHECK(round_range(0.13, 0.52).second == Approx(0.6));
  CHECK(round_range(0, 2.05) == std::pair(0.0, 2.5));
  CHECK(round_range(3, 3) == std::pair(2.5, 3.5));
}

TEST_CASE("Marks have no more than two decimals, and text cannot leave them", "[report]") {
  SvgImage image(10, 20, "<t>", "\"d\"");
  image.line(1, 2.5, 1.0 / 3, -0.001, "axis", "a < b");
  image.circle(std::nan(""), 1, 2, "f0");
  image.text(1, 2, "</text><script>", "t");
  const std::string svg = image.inline_text("id");
  CHECK_THAT(svg,
             Contains("<line x1=\"1\" y1=\"2.5\" x2=\"0.33\" y2=\"0\" class=\"axis\"><title>a &lt; b</title></line>"));
  CHECK_THAT(svg, Contains("<circle cx=\"0\" cy=\"1\" r=\"2\" class=\"f0\"/>"));
  CHECK_THAT(svg, Contains("&lt;/text&gt;&lt;script&gt;") && !Contains("<script"));
  CHECK_THAT(svg, Contains("role=\"img\" aria-labelledby=\"id-title id-text\"") &&
                      Contains("<title id=\"id-title\">&lt;t&gt;</title>") &&
                      Contains("<desc id=\"id-text\">&quot;d&quot;</desc>"));
  CHECK(test::unbalanced(svg, "<svg") == "");
  CHECK_THAT(svg, !Contains("http"));
}

TEST_CASE("A file has its namespace and style; the same marks stand in a page", "[report]") {
  const SvgImage image = bar_chart(one_row(0.5));
  const std::string file = image.file_text(), piece = image.inline_text("id");
  CHECK(file.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(test::unbalanced(file, "<svg") == "");
  CHECK_THAT(file, Contains("<style>") && Contains("fill:#0072b2") && !Contains("var("));
  const std::string marks = piece.substr(piece.find("</desc>"));
  CHECK(file.ends_with(marks.substr(marks.find('\n') + 1)));
}

TEST_CASE("A bar ends where its value is, with whiskers at its interval", "[report]") {
  RowChart chart = one_row(0.5);
  chart.rows[0].low = 0.25, chart.rows[0].high = 0.75, chart.rows[0].second = 1;
  const std::string svg = bar_chart(chart).inline_text("id");
  const double wide = right - left;
  CHECK_THAT(svg, Contains(fmt::format("<rect x=\"{:g}\" y=\"8\" width=\"{:g}\" height=\"16\"", left, wide / 2)));
  CHECK_THAT(svg, Contains(fmt::format("<line x1=\"{:g}\" y1=\"16\" x2=\"{:g}\" y2=\"16\" class=\"whisker\"",
                                       left + wide / 4, left + 3 * wide / 4)));
  CHECK_THAT(svg, Contains("<circle cx=\"422\" cy=\"16\" r=\"4\" class=\"fp l1\""));
  CHECK_THAT(svg, Contains("a: 50 % (25 % to 75 %)"));
}

TEST_CASE("What is not known is not drawn", "[report]") {
  const std::string bars = bar_chart(one_row(missing_mark)).inline_text("id");
  CHECK_THAT(bars, !Contains("<rect") && !Contains("whisker") && !Contains("nan"));
  const std::string dots = dot_chart(one_row(missing_mark)).inline_text("id");
  CHECK_THAT(dots, !Contains("<polygon") && !Contains("nan"));
  CurveChart curve{"t", "d", {"x"}, {"y"}, {{"s", {{0, 0}, {0.5, missing_mark}, {1, 1}}, 0, false, false, {1, 1, 1}}}};
  const std::string svg = curve_chart(curve).inline_text("id");
  CHECK_THAT(svg, !Contains("nan"));
  CHECK(test::count(svg, "<circle") == 3);  // one of them in the legend
}

TEST_CASE("Dots of folds lie below the diamond of their pool", "[report]") {
  RowChart chart = one_row(0.5);
  chart.rows[0].dots = {0.25, 0.75};
  const std::string svg = dot_chart(chart).inline_text("id");
  const double wide = right - left;
  CHECK_THAT(svg, Contains(fmt::format("<circle cx=\"{:g}\" cy=\"27\" r=\"4\"", left + wide / 4)));
  CHECK_THAT(svg, Contains(fmt::format("<polygon points=\"{:g},9 ", left + wide / 2)));
}

TEST_CASE("A curve runs through its points, the diagonal from corner to corner", "[report]") {
  CurveChart chart{"t", "d", {"x"}, {"y"}, {{"", {{0, 0}, {0.5, 1}}, 1, false, false, {}}}, true};
  const std::string svg = curve_chart(chart).inline_text("id");
  // The legend of the diagonal is 22 high, the plot 240 from 52 on.
  CHECK_THAT(svg, Contains("<polyline points=\"46,292 234,52\" class=\"l1\"/>"));
  CHECK_THAT(svg, Contains("<line x1=\"46\" y1=\"292\" x2=\"422\" y2=\"52\" class=\"axis dashed\"/>"));
}

TEST_CASE("A heat map has a cell per pair, shaded by its share", "[report]") {
  const HeatChart chart{"t", "d", {"a", "b"}, {1, 0, 0.25, 0.75}};
  const std::string svg = heat_chart(chart).inline_text("id");
  CHECK(test::count(svg, "<rect") == 4);
  for (const char* piece : {"class=\"h10\"", "class=\"h0\"", "class=\"h3\"", "class=\"h8\"", "class=\"g10 m\">100<"})
    CHECK_THAT(svg, Contains(piece));
  CHECK_THAT(heat_chart({"t", "d", {"a"}, {missing_mark}}).inline_text("id"), !Contains("nan"));
}

TEST_CASE("Thirty-two classes and long names stay inside the picture", "[report]") {
  HeatChart heat{"t", "d", {}, std::vector<double>(32 * 32, 0.5)};
  RowChart rows = one_row(0.1);
  for (int k = 0; k < 32; ++k) heat.names.push_back("a very long name of a class " + std::to_string(k));
  for (const std::string& name : heat.names) rows.rows.push_back({name, 0.5});
  const SvgImage image = bar_chart(rows);
  CHECK(image.width() == 440);
  CHECK_THAT(image.inline_text("id"), Contains("a very long name of\u2026</text>"));
  CHECK(heat_chart(heat).width() < 1000);
}

TEST_CASE("Texts are cut between characters, never within one", "[report]") {
  CHECK(fitted("short", 100) == "short");
  CHECK(fitted("\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9", 4 * 7.2 + 0.1) == "\u00E9\u00E9\u00E9\u2026");
}

TEST_CASE("The colours of charts stand out from the page by 3 to 1 or more", "[report]") {
  for (const bool dark : {false, true})
    for (const std::string& colour : chart_colours(dark)) CHECK(contrast(rgb(colour), rgb(page_colour(dark))) >= 3);
}
