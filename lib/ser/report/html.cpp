#include <fmt/format.h>
#include <ser/report/html.h>
#include <ser/report/svg.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

/// With `upright`, the names of figure columns read upwards: many narrow columns.
std::string header_row(const ReportGrid& grid, bool upright) {
  std::string html = "<thead><tr>";
  for (std::size_t c = 0; c < grid.header.size(); ++c)
    html += fmt::format("<th scope=\"col\"{}><span>{}</span></th>",
                        c < grid.left_columns ? " class=\"word\""
                        : upright             ? " class=\"upright\""
                                              : "",
                        escape_html(grid.header[c]));
  return html + "</tr></thead>\n";
}

/// `shades` may be empty: no shading.
std::string table(const ReportGrid& grid, std::span<const double> shades) {
  const bool dense = !shades.empty() && grid.header.size() > dense_columns;
  std::string html = fmt::format("<div class=\"scroll\" tabindex=\"0\">\n<table{}>\n", shades.empty() ? ""
                                                                                       : dense ? " class=\"heat dense\""
                                                                                               : " class=\"heat\"");
  if (!grid.title.empty()) html += "<caption>" + escape_html(grid.title) + "</caption>\n";
  html += header_row(grid, dense) + "<tbody>\n";
  const std::size_t figures = grid.header.size() - grid.left_columns;
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    html += "<tr>";
    for (std::size_t c = 0; c < grid.rows[r].size(); ++c) {
      const std::string text = escape_html(grid.rows[r][c]);
      if (c == 0) {
        html += "<th scope=\"row\" class=\"word\">" + text + "</th>";
      } else if (c < grid.left_columns) {
        html += "<td class=\"word\">" + text + "</td>";
      } else if (shades.empty()) {
        html += "<td>" + text + "</td>";
      } else {
        const double value = shades[r * figures + c - grid.left_columns];
        const int step =
            static_cast<int>(std::lround((std::isnan(value) ? 0 : std::clamp(value, 0.0, 1.0)) * (shade_steps - 1)));
        html += fmt::format("<td class=\"s{}\">{}</td>", step, text);
      }
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n</div>\n";
}

double linear(double channel) {
  const double c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Rgb c) { return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue); }

std::string css(Rgb c) {
  return fmt::format("#{:02x}{:02x}{:02x}", static_cast<int>(std::lround(c.red)),
                     static_cast<int>(std::lround(c.green)), static_cast<int>(std::lround(c.blue)));
}

std::string shade_rules(bool dark) {
  std::string rules;
  for (int step = 0; step < shade_steps; ++step) {
    const Shade one = shade(step, dark);
    rules += fmt::format(".s{}{{background:{};color:{}}}\n", step, css(one.background), css(one.text));
  }
  return rules;
}

