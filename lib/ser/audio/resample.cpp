#include <ser/audio/resample.h>
#include <ser/base/error.h>
#include <soxr.h>

#include <cmath>

namespace ser {
namespace {

std::vector<float> resampled(std::span<const float> samples, double from, double to) {
  std::vector<float> out(static_cast<std::size_t>(std::llround(static_cast<double>(samples.size()) * to / from)));
  if (out.empty()) return out;
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  std::size_t consumed = 0, produced = 0;  // of a few samples soxr makes fewer than asked: silence remains
  const soxr_error_t failure = soxr_oneshot(from, to, 1, samples.data(), samples.size(), &consumed, out.data(),
                                            out.size(), &produced, nullptr, &quality, &runtime);
  if (failure) throw_error<Error>("resampling from {} Hz to {} Hz failed: {}", from, to, soxr_strerror(failure));
  return out;
}

}  // namespace

Waveform resample(const Waveform& wave, int rate_hz) {
  if (rate_hz == wave.rate_hz) return wave;
  if (rate_hz <= 0 || wave.rate_hz <= 0)
    throw_error<UsageError>("cannot resample from {} Hz to {} Hz", wave.rate_hz, rate_hz);
  return {resampled(wave.samples, wave.rate_hz, rate_hz), rate_hz, wave.pcm_bits};
}

std::vector<float> resample_by(std::span<const float> samples, double ratio) {
  if (!(ratio > 0) || !std::isfinite(ratio)) throw_error<UsageError>("cannot resample by the ratio {}", ratio);
  if (ratio == 1) return {samples.begin(), samples.end()};
  return resampled(samples, 1, ratio);
}

}  // namespace ser
