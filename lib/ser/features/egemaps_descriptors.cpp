#include <ser/base/error.h>
#include <ser/features/egemaps_descriptors.h>

#include <cmath>

namespace ser {
namespace {

constexpr std::size_t look_ahead = 40;
constexpr double formant_rate_hz = 11000;
constexpr float voiced_energy = 0.001f;
constexpr double short_seconds = 0.020, pitch_seconds = 0.060;

int checked_rate(int rate_hz) {
  if (rate_hz < 8000 || rate_hz > 96000)
    throw_error<DataError>("eGeMAPS is defined for 8 to 96 kHz, not for {} Hz: resample with --rate", rate_hz);
  return rate_hz;
}

std::size_t samples_in(double seconds, int rate_hz) {
  return static_cast<std::size_t>(std::llround(seconds * rate_hz));
}

/// Distance of bins with the nominal length of the frames, which differs from rate / fft_length where the frame has no
/// whole number of samples.
double short_bin_hz(const FrameSpectrum& s) {
  return static_cast<double>(50 * s.length()) / static_cast<double>(s.fft_length());
}
double pitch_bin_hz(const FrameSpectrum& s) {
  return static_cast<double>(50 * s.length()) / static_cast<double>(3 * s.fft_length());
}
double log2_bin_hz(const FrameSpectrum& s) {
  const auto duration =
      static_cast<float>(pitch_seconds * static_cast<double>(s.fft_length()) / static_cast<double>(s.length()));
  return 1 / static_cast<double>(duration);
}

std::size_t frame_count(std::size_t samples, std::size_t length, std::size_t shift) {
  return samples < length ? 0 : (samples - length) / shift + 1;
}

}  // namespace

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

EgemapsDescriptors::EgemapsDescriptors(int rate_hz)
    : rate_hz_(checked_rate(rate_hz)),
      shift_(samples_in(egemaps::frame_seconds, rate_hz)),
      short_spectrum_("hamming", samples_in(short_seconds, rate_hz)),
      pitch_spectrum_("gauss", samples_in(pitch_seconds, rate_hz)),
      auditory_(short_spectrum_.bins(), short_bin_hz(short_spectrum_)),
      shape_(short_spectrum_.bins(), short_bin_hz(short_spectrum_)),
      resampling_(short_spectrum_.length(), short_spectrum_.fft_length(), rate_hz, formant_rate_hz),
      log2_spectrum_(pitch_spectrum_.bins(), log2_bin_hz(pitch_spectrum_)),
      summation_({}, log2_spectrum_),
      pitch_(look_ahead),
      periods_({}, rate_hz, pitch_spectrum_.length(), shift_),
      harmonics_(pitch_spectrum_.fft_length(), pitch_bin_hz(pitch_spectrum_), rate_hz),
      magnitude_(short_spectrum_.bins()),
      previous_magnitude_(short_spectrum_.bins()),
      resampled_(resampling_.size()),
      log2_magnitude_(log2_spectrum_.size()),
      waiting_magnitudes_(look_ahead + 2, std::vector<float>(pitch_spectrum_.bins())) {}

void EgemapsDescriptors::start(const Waveform& wave, EgemapsContours& out) {
  const std::size_t length = wave.samples.size();
  out.pitch_frames = frame_count(length, pitch_spectrum_.length(), shift_);
  out.short_frames = frame_count(length, short_spectrum_.length(), shift_);
  if (out.pitch_frames == 0)
    throw_error<DataError>("the clip has {:.4g} s, shorter than one frame of {} s", wave.seconds(), pitch_seconds);
  scale_like_opensmile(wave, samples_);
  for (std::size_t d = 0; d < egemaps::descriptor_count; ++d)
    out.values[d].resize(d < egemaps::short_frame_descriptors ? out.short_frames : out.pitch_frames);
  out.mean_square.resize(out.short_frames);
  energy_.resize(out.pitch_frames);
  formants_.resize(out.pitch_frames);
  pitch_.reset();
  periods_.reset();
}

void EgemapsDescriptors::short_frame(std::size_t t, EgemapsContours& out) {
  const std::span<const float> frame(samples_.data() + t * shift_, short_spectrum_.length());
  magnitude_.swap(previous_magnitude_);
  short_spectrum_.transform(frame, magnitude_);
  out.mean_square[t] = mean_square(frame, frame.size());

  std::array<float, AuditorySpectrum::bands> power, loudness;
  std::array<float, 4> cepstrum;
  auditory_.band_powers(magnitude_, power);
  auditory_.specific_loudness(power, loudness);
  auditory_.cepstrum(power, cepstrum);
  out.values[egemaps::loudness][t] = loudness_of(loudness);
  for (std::size_t i = 0; i < cepstrum.size(); ++i) out.values[egemaps::mfcc1 + i][t] = cepstrum[i];

  const SpectralShape::Values shape = shape_.values(magnitude_);
  out.values[egemaps::alpha_ratio][t] = shape.alpha_ratio;
  out.values[egemaps::hammarberg_index][t] = shape.hammarberg_index;
  out.values[egemaps::slope_0_500][t] = shape.slope_0_500;
  out.values[egemaps::slope_500_1500][t] = shape.slope_500_1500;
  out.values[egemaps::spectral_flux][t] = t == 0 ? 0.f : shape_.flux(magnitude_, previous_magnitude_);

  if (t >= out.pitch_frames) return;
  resampling_.resample(short_spectrum_.real(), short_spectrum_.imaginary(), resampled_);
  formants_[t] = formants_of_predictor(linear_prediction(resampled_), formant_rate_hz);
}

void EgemapsDescriptors::pitch_frame(std::size_t t) {
  const std::span<const float> frame(samples_.data() + t * shift_, pitch_spectrum_.length());
  std::vector<float>& magnitude = waiting_magnitudes_[t % waiting_magnitudes_.size()];
  pitch_spectrum_.transform(frame, magnitude);
  energy_[t] = std::sqrt(mean_square(pitch_spectrum_.windowed(), pitch_spectrum_.length()));
  log2_spectrum_.transform(magnitude, log2_magnitude_);
  pitch_.push(summation_.candidates(log2_magnitude_));
}

void EgemapsDescriptors::voiced_measures(std::size_t t, EgemapsContours& out) {
  const float pitch_hz = energy_[t] > voiced_energy ? pitch_.decisions()[t].frequency_hz : 0.f;
  const PeriodPerturbation perturbation = periods_.frame(samples_, t, pitch_hz);
  const HarmonicMeasures levels =
      harmonics_.measure(waiting_magnitudes_[t % waiting_magnitudes_.size()], pitch_hz, formants_[t]);
  out.values[egemaps::semitone][t] = semitones_from_27_5_hz(pitch_hz);
  out.values[egemaps::jitter][t] = perturbation.jitter_local;
  out.values[egemaps::shimmer_db][t] = perturbation.shimmer_local_db;
  out.values[egemaps::hnr_db][t] = levels.hnr_db;
  out.values[egemaps::h1_h2][t] = levels.h1_h2;
  out.values[egemaps::h1_a3][t] = levels.h1_a3;
  for (std::size_t i = 0; i < 3; ++i) {
    out.values[egemaps::f1_frequency + 3 * i][t] = formants_[t].frequency_hz[i];
    out.values[egemaps::f1_bandwidth + 3 * i][t] = formants_[t].bandwidth_hz[i];
    out.values[egemaps::f1_amplitude + 3 * i][t] = levels.amplitude[i];
  }
}

EgemapsContours EgemapsDescriptors::compute(const Waveform& wave) {
  EgemapsContours out;
  start(wave, out);
  std::size_t measured = 0;
  for (std::size_t t = 0; t < out.short_frames; ++t) {
    short_frame(t, out);
    if (t >= out.pitch_frames) continue;
    pitch_frame(t);
    out.decided_frames = pitch_.decisions().size();
    if (t + 1 == out.pitch_frames) pitch_.finish();
    for (; measured < pitch_.decisions().size(); ++measured) voiced_measures(measured, out);
  }
  return out;
}

}  // namespace ser
