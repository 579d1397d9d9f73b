#include <ser/base/error.h>
#include <ser/features/spectral.h>
#include <ser/features/window.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ser {

void describe_options(OptionTable& table, LogMelOptions& o) {
  table.add("framing", o.framing, "where frames lie: snip (Kaldi), reflect (Kaldi without snipping), center (librosa)")
      .choices({"snip", "reflect", "center"});
  table.add("frame_length_seconds", o.frame_length_seconds, "window length").range(0.001, 1).unit("s");
  table.add("frame_shift_seconds", o.frame_shift_seconds, "hop").range(0.0005, 1).unit("s");
  table.add("frame_length_samples", o.frame_length_samples, "window length in samples, instead of seconds when above 0")
      .range(0, 1 << 20);
  table.add("frame_shift_samples", o.frame_shift_samples, "hop in samples, instead of seconds when above 0")
      .range(0, 1 << 20);
  table.add("fft_length", o.fft_length, "samples; 0: next power of two of the window length").range(0, 1 << 20);
  table.add("window", o.window, "window function").choices(window_names());
  table.add("sample_scale", o.sample_scale, "samples in [-1, 1] are multiplied by this: 32768 for Kaldi, 1 for librosa")
      .range(1e-6, 1e9);
  table.add("remove_dc", o.remove_dc, "subtract the mean of each frame");
  table.add("preemphasis", o.preemphasis, "coefficient, 0 for none").range(0, 1);
  table.add("spectrum_power", o.spectrum_power, "1: magnitude, 2: power").range(1, 2);
  table.add("num_mels", o.mel.num_mels, "mel bands").range(1, 512);
  table.add("low_hz", o.mel.low_hz, "lower edge of the first band").at_least(0).unit("Hz");
  table.add("high_hz", o.mel.high_hz, "upper edge of the last band; 0 or less: counted from half the sample rate")
      .unit("Hz");
  table.add("mel_scale", o.mel.scale, "mel formula").choices({"htk", "slaney"});
  table.add("triangles", o.mel.triangles, "filters are linear in mel (Kaldi) or in hz (librosa)")
      .choices({"mel", "hz"});
  table.add("mel_normalisation", o.mel.normalisation, "none: peak 1, slaney: area 1").choices({"none", "slaney"});
  table.add("logarithm", o.logarithm, "natural, decibel or none").choices({"ln", "db", "none"});
  table.add("log_floor", o.log_floor, "smallest argument of the logarithm").range(1e-30, 1);
  table.add("top_db", o.top_db, "floor below the clip's maximum, 0 for none").at_least(0).unit("dB");
  table.add("energy", o.energy, "log energy as column 0");
}

void describe_options(OptionTable& table, MfccOptions& o) {
  describe_options(table, o.logmel);
  table.add("num_ceps", o.num_ceps, "cepstral coefficients, the 0th included").range(1, 512);
  table.add("lifter", o.lifter, "Q of the sine lifter, 0 for none").range(0, 1000);
  table.add("lifter_first", o.lifter_first, "index of the first coefficient in the lifter: 0 Kaldi, 1 librosa")
      .range(0, 1);
  table.add("replace_c0", o.energy, "log energy in the place of coefficient 0");
  table.add("delta_order", o.delta_order, "0: static, 1: with deltas, 2: with double deltas").range(0, 3);
  table.add("delta_window", o.delta_window, "frames to each side").range(1, 50);
}

namespace {

std::size_t in_samples(double seconds, int samples, int rate_hz) {
  // Kaldi truncates; the small term keeps 0.01 s * 16000 Hz from becoming 159.
  return samples > 0 ? static_cast<std::size_t>(samples) : static_cast<std::size_t>(seconds * rate_hz + 1e-6);
}

std::size_t fft_length_of(const LogMelOptions& o, std::size_t window_length) {
  const std::size_t length =
      o.fft_length > 0 ? static_cast<std::size_t>(o.fft_length) : next_power_of_two(window_length);
  if (length < window_length)
    throw_error<UsageError>("fft_length {} is shorter than the window of {} samples", length, window_length);
  return length;
}

void take_logarithm(std::span<float> values, const LogMelOptions& o) {
  if (o.logarithm == "none") return;
  const float floor = static_cast<float>(o.log_floor);
  if (o.logarithm == "ln")
    for (float& value : values) value = std::log(std::max(value, floor));
  else
    for (float& value : values) value = 10 * std::log10(std::max(value, floor));
}

}  // namespace

