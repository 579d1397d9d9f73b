#include <fmt/format.h>
#include <ser/report/probability_tables.h>
#include <ser/report/score_tables.h>

namespace ser {
namespace {

std::string title(const std::string& what, const Evaluation& run, const Task& task) {
  return what + (task.title().empty() ? "" : ", " + task.title()) + speaker_mark(run.run);
}

std::string four(double value) { return fmt::format("{:.4f}", value); }

}  // namespace

ReportGrid calibration_grid(const Evaluation& run, const Task& task) {
  const Calibration& c = *task.calibration;
  ReportGrid grid{title(fmt::format("Calibration (mean confidence {} %, accuracy {} %)", percent(c.confidence),
                                    percent(c.accuracy)),
                        run, task),
                  {"probabilities", "ECE", "adaptive ECE", "Brier score", "log loss"},
                  {},
                  1};
  grid.rows.push_back({"as they are", four(c.ece), four(c.adaptive_ece), four(c.brier), four(c.log_loss)});
  if (c.scaled) {
    const Calibration::Scaled& s = *c.scaled;
    const std::string range =
        s.least == s.most ? fmt::format("{:.3f}", s.least) : fmt::format("{:.3f} to {:.3f}", s.least, s.most);
    grid.rows.push_back({"temperature " + range + " (fitted on dev)", four(s.ece), four(s.adaptive_ece), four(s.brier),
                         four(s.log_loss)});
  }
  return grid;
}

ReportGrid reliability_grid(const Evaluation& run, const Task& task) {
  ReportGrid grid{title("Reliability", run, task), {"largest probability", "n", "confidence %", "accuracy %"}, {}, 1};
  for (const ReliabilityBin& bin : task.calibration->bins)
    if (bin.utterances > 0)
      grid.rows.push_back({fmt::format("{:.3f} to {:.3f}", bin.low, bin.high), std::to_string(bin.utterances),
                           percent(bin.confidence), percent(bin.accuracy)});
  return grid;
}

ReportGrid abstention_grid(const Evaluation& run, const Task& task) {
  const RiskCoverage& r = *task.risk_coverage;
  ReportGrid grid{title(fmt::format("Abstention (AURC {}, at best {})", four(r.aurc), four(r.optimal_aurc)), run, task),
                  {"answered %", "confidence from", "accuracy %", "UAR %"},
                  {},
                  1};
  for (std::size_t i = 0; i < r.points.size(); i += 2) {
    const CoveragePoint& point = r.points[i];
    grid.rows.push_back({percent(point.coverage), four(point.threshold), percent(1 - point.risk), percent(point.uar)});
  }
  return grid;
}

std::vector<ReportGrid> probability_grids(const Evaluation& run, const Task& task) {
  std::vector<ReportGrid> grids;
  if (task.calibration) grids.insert(grids.end(), {calibration_grid(run, task), reliability_grid(run, task)});
  if (task.risk_coverage) grids.push_back(abstention_grid(run, task));
  return grids;
}

}  // namespace ser
