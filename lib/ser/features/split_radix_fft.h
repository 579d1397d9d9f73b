#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// FFT of real input in single precision with the rounding of Takuya Ooura's FFT package (fftsg.c of 2006, compiled for
/// float): the same operations on the same tables, so the results are the same bits. openSMILE uses that package, and
/// the linear prediction behind its formants amplifies each rounding error. Elsewhere RealFft is the one to use. Holds
/// working memory: one object per thread.
class SplitRadixFft {
 public:
  /// `length` must be a power of two, at least 8. Throws UsageError otherwise.
  explicit SplitRadixFft(std::size_t length);

  std::size_t length() const { return 2 * points_; }
  std::size_t bins() const { return points_ + 1; }
  /// input: [length]; real, imaginary: [length / 2 + 1]. Forward transform sum x e^(-2 pi j k n / length), not scaled.
  void transform(std::span<const float> input, std::span<float> real, std::span<float> imaginary);
  /// real, imaginary: [length / 2 + 1], imaginary parts of both ends taken as 0; output: [length]. The inverse of
  /// transform() times length / 2.
  void inverse(std::span<const float> real, std::span<const float> imaginary, std::span<float> output);

 private:
  /// Factors of the blocks of one size, each an array over the quarter's points.
  struct Level {
    std::size_t quarter;         ///< points in a quarter of the block
    std::vector<float> factors;  ///< of blocks of the first kind, 4 arrays, then of the second kind, 8 arrays
  };
  template <int kind>
  void block(std::size_t level, float* real, float* imaginary) const;

  std::size_t points_;  ///< the real input is taken as length / 2 complex points
  std::vector<Level> levels_;
  std::vector<std::size_t> reversed_;         ///< bit-reversed index of each point
  std::vector<float> fold_real_, fold_imag_;  ///< factors that make the spectrum of real input out of the complex one
  std::vector<float> real_, imaginary_;
};

}  // namespace ser
