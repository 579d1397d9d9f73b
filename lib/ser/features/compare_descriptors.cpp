#include <ser/features/compare_descriptors.h>

#include <cmath>

namespace ser {
namespace {

PitchTrackOptions pitch_options() {
  PitchTrackOptions options;
  options.candidates.lowest_hz = 52;
  options.candidates.highest_hz = 620;
  options.look_ahead = 30;
  return options;
}

PeriodMatchingOptions period_options() {
  PeriodMatchingOptions options;
  options.search_range = 0.25;
  options.with_hnr = true;
  return options;
}

/// Changes of sign per sample. As in openSMILE the last pair is not looked at.
float zero_crossing_rate(std::span<const float> x) {
  std::size_t count = 0;
  for (std::size_t i = 1; i + 1 < x.size(); ++i)
    count += x[i - 1] * x[i] < 0 || (x[i] == 0 && x[i - 1] * x[i + 1] <= 0);
  return static_cast<float>(static_cast<double>(count) / static_cast<double>(x.size()));
}

bool of_pitch_frames(std::size_t descriptor) {
  return descriptor < compare::loudness || descriptor == compare::zero_crossings;
}

}  // namespace

CompareDescriptors::CompareDescriptors(int rate_hz)
    : frames_(rate_hz),
      short_spectrum_("hamming", frames_.short_length),
      auditory_(short_spectrum_.bins(), frames_.short_bin_hz(short_spectrum_.fft_length())),
      rasta_(auditory_),
      spectral_(short_spectrum_.bins(), frames_.short_bin_hz(short_spectrum_.fft_length())),
      pitch_(pitch_options(), frames_),
      periods_(period_options(), rate_hz, frames_.pitch_length, frames_.shift),
      magnitude_(short_spectrum_.bins()),
      previous_magnitude_(short_spectrum_.bins()),
      pitch_magnitude_(pitch_.bins()) {}

void CompareDescriptors::start(const Waveform& wave, CompareContours& out) {
  frames_.check_length(wave);
  out.pitch_frames = frames_.pitch_frames(wave.samples.size());
  out.short_frames = frames_.short_frames(wave.samples.size());
  scale_like_opensmile(wave, samples_);
  for (std::size_t d = 0; d < compare::descriptor_count; ++d)
    out.values[d].resize(of_pitch_frames(d) ? out.pitch_frames : out.short_frames);
  rasta_.reset();
  pitch_.reset();
  periods_.reset();
}

void CompareDescriptors::auditory_descriptors(std::size_t t, CompareContours& out) {
  std::array<float, AuditorySpectrum::bands> power, bands;
  std::array<float, compare::descriptor_count - compare::mfcc1> cepstrum;
  auditory_.band_powers(magnitude_, power);
  auditory_.specific_loudness(power, bands);
  out.values[compare::loudness][t] = loudness_of(bands);
  rasta_.filter(power, bands);
  out.values[compare::rasta_loudness][t] = loudness_of(bands);
  for (std::size_t m = 0; m < bands.size(); ++m) out.values[compare::rasta_band + m][t] = bands[m];
  auditory_.cepstrum(power, cepstrum);
  for (std::size_t i = 0; i < cepstrum.size(); ++i) out.values[compare::mfcc1 + i][t] = cepstrum[i];
}

void CompareDescriptors::short_frame(std::size_t t, CompareContours& out) {
  const std::span<const float> frame(samples_.data() + t * frames_.shift, frames_.short_length);
  magnitude_.swap(previous_magnitude_);
  short_spectrum_.transform(frame, magnitude_);
  auditory_descriptors(t, out);
  out.values[compare::energy][t] = static_cast<float>(std::sqrt(mean_square(frame, frame.size())));
  const std::span<const float> previous = previous_magnitude_;
  const auto values = spectral_.values(magnitude_, t == 0 ? previous.first(0) : previous);
  for (std::size_t i = 0; i < values.size(); ++i) out.values[compare::spectrum + i][t] = values[i];
}

void CompareDescriptors::pitch_frame(std::size_t t, CompareContours& out) {
  const std::span<const float> frame(samples_.data() + t * frames_.shift, frames_.pitch_length);
  out.values[compare::zero_crossings][t] = zero_crossing_rate(frame);
  pitch_.push(frame, pitch_magnitude_);
}

void CompareDescriptors::voiced_measures(std::size_t t, CompareContours& out) {
  const PitchDecision decision = pitch_.decision(t);
  const PeriodPerturbation perturbation = periods_.frame(samples_, t, decision.frequency_hz);
  out.values[compare::pitch][t] = decision.frequency_hz;
  out.values[compare::voicing][t] = decision.voicing;
  out.values[compare::jitter][t] = perturbation.jitter_local;
  out.values[compare::jitter_ddp][t] = perturbation.jitter_ddp;
  out.values[compare::shimmer][t] = perturbation.shimmer_local;
  out.values[compare::log_hnr][t] = perturbation.log_hnr_db;
}

CompareContours CompareDescriptors::compute(const Waveform& wave) {
  CompareContours out;
  start(wave, out);
  std::size_t measured = 0;
  for (std::size_t t = 0; t < out.short_frames; ++t) {
    short_frame(t, out);
    if (t >= out.pitch_frames) continue;
    pitch_frame(t, out);
    out.decided_frames = pitch_.decided();
    if (t + 1 == out.pitch_frames) pitch_.finish();
    for (; measured < pitch_.decided(); ++measured) voiced_measures(measured, out);
  }
  return out;
}

}  // namespace ser
