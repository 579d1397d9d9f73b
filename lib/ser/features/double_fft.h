#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace ser {

/// FFT of real input in double precision (KISS FFT). Used where later steps amplify rounding: single precision
/// (RealFft) leaves 1e-6 of the largest bin in every other. Holds working memory: one object per thread.
class DoubleRealFft {
 public:
  /// `length` must be a power of two, at least 8. Throws UsageError otherwise.
  explicit DoubleRealFft(std::size_t length);
  ~DoubleRealFft();
  DoubleRealFft(DoubleRealFft&&) noexcept;
  DoubleRealFft& operator=(DoubleRealFft&&) noexcept;

  std::size_t length() const { return length_; }
  std::size_t bins() const { return length_ / 2 + 1; }
  /// input: [length]; real, imaginary: [length / 2 + 1]. Forward transform sum x e^(-2 pi j k n / length), not scaled.
  void transform(std::span<const float> input, std::span<double> real, std::span<double> imaginary);

 private:
  struct Plan;
  std::size_t length_;
  std::unique_ptr<Plan> plan_;
  std::vector<double> samples_;
  std::vector<std::complex<double>> spectrum_;
};

}  // namespace ser
