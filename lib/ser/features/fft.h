#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace ser {

struct RealFftPlan;

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
  std::size_t length_;
  std::unique_ptr<RealFftPlan> plan_;
};

/// The way back. One object per thread.
class InverseRealFft {
 public:
  /// `length` must be even. Throws UsageError otherwise.
  explicit InverseRealFft(std::size_t length);
  ~InverseRealFft();

  /// spectrum: [length / 2 + 1]; output: [length], not scaled: after RealFft it is `length` times the input.
  void transform(std::span<const std::complex<float>> spectrum, std::span<float> output) const;

 private:
  std::unique_ptr<RealFftPlan> plan_;
};

/// Smallest power of two that is at least n.
std::size_t next_power_of_two(std::size_t n);

}  // namespace ser
