#include <ser-eval/page.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/report/figure_files.h>

namespace ser {

void describe_options(OptionTable& table, PageOptions& options) {
  table.add("html", options.html, "also write a self-contained HTML page (one input only)").transient();
  table
      .add("figures", options.figures,
           "also write the charts of that page into this folder, as SVG, PNG (where rsvg-convert is installed) and TSV")
      .transient();
  describe_options(table, options.breakdown);
  describe_options(table, options.audio);
}

void write_page(const PageOptions& options, ReportData data, std::span<const Manifest> manifests) {
  if (!options.html.empty()) {
    data.audio = audio_sources(error_ids(data), manifests, options.audio, options.html);
    write_file(options.html, html_report(data));
    log::info("report: {}", options.html);
  }
  if (options.figures.empty()) return;
  const FigureFiles files = write_figures(all_figures(data), options.figures);
  log::info("figures: {} as SVG and TSV, {} as PNG in {}", files.svg, files.png, options.figures);
  if (!files.png_problem.empty()) log::warning("figures: no PNG: {}", files.png_problem);
}

}  // namespace ser
