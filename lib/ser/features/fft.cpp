#include <kissfft/kiss_fftr.h>
#include <ser/base/error.h>
#include <ser/features/fft.h>

#include <bit>

namespace ser {

struct RealFft::Plan {
  kiss_fftr_cfg config;
  explicit Plan(std::size_t length) : config(kiss_fftr_alloc(static_cast<int>(length), 0, nullptr, nullptr)) {}
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() { kiss_fftr_free(config); }
};

RealFft::RealFft(std::size_t length) : length_(length) {
  if (length < 2 || length % 2)
    throw_error<UsageError>("an FFT of {} samples is not possible: the length must be even", length);
  plan_ = std::make_unique<Plan>(length);
  if (!plan_->config) throw Error("out of memory for an FFT plan");
}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

void RealFft::transform(std::span<const float> input, std::span<std::complex<float>> spectrum) const {
  static_assert(sizeof(kiss_fft_cpx) == sizeof(std::complex<float>));
  kiss_fftr(plan_->config, input.data(), reinterpret_cast<kiss_fft_cpx*>(spectrum.data()));
}

std::size_t next_power_of_two(std::size_t n) { return std::bit_ceil(n); }

}  // namespace ser