LogMelExtractor::LogMelExtractor(const LogMelOptions& o, int rate_hz)
    : options_(o),
      rate_hz_(rate_hz),
      window_length_(in_samples(o.frame_length_seconds, o.frame_length_samples, rate_hz)),
      window_(make_window(o.window, window_length_)),
      fft_(fft_length_of(o, window_length_)),
      bank_(o.mel, fft_.length(), rate_hz),
      padded_(fft_.length()),
      power_(fft_.bins()),
      spectrum_(fft_.bins()) {
  framing_ = {o.framing, window_length_, in_samples(o.frame_shift_seconds, o.frame_shift_samples, rate_hz)};
  if (window_length_ < 2 || framing_.shift < 1)
    throw_error<UsageError>("a window of {} and a hop of {} samples are too short", window_length_, framing_.shift);
  // librosa frames the signal by the FFT length and centres a shorter window in it.
  const bool librosa_frames = o.framing == "center" || o.mel.triangles == "hz";
  if (librosa_frames) {
    framing_.length = fft_.length();
    window_offset_ = (fft_.length() - window_length_) / 2;
  }
  frame_.resize(framing_.length);
}

double LogMelExtractor::frame_shift_seconds() const { return static_cast<double>(framing_.shift) / rate_hz_; }

float LogMelExtractor::prepare_frame() {
  const std::size_t n = window_length_;
  float* const x = frame_.data() + window_offset_;
  if (options_.remove_dc) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]);
    const float mean = static_cast<float>(sum / static_cast<double>(n));
    for (std::size_t i = 0; i < n; ++i) x[i] -= mean;
  }
  float log_energy = 0;
  if (options_.energy) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    log_energy = static_cast<float>(std::log(std::max(sum, options_.log_floor)));
  }
  float* const out = padded_.data() + window_offset_;
  const float a = static_cast<float>(options_.preemphasis);
  out[0] = (x[0] - a * x[0]) * window_[0];
  for (std::size_t i = 1; i < n; ++i) out[i] = (x[i] - a * x[i - 1]) * window_[i];
  return log_energy;
}

Matrix LogMelExtractor::compute(const Waveform& wave) {
  if (wave.rate_hz != rate_hz_) throw_error<Error>("an extractor for {} Hz got audio of {} Hz", rate_hz_, wave.rate_hz);
  const std::size_t frames = framing_.count(wave.samples.size());
  if (frames == 0)
    throw_error<DataError>("{:.4f} s of audio is too short for one frame of {:.4f} s", wave.seconds(),
                           static_cast<double>(framing_.length) / rate_hz_);
  Matrix out(frames, columns());
  const float scale = static_cast<float>(options_.sample_scale);
  const std::size_t bins = fft_.bins();
  for (std::size_t t = 0; t < frames; ++t) {
    framing_.copy(wave.samples, t, frame_);
    if (scale != 1)
      for (float& x : frame_) x *= scale;
    const float log_energy = prepare_frame();
    fft_.transform(padded_, spectrum_);
    const float* const parts = reinterpret_cast<const float*>(spectrum_.data());
    for (std::size_t k = 0; k < bins; ++k)
      power_[k] = parts[2 * k] * parts[2 * k] + parts[2 * k + 1] * parts[2 * k + 1];
    if (options_.spectrum_power == 1)
      for (float& value : power_) value = std::sqrt(value);
    const std::span<float> row = out.row(t);
    const std::span<float> bands = options_.energy ? row.subspan(1) : row;
    bank_.apply(power_, bands);
    take_logarithm(bands, options_);
    if (options_.energy) row[0] = log_energy;
  }
  if (options_.top_db > 0) {
    const float floor = *std::max_element(out.values.begin(), out.values.end()) - static_cast<float>(options_.top_db);
    for (float& value : out.values) value = std::max(value, floor);
  }
  return out;
}

