#include <fmt/format.h>
#include <ser/features/spectral.h>
#include <ser/features/spectral_sets.h>
#include <ser/features/statistics.h>

namespace ser {
namespace {

/// Frames by `Spectral` (LogMelExtractor, MfccExtractor), and statistics over them at level functionals.
template <class Spectral, class Options>
class SpectralFeatureExtractor final : public FeatureExtractor {
 public:
  SpectralFeatureExtractor(const Options& options, const StatisticsOptions& over, FeatureLevel level, int rate_hz)
      : spectral_(options, rate_hz), statistics_(over), level_(level) {}
  Matrix compute(const Waveform& wave) override {
    Matrix frames = spectral_.compute(wave);
    if (level_ == FeatureLevel::lld) return frames;
    Matrix vector;
    vector.values = statistics(frames, statistics_, spectral_.frame_shift_seconds());
    vector.rows = 1;
    vector.columns = vector.values.size();
    return vector;
  }
  double frame_shift_seconds() const override { return spectral_.frame_shift_seconds(); }

 private:
  Spectral spectral_;
  StatisticsOptions statistics_;
  FeatureLevel level_;
};

template <class Spectral, class Options>
class SpectralFeatureSet : public FeatureSet {
 public:
  void describe(OptionTable& table) override {
    describe_options(table, options_);
    describe_options(table, statistics_);
  }
  std::vector<std::string> columns(FeatureLevel level) const override {
    return level == FeatureLevel::lld ? frame_columns() : statistics_columns(frame_columns(), statistics_);
  }
  std::unique_ptr<FeatureExtractor> make_extractor(FeatureLevel level, int rate_hz) const override {
    return std::make_unique<SpectralFeatureExtractor<Spectral, Options>>(options_, statistics_, level, rate_hz);
  }

 protected:
  virtual std::vector<std::string> frame_columns() const = 0;
  Options options_;
  StatisticsOptions statistics_;
};

class LogMelSet final : public SpectralFeatureSet<LogMelExtractor, LogMelOptions> {
  std::vector<std::string> frame_columns() const override {
    std::vector<std::string> names;
    if (options_.energy) names.push_back("log_energy");
    for (int band = 0; band < options_.mel.num_mels; ++band) names.push_back(fmt::format("mel[{}]", band));
    return names;
  }
};

class MfccSet final : public SpectralFeatureSet<MfccExtractor, MfccOptions> {
  std::vector<std::string> frame_columns() const override {
    std::vector<std::string> names;
    const std::vector<std::string> suffixes{"", "_de", "_de_de", "_de_de_de"};
    for (int order = 0; order <= options_.delta_order; ++order)
      for (int n = 0; n < options_.num_ceps; ++n)
        names.push_back((n == 0 && options_.energy ? "log_energy" : fmt::format("mfcc[{}]", n)) +
                        suffixes[static_cast<std::size_t>(order)]);
    return names;
  }
};

}  // namespace

std::unique_ptr<FeatureSet> make_logmel_set() { return std::make_unique<LogMelSet>(); }
std::unique_ptr<FeatureSet> make_mfcc_set() { return std::make_unique<MfccSet>(); }

std::vector<std::pair<std::string, std::string>> librosa_preset() {
  return {{"framing", "center"},
          {"frame_length_samples", "2048"},
          {"frame_shift_samples", "512"},
          {"window", "hann"},
          {"sample_scale", "1"},
          {"remove_dc", "false"},
          {"preemphasis", "0"},
          {"num_mels", "128"},
          {"low_hz", "0"},
          {"mel_scale", "slaney"},
          {"triangles", "hz"},
          {"mel_normalisation", "slaney"},
          {"logarithm", "db"},
          {"log_floor", "1e-10"},
          {"top_db", "80"}};
}

}  // namespace ser
