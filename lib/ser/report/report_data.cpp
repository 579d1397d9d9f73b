#include <ser/report/html_report.h>

namespace ser {

ReportData report_data(const PredictionSource& source, std::span<const Manifest> manifests, Evaluation evaluation,
                       const BreakdownOptions& options, const IntervalOptions& intervals, int threads) {
  ReportData data;
  data.breakdowns = break_down(source, manifests, evaluation.part, options, intervals, threads);
  data.curves = read_training_curves(source.run.folder);
  data.dimensions = source.table.dimensions;
  data.distributions = source.table.distributions;
  data.decisions_only = source.table.decisions_only;
  data.evaluation = std::move(evaluation);
  return data;
}

std::vector<std::string> error_ids(const ReportData& data) {
  std::vector<std::string> ids;
  for (std::size_t rank = 0, found = 1; found > 0; ++rank) {
    found = 0;
    for (const Breakdown& breakdown : data.breakdowns) {
      if (rank < breakdown.errors.size()) ids.push_back(breakdown.errors[rank].id), ++found;
      if (rank < breakdown.dimension_errors.size()) ids.push_back(breakdown.dimension_errors[rank].id), ++found;
    }
  }
  return ids;
}

}  // namespace ser
