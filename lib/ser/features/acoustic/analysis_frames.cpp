#include <ser/base/error.h>
#include <ser/features/acoustic/analysis_frames.h>

#include <cmath>

namespace ser {
namespace {

int checked_rate(int rate_hz) {
  if (rate_hz < 8000 || rate_hz > 96000)
    throw_error<DataError>("this feature set is defined for 8 to 96 kHz, not for {} Hz: choose another --rate",
                           rate_hz);
  return rate_hz;
}

std::size_t samples_in(double seconds, int rate_hz) {
  return static_cast<std::size_t>(std::llround(seconds * rate_hz));
}

std::size_t frame_count(std::size_t samples, std::size_t length, std::size_t shift) {
  return samples < length ? 0 : (samples - length) / shift + 1;
}

}  // namespace

AnalysisFrames::AnalysisFrames(int rate)
    : rate_hz(checked_rate(rate)),
      shift(samples_in(shift_seconds, rate)),
      short_length(samples_in(short_seconds, rate)),
      pitch_length(samples_in(pitch_seconds, rate)) {}

std::size_t AnalysisFrames::short_frames(std::size_t samples) const {
  return frame_count(samples, short_length, shift);
}

std::size_t AnalysisFrames::pitch_frames(std::size_t samples) const {
  return frame_count(samples, pitch_length, shift);
}

void AnalysisFrames::check_length(const Waveform& wave) const {
  if (pitch_frames(wave.samples.size()) == 0)
    throw_error<DataError>("the clip has {:.4g} s, shorter than one frame of {} s", wave.seconds(), pitch_seconds);
}

double AnalysisFrames::short_bin_hz(std::size_t fft_length) const {
  return static_cast<double>(50 * short_length) / static_cast<double>(fft_length);
}

double AnalysisFrames::pitch_bin_hz(std::size_t fft_length) const {
  return static_cast<double>(50 * pitch_length) / static_cast<double>(3 * fft_length);
}

void scale_like_opensmile(const Waveform& wave, std::vector<float>& samples) {
  samples.assign(wave.samples.begin(), wave.samples.end());
  double ours = 1, theirs = 1;
  switch (wave.pcm_bits) {
    case 8:
      ours = 128, theirs = 127;
      break;
    case 16:
      ours = 32768, theirs = 32767;
      break;
    case 24:
      ours = 8388608, theirs = 32767.0 * 256;
      break;
    case 32:
      ours = 2147483648, theirs = 2147483647;
      break;
    default:
      return;
  }
  for (float& x : samples) x = static_cast<float>(static_cast<double>(x) * ours / theirs);
}

}  // namespace ser