namespace {
LogMelOptions with_energy(LogMelOptions options, bool energy) {
  options.energy = energy;
  return options;
}
}  // namespace

MfccExtractor::MfccExtractor(const MfccOptions& o, int rate_hz)
    : options_(o),
      logmel_(with_energy(o.logmel, o.energy), rate_hz),
      transform_(static_cast<std::size_t>(o.num_ceps), static_cast<std::size_t>(o.logmel.mel.num_mels)) {
  const int bands = o.logmel.mel.num_mels;
  if (o.num_ceps > bands)
    throw_error<UsageError>("{} cepstral coefficients need as many mel bands, there are {}", o.num_ceps, bands);
  for (int n = 0; n < o.num_ceps; ++n) {
    const double lift =
        o.lifter > 0 ? 1 + o.lifter / 2 * std::sin(std::numbers::pi * (n + o.lifter_first) / o.lifter) : 1;
    const double norm = std::sqrt((n == 0 ? 1. : 2.) / bands);
    for (int b = 0; b < bands; ++b)
      transform_(static_cast<std::size_t>(n), static_cast<std::size_t>(b)) =
          static_cast<float>(lift * norm * std::cos(std::numbers::pi * n * (b + 0.5) / bands));
  }
}

Matrix MfccExtractor::compute(const Waveform& wave) {
  const Matrix logmel = logmel_.compute(wave);
  const std::size_t skip = options_.energy ? 1 : 0;
  Matrix ceps(logmel.rows, transform_.rows);
  for (std::size_t t = 0; t < logmel.rows; ++t) {
    const std::span<const float> bands = logmel.row(t).subspan(skip);
    for (std::size_t n = 0; n < transform_.rows; ++n) {
      const std::span<const float> weights = transform_.row(n);
      double sum = 0;
      for (std::size_t b = 0; b < bands.size(); ++b)
        sum += static_cast<double>(weights[b]) * static_cast<double>(bands[b]);
      ceps(t, n) = static_cast<float>(sum);
    }
    if (options_.energy) ceps(t, 0) = logmel(t, 0);
  }
  return options_.delta_order > 0 ? add_deltas(ceps, options_.delta_order, options_.delta_window) : ceps;
}

Matrix add_deltas(const Matrix& features, int order, int window) {
  std::vector<std::vector<double>> filters{{1}};
  double norm = 0;
  for (int i = 1; i <= window; ++i) norm += 2. * i * i;
  for (int k = 0; k < order; ++k) {
    const std::vector<double>& before = filters.back();
    std::vector<double> next(before.size() + 2 * static_cast<std::size_t>(window));
    for (std::size_t i = 0; i < before.size(); ++i)
      for (int j = -window; j <= window; ++j) next[i + static_cast<std::size_t>(j + window)] += before[i] * j / norm;
    filters.push_back(std::move(next));
  }
  const auto frames = static_cast<std::ptrdiff_t>(features.rows);
  Matrix out(features.rows, features.columns * filters.size());
  for (std::ptrdiff_t t = 0; t < frames; ++t)
    for (std::size_t k = 0; k < filters.size(); ++k) {
      const auto half = static_cast<std::ptrdiff_t>(filters[k].size() / 2);
      for (std::size_t column = 0; column < features.columns; ++column) {
        double sum = 0;
        for (std::ptrdiff_t i = -half; i <= half; ++i)
          sum += filters[k][static_cast<std::size_t>(i + half)] *
                 static_cast<double>(
                     features(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(t + i, 0, frames - 1)), column));
        out(static_cast<std::size_t>(t), k * features.columns + column) = static_cast<float>(sum);
      }
    }
  return out;
}

}  // namespace ser
