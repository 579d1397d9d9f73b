// What a system gains by saying nothing where it is unsure (Geifman & El-Yaniv 2017, "Selective Classification").
#pragma once

#include <ser/eval/resampling_units.h>

#include <optional>
#include <string>
#include <vector>

namespace ser {

/// The most confident utterances are answered, the rest is left open.
struct CoveragePoint {
  double coverage = 0;   ///< share of utterances answered
  double threshold = 0;  ///< confidence (largest probability) of the last one answered
  double risk = 0;       ///< share of errors among those answered
  double uar = 0;        ///< of those answered, over the classes among them
};

struct RiskCoverage {
  /// Mean over k of the risk of the k most confident utterances: the area under the curve. Of equal confidences all
  /// orders are averaged.
  double aurc = 0;
  double optimal_aurc = 0;            ///< if the errors were the least confident ones; aurc - optimal_aurc is E-AURC
  std::vector<CoveragePoint> points;  ///< at coverages 1, 0.95, ... 0.05
};

/// Rows of all folds and seeds together. Nothing for tables without probabilities of classes.
std::optional<RiskCoverage> risk_coverage(const PredictionTable& table, const PredictionRows& rows);

}  // namespace ser
