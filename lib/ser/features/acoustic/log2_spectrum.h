// Magnitude spectrum on a logarithmic frequency axis with auditory weighting, the input of sub-harmonic summation.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// Peak enhancement, smoothing, cubic-spline resampling to as many points equally spaced in log2 f from 25 Hz to half
/// the sample rate, and an arctangent weight that attenuates low frequencies. After D. Hermes, "Measurement of pitch by
/// subharmonic summation", JASA 83 (1988), with the details of openSMILE. Holds working memory: one object per thread.
class Log2Spectrum {
 public:
  /// bins: of the magnitude spectrum, bin k at k * spacing_hz.
  Log2Spectrum(std::size_t bins, double spacing_hz);
  std::size_t size() const { return abscissa_.size(); }
  double points_per_octave() const { return points_per_octave_; }
  /// Position j on the axis, in log2 Hz: first() + j * step().
  double first() const { return first_; }
  double step() const { return step_; }
  /// magnitude: [bins]; spectrum: [bins], not negative.
  void transform(std::span<const float> magnitude, std::span<float> spectrum);

 private:
  void enhance_peaks(std::span<const float> magnitude);
  double first_, step_, points_per_octave_;
  std::vector<double> abscissa_, inverse_step_, pivot_, lower_, upper_;
  std::vector<std::size_t> interval_;
  std::vector<double> left_, right_, left_curvature_, right_curvature_, weight_;
  std::vector<double> enhanced_, smooth_, curvature_;
};

}  // namespace ser
