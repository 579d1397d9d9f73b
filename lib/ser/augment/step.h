// One way of changing a waveform, with its probability and the ranges that its parameters are drawn from.
#pragma once

#include <ser/audio/waveform.h>
#include <ser/base/random.h>
#include <ser/config/option_table.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// Names and values of what was drawn, in the option's words: {"snr_db", "12.34"}, {"file", "rain.wav"}.
using DrawnParameters = std::vector<std::pair<std::string, std::string>>;

/// Adding a step is one file and one line in augment_steps() (augmenter.h).
class AugmentStep {
 public:
  virtual ~AugmentStep() = default;
  /// Registers `probability` and the step's parameters, bound to this object, which must outlive the table.
  void describe(OptionTable& table);
  double probability() const { return probability_; }
  /// Checks the options and looks through the files that they name. Called once, and only where the probability is not
  /// 0. Throws UsageError and DataError.
  virtual void prepare() {}
  /// Changes the clip by parameters drawn from `random` alone. The clip has samples and a rate. Const and thread-safe.
  /// Where there is nothing to do the clip stays as it is and the result is {{"skipped", reason}}. Throws DataError
  /// when a file can no longer be read.
  virtual DrawnParameters apply(Waveform& wave, Random& random) const = 0;

 protected:
  virtual void describe_parameters(OptionTable&) {}

 private:
  double probability_ = 0;
};

/// Throws UsageError unless `range` is one number, or a low and a high one, in this order.
void check_range(const std::vector<double>& range, const std::string& option);
/// Uniform between low and high; a single number is itself (and costs no draw).
double draw_from(const std::vector<double>& range, Random& random);

/// Mean of the squared samples, in double; 0 for none.
double mean_power(std::span<const float> samples);
/// "12.346": a drawn number as logs and tables show it.
std::string drawn_text(double value);

}  // namespace ser