constexpr const char* base_style = R"(
:root{color-scheme:light dark;--page:#ffffff;--text:#1b1f24;--faint:#57606a;--line:#d0d7de;--panel:#f6f8fa;
--alert:#8a3b00;--alert-panel:#fff4e5}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:66rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem;overflow-wrap:anywhere}
h3{font-size:1.05rem;margin:1.75rem 0 .5rem;overflow-wrap:anywhere}
a{color:inherit;text-underline-offset:.15em}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:.75rem 0;padding:0;font-size:.95rem}
p{margin:.5rem 0;max-width:46rem;overflow-wrap:anywhere}
.faint{color:var(--faint);font-size:.9rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0}
.figure{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .9rem}
.figure b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.figure span{color:var(--faint);font-size:.85rem}
ul.notes{list-style:none;margin:.5rem 0;padding:0}
ul.notes li{border-left:.25rem solid var(--line);padding:.3rem .75rem;margin:.4rem 0;max-width:52rem;
overflow-wrap:anywhere}
ul.notes li.warning{border-color:var(--alert);background:var(--alert-panel)}
.mark{display:inline-block;border:1px solid var(--alert);color:var(--alert);background:var(--alert-panel);
border-radius:.3rem;padding:.05rem .5rem;font-weight:600}
.scroll{overflow-x:auto;margin:.75rem 0}
.charts{columns:26rem;column-gap:2rem;margin:1rem 0}
figure{margin:0 0 1.5rem;break-inside:avoid}
figcaption{font-weight:600;margin-bottom:.5rem;overflow-wrap:anywhere}
svg.chart{display:block;width:100%;height:auto;max-width:30rem}
details{margin:.25rem 0}
summary{cursor:pointer;color:var(--faint);font-size:.9rem}
audio{width:12.5rem;max-width:60vw;height:2.25rem;display:block}
table.heat th.word{position:sticky;left:0;background:var(--page)}
th.upright span{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;max-height:9rem;overflow:hidden;
text-overflow:ellipsis}
th.upright{vertical-align:bottom;padding:.3rem .2rem}
table.heat td{text-align:center}
table.heat tbody th{white-space:nowrap;max-width:12rem;overflow:hidden;text-overflow:ellipsis}
table.dense{font-size:.8rem}
table.dense td,table.dense tbody th{padding:.2rem .3rem}
table.list td.word{white-space:nowrap}
table.list tbody th.word{overflow-wrap:anywhere;min-width:9rem;max-width:14rem}
table.list thead th{white-space:normal;vertical-align:bottom}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{padding:.3rem .65rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
thead th{border-bottom:2px solid var(--line);font-weight:600}
th.word,td.word{text-align:left;font-weight:400;white-space:normal;min-width:4rem}
thead th.word{font-weight:600}
table.facts th,table.facts td{white-space:normal;text-align:left;overflow-wrap:anywhere;vertical-align:top}
table.facts th{white-space:nowrap;color:var(--faint);font-weight:400}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.75rem;overflow-x:auto;
font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.s0,.s1,.s2,.s3,.s4,.s5,.s6,.s7,.s8,.s9,.s10{-webkit-print-color-adjust:exact;print-color-adjust:exact}
)";

constexpr const char* dark_style =
    ":root{--page:#0f1419;--text:#e6e9ed;--faint:#a3adb8;--line:#333c47;--panel:#182029;--alert:#ffb374;"
    "--alert-panel:#33230f}\n";

constexpr const char* narrow_and_print_style = R"(
@media (max-width:40rem){body{font-size:15px}th,td{padding:.25rem .4rem}table tbody th.word{min-width:8rem}
table.heat tbody th.word{min-width:0;max-width:7rem}}
@media print{body{font-size:10pt}main{max-width:none;padding:0}.scroll{overflow:visible}tr,.figure,li,
table.heat{break-inside:avoid}h2,h3,caption{break-after:avoid}pre{white-space:pre-wrap}nav,.listen,details:not([open]){display:none}
th,td{padding:.15rem .4rem}table.dense{font-size:6pt}table.dense td,table.dense tbody th{padding:.1rem .15rem}.charts{columns:2;column-gap:1rem}}
)";

}  // namespace

std::string escape_html(const std::string& text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return html;
}

std::string html_table(const ReportGrid& grid) { return table(grid, {}); }
std::string html_heat_table(const ReportGrid& grid, std::span<const double> shades) { return table(grid, shades); }

double contrast(Rgb a, Rgb b) {
  const double first = luminance(a), second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

Shade shade(int step, bool dark) {
  const Rgb low = dark ? Rgb{15, 20, 25} : Rgb{255, 255, 255}, high = dark ? Rgb{142, 202, 255} : Rgb{8, 69, 130};
  const double t = static_cast<double>(step) / (shade_steps - 1);
  const auto mix = [t](double from, double to) { return std::round(from + t * (to - from)); };
  const Rgb background{mix(low.red, high.red), mix(low.green, high.green), mix(low.blue, high.blue)};
  const Rgb black{0, 0, 0}, white{255, 255, 255};
  return {background, contrast(background, black) >= contrast(background, white) ? black : white};
}

std::string html_style() {
  return base_style + shade_rules(false) + chart_style(false) + "@media screen and (prefers-color-scheme:dark){\n" +
         dark_style + shade_rules(true) + chart_style(true) + "}\n" + narrow_and_print_style;
}

std::string html_page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}</title>\n"
      "<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
      escape_html(title), html_style(), body);
}

}  // namespace ser
