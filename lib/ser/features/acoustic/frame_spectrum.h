#pragma once

#include <ser/features/split_radix_fft.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// Spectrum of one windowed frame, zero-padded on both sides to the next power of two, in single precision with
/// openSMILE's rounding. Holds working memory: one object per thread.
class FrameSpectrum {
 public:
  /// window: of make_window(); length in samples.
  FrameSpectrum(const std::string& window, std::size_t length);
  std::size_t length() const { return window_.size(); }
  std::size_t fft_length() const { return fft_.length(); }
  std::size_t bins() const { return fft_.bins(); }
  /// frame: [length]; magnitude: [bins].
  void transform(std::span<const float> frame, std::span<float> magnitude);
  /// Of the last frame: windowed samples with the zeros around them, and its transform [bins].
  std::span<const float> windowed() const { return padded_; }
  std::span<const float> real() const { return real_; }
  std::span<const float> imaginary() const { return imaginary_; }

 private:
  std::vector<float> window_;
  SplitRadixFft fft_;
  std::vector<float> padded_, real_, imaginary_;
};

/// Sum of the squares (in single precision each) over count.
double mean_square(std::span<const float> samples, std::size_t count);

}  // namespace ser
