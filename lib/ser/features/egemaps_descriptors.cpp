#include <ser/features/egemaps_descriptors.h>

namespace ser {
namespace {

constexpr double formant_rate_hz = 11000;
constexpr std::size_t formant_predictor_order = 11;

}  // namespace

EgemapsDescriptors::EgemapsDescriptors(int rate_hz)
    : frames_(rate_hz),
      short_spectrum_("hamming", frames_.short_length),
      auditory_(short_spectrum_.bins(), frames_.short_bin_hz(short_spectrum_.fft_length())),
      shape_(short_spectrum_.bins(), frames_.short_bin_hz(short_spectrum_.fft_length())),
      resampling_(frames_.short_length, short_spectrum_.fft_length(), rate_hz, formant_rate_hz),
      pitch_({}, frames_),
      periods_({}, rate_hz, frames_.pitch_length, frames_.shift),
      harmonics_(pitch_.fft_length(), frames_.pitch_bin_hz(pitch_.fft_length()), rate_hz),
      magnitude_(short_spectrum_.bins()),
      previous_magnitude_(short_spectrum_.bins()),
      resampled_(resampling_.size()),
      waiting_magnitudes_(pitch_.most_waiting(), std::vector<float>(pitch_.bins())) {}

void EgemapsDescriptors::start(const Waveform& wave, EgemapsContours& out) {
  frames_.check_length(wave);
  out.pitch_frames = frames_.pitch_frames(wave.samples.size());
  out.short_frames = frames_.short_frames(wave.samples.size());
  scale_like_opensmile(wave, samples_);
  for (std::size_t d = 0; d < egemaps::descriptor_count; ++d)
    out.values[d].resize(d < egemaps::short_frame_descriptors ? out.short_frames : out.pitch_frames);
  out.mean_square.resize(out.short_frames);
  formants_.resize(out.pitch_frames);
  pitch_.reset();
  periods_.reset();
}

void EgemapsDescriptors::short_frame(std::size_t t, EgemapsContours& out) {
  const std::span<const float> frame(samples_.data() + t * frames_.shift, frames_.short_length);
  magnitude_.swap(previous_magnitude_);
  short_spectrum_.transform(frame, magnitude_);
  out.mean_square[t] = static_cast<float>(mean_square(frame, frame.size()));

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
  std::array<float, formant_predictor_order> predictor;
  linear_prediction(resampled_, predictor);
  formants_[t] = formants_of_predictor(predictor, formant_rate_hz);
}

void EgemapsDescriptors::pitch_frame(std::size_t t) {
  pitch_.push({samples_.data() + t * frames_.shift, frames_.pitch_length},
              waiting_magnitudes_[t % waiting_magnitudes_.size()]);
}

void EgemapsDescriptors::voiced_measures(std::size_t t, EgemapsContours& out) {
  const float pitch_hz = pitch_.decision(t).frequency_hz;
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
    out.decided_frames = pitch_.decided();
    if (t + 1 == out.pitch_frames) pitch_.finish();
    for (; measured < pitch_.decided(); ++measured) voiced_measures(measured, out);
  }
  return out;
}

}  // namespace ser
