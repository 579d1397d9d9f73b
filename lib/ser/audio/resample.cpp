#include <ser/audio/resample.h>
#include <ser/base/error.h>
#include <soxr.h>

#include <cmath>

namespace ser {

Waveform resample(const Waveform& wave, int rate_hz) {
  if (rate_hz == wave.rate_hz) return wave;
  if (rate_hz <= 0 || wave.rate_hz <= 0)
    throw_error<UsageError>("cannot resample from {} Hz to {} Hz", wave.rate_hz, rate_hz);
  const auto length =
      static_cast<std::size_t>(std::llround(static_cast<double>(wave.samples.size()) * rate_hz / wave.rate_hz));
  Waveform out{std::vector<float>(length), rate_hz, wave.pcm_bits};
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  std::size_t consumed = 0, produced = 0;
  const soxr_error_t failure =
      soxr_oneshot(wave.rate_hz, rate_hz, 1, wave.samples.data(), wave.samples.size(), &consumed, out.samples.data(),
                   length, &produced, nullptr, &quality, &runtime);
  if (failure)
    throw_error<Error>("resampling from {} Hz to {} Hz failed: {}", wave.rate_hz, rate_hz, soxr_strerror(failure));
  out.samples.resize(produced);
  return out;
}

}  // namespace ser
