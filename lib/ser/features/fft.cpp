#include <kissfft/kiss_fftr.h>
#include <ser/base/error.h>
#include <ser/features/fft.h>

#include <bit>

namespace ser {

struct RealFftPlan {
  kiss_fftr_cfg config;
  RealFftPlan(std::size_t length, bool inverse) {
    if (length < 2 || length % 2)
      throw_error<UsageError>("an FFT of {} samples is not possible: the length must be even", length);
    config = kiss_fftr_alloc(static_cast<int>(length), inverse, nullptr, nullptr);
    if (!config) throw Error("out of memory for an FFT plan");
  }
  RealFftPlan(const RealFftPlan&) = delete;
  RealFftPlan& operator=(const RealFftPlan&) = delete;
  ~RealFftPlan() { kiss_fftr_free(config); }
};

static_assert(sizeof(kiss_fft_cpx) == sizeof(std::complex<float>));

RealFft::RealFft(std::size_t length) : length_(length), plan_(std::make_unique<RealFftPlan>(length, false)) {}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

void RealFft::transform(std::span<const float> input, std::span<std::complex<float>> spectrum) const {
  kiss_fftr(plan_->config, input.data(), reinterpret_cast<kiss_fft_cpx*>(spectrum.data()));
}

InverseRealFft::InverseRealFft(std::size_t length) : plan_(std::make_unique<RealFftPlan>(length, true)) {}
InverseRealFft::~InverseRealFft() = default;

void InverseRealFft::transform(std::span<const std::complex<float>> spectrum, std::span<float> output) const {
  kiss_fftri(plan_->config, reinterpret_cast<const kiss_fft_cpx*>(spectrum.data()), output.data());
}

std::size_t next_power_of_two(std::size_t n) { return std::bit_ceil(n); }

}  // namespace ser
