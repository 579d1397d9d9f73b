#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace ser {

/// FFT of real input in single precision (KISS FFT). Holds the plan and no other state: one object per thread.
class RealFft {
 public:
  /// `length` must be even. Throws UsageError otherwise.
  explicit RealFft(std::size_t length);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  std::size_t length() const { return length_; }
  std::size_t bins() const { return length_ / 2 + 1; }
  /// input: [length]; spectrum: [length / 2 + 1], not scaled.
  void transform(std::span<const float> input, std::span<std::complex<float>> spectrum) const;

 private:
  struct Plan;
  std::size_t length_;
  std::unique_ptr<Plan> plan_;
};

/// Smallest power of two that is at least n.
std::size_t next_power_of_two(std::size_t n);

}  // namespace ser
