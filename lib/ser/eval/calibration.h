// Do probabilities mean what they say? (Guo et al. 2017, "On Calibration of Modern Neural Networks")
#pragma once

#include <ser/eval/resampling_units.h>

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// Utterances whose largest probability lies in (low, high].
struct ReliabilityBin {
  double low = 0, high = 0;
  std::size_t utterances = 0;
  double confidence = 0, accuracy = 0;  ///< means over the bin; 0 for an empty one
};

/// Bins of equal width over [0, 1], as many as asked for; bin i holds confidences in (i / bins, (i + 1) / bins].
std::vector<ReliabilityBin> reliability_bins(std::span<const Prediction* const> rows,
                                             const std::vector<std::string>& classes, std::size_t bins = 15);
/// Bins of equal numbers of utterances, in the order of confidence; equal confidences are not separated.
std::vector<ReliabilityBin> equal_mass_bins(std::span<const Prediction* const> rows,
                                            const std::vector<std::string>& classes, std::size_t bins = 15);
/// Sum over bins of share x |accuracy - confidence|: the expected calibration error. NaN without utterances.
double expected_calibration_error(const std::vector<ReliabilityBin>& bins);

/// p_k^(1/T) / sum: softmax(logits / T), since log p is the logits but for a constant. Zeros are taken as 2.2e-16.
std::vector<double> with_temperature(std::span<const double> probabilities, double temperature);
/// The T in [0.05, 20] that makes the mean log loss of the rows smallest (it is convex in 1 / T); nothing without rows
/// that have a reference class.
std::optional<double> fit_temperature(std::span<const Prediction* const> rows, const std::vector<std::string>& classes);

/// Of one task; means over seeds, each pooled over folds.
struct Calibration {
  double ece = 0, adaptive_ece = 0, brier = 0, log_loss = 0;
  double confidence = 0, accuracy = 0;  ///< mean largest probability, WAR: over- or underconfident
  std::vector<ReliabilityBin> bins;     ///< of all seeds together, equal width
  /// After temperature scaling, one T per fold and seed, fitted on the dev part; absent where any lacks a dev part.
  struct Scaled {
    double least = 0, most = 0;  ///< temperatures
    double ece = 0, adaptive_ece = 0, brier = 0, log_loss = 0;
    std::vector<ReliabilityBin> bins;
  };
  std::optional<Scaled> scaled;
};

/// `rows` are those scored, `dev` all rows of the dev part. Nothing for tables without probabilities of classes.
std::optional<Calibration> calibration(const PredictionTable& table, const PredictionRows& rows,
                                       const PredictionRows& dev);

}  // namespace ser
