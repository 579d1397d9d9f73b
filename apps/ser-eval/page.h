// What 'score' writes beside its figures: a page, and the charts of the page as files.
#pragma once

#include <ser/report/html_report.h>

#include <string>

namespace ser {

struct PageOptions {
  std::string html, figures;
  BreakdownOptions breakdown;
  AudioOptions audio;
  bool wanted() const { return !html.empty() || !figures.empty(); }
};
void describe_options(OptionTable& table, PageOptions& options);

/// Writes what was asked for and logs where it is.
void write_page(const PageOptions& options, ReportData data, std::span<const Manifest> manifests);

}  // namespace ser
