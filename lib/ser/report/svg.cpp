#include <fmt/format.h>
#include <ser/report/html.h>
#include <ser/report/svg.h>

#include <cmath>

namespace ser {
namespace {

/// "12", "12.5", "12.25"
std::string coordinate(double value) {
  std::string text = fmt::format("{:.2f}", std::isfinite(value) ? value : 0.0);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string css(Rgb c) {
  return fmt::format("#{:02x}{:02x}{:02x}", static_cast<int>(c.red), static_cast<int>(c.green),
                     static_cast<int>(c.blue));
}

constexpr double character_width = 7.2;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

void SvgImage::element(const std::string& start, const std::string& classes, const std::string& tip) {
  marks_ += '<' + start + " class=\"" + classes + '"';
  const std::string name = start.substr(0, start.find(' '));
  marks_ += tip.empty() ? "/>\n" : "><title>" + escape_html(tip) + "</title></" + name + ">\n";
}

void SvgImage::line(double x1, double y1, double x2, double y2, const std::string& classes, const std::string& tip) {
  element(fmt::format("line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"", coordinate(x1), coordinate(y1), coordinate(x2),
                      coordinate(y2)),
          classes, tip);
}

void SvgImage::rect(double x, double y, double width, double height, const std::string& classes,
                    const std::string& tip) {
  element(fmt::format("rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", coordinate(x), coordinate(y),
                      coordinate(width), coordinate(height)),
          classes, tip);
}

void SvgImage::circle(double x, double y, double radius, const std::string& classes, const std::string& tip) {
  element(fmt::format("circle cx=\"{}\" cy=\"{}\" r=\"{}\"", coordinate(x), coordinate(y), coordinate(radius)), classes,
          tip);
}

void SvgImage::diamond(double x, double y, double radius, const std::string& classes, const std::string& tip) {
  element(fmt::format("polygon points=\"{},{} {},{} {},{} {},{}\"", coordinate(x), coordinate(y - radius),
                      coordinate(x + radius), coordinate(y), coordinate(x), coordinate(y + radius),
                      coordinate(x - radius), coordinate(y)),
          classes, tip);
}

void SvgImage::polyline(const std::vector<std::pair<double, double>>& points, const std::string& classes,
                        const std::string& tip) {
  if (points.size() < 2) return;
  std::string list;
  for (const auto& [x, y] : points) list += (list.empty() ? "" : " ") + coordinate(x) + ',' + coordinate(y);
  element("polyline points=\"" + list + '"', classes, tip);
}

void SvgImage::text(double x, double y, const std::string& text, const std::string& classes) {
  marks_ += fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>\n", coordinate(x), coordinate(y), classes,
                        escape_html(text));
}

void SvgImage::upright_text(double x, double y, const std::string& text, const std::string& classes) {
  marks_ += fmt::format("<text transform=\"translate({},{}) rotate(-90)\" class=\"{}\">{}</text>\n", coordinate(x),
                        coordinate(y), classes, escape_html(text));
}

std::string SvgImage::head(const std::string& attributes, const std::string& id) const {
  return fmt::format(
      "<svg{} class=\"chart\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" role=\"img\" "
      "aria-labelledby=\"{}-title {}-text\">\n<title id=\"{}-title\">{}</title>\n<desc id=\"{}-text\">{}</desc>\n",
      attributes, coordinate(width_), coordinate(height_), coordinate(width_), coordinate(height_), id, id, id,
      escape_html(title_), id, escape_html(description_));
}

std::string SvgImage::inline_text(const std::string& id) const { return head("", id) + marks_ + "</svg>\n"; }

std::string SvgImage::file_text() const {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + head(" xmlns=\"http://www.w3.org/2000/svg\"", "chart") +
         "<style>" + chart_style(false) + "</style>\n" +
         fmt::format("<rect width=\"{}\" height=\"{}\" style=\"fill:{}\"/>\n", coordinate(width_), coordinate(height_),
                     page_colour(false)) +
         marks_ + "</svg>\n";
}

std::vector<std::string> chart_colours(bool dark) {
  if (dark) return {"#56b4e9", "#e69f00", "#2fbf92"};
  return {"#0072b2", "#d55e00", "#009e73"};
}

std::string page_colour(bool dark) { return dark ? "#0f1419" : "#ffffff"; }

std::string chart_style(bool dark) {
  const std::string text = dark ? "#e6e9ed" : "#1b1f24", faint = dark ? "#a3adb8" : "#57606a",
                    line = dark ? "#333c47" : "#d0d7de";
  std::string style = fmt::format(
      "\n.chart text{{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu "
      "Sans',sans-serif}}\n"
      ".chart .t{{fill:{}}}\n.chart .tf{{fill:{}}}\n.chart .m{{text-anchor:middle}}\n.chart .e{{text-anchor:end}}\n"
      ".chart .axis{{stroke:{};stroke-width:1}}\n.chart .grid{{stroke:{};stroke-width:1}}\n"
      ".chart .whisker{{stroke:{};stroke-width:1.5}}\n.chart .dashed{{stroke-dasharray:4 3}}\n"
      ".chart .fp{{fill:{};stroke-width:2}}\n.chart polyline{{fill:none}}\n",
      text, faint, faint, line, text, page_colour(dark));
  const std::vector<std::string> colours = chart_colours(dark);
  for (std::size_t i = 0; i < colours.size(); ++i)
    style += fmt::format(".chart .f{}{{fill:{}}}\n.chart .l{}{{stroke:{};stroke-width:2;stroke-linejoin:round}}\n", i,
                         colours[i], i, colours[i]);
  style += ".chart .faint{opacity:.45}\n.chart .thin{stroke-width:1}\n";
  for (int step = 0; step < shade_steps; ++step)
    style += fmt::format(".chart .h{}{{fill:{}}}\n.chart .g{}{{fill:{}}}\n", step, css(shade(step, dark).background),
                         step, css(shade(step, dark).text));
  return style;
}

double text_width(const std::string& text) {
  double characters = 0;
  for (const char c : text) characters += !continues(c);
  return character_width * characters;
}

std::string fitted(const std::string& text, double width) {
  if (text_width(text) <= width) return text;
  std::string cut;
  double used = character_width;
  for (const char c : text) {
    if (!continues(c)) used += character_width;
    if (used > width) break;
    cut += c;
  }
  return cut + "\u2026";
}

}  // namespace ser
