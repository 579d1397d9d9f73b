#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// FFT of real input in double precision, for lengths 2^n. Used where later steps amplify rounding: single precision
/// (RealFft) leaves 1e-6 of the largest bin in every other. Holds working memory: one object per thread.
class DoubleRealFft {
 public:
  /// `length` must be a power of two, at least 8. Throws UsageError otherwise.
  explicit DoubleRealFft(std::size_t length);

  std::size_t length() const { return length_; }
  std::size_t bins() const { return length_ / 2 + 1; }
  /// input: [length]; real, imaginary: [length / 2 + 1]. Forward transform sum x e^(-2 pi j k n / length), not scaled.
  void transform(std::span<const float> input, std::span<double> real, std::span<double> imaginary);

 private:
  struct Stage {
    std::size_t length, stride;    ///< of the transforms of this radix-4 stage
    std::vector<double> twiddles;  ///< w, w^2, w^3 as six arrays of length / 4: real and imaginary parts in turn
  };
  std::size_t length_;
  std::vector<Stage> stages_;
  bool radix2_last_ = false;
  std::vector<double> split_;  ///< cos and sin of 2 pi k / length, k = 0 ... length / 2
  std::vector<double> re_, im_, re2_, im2_;
};

}  // namespace ser
