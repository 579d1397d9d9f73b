#include <ser/features/waveform_set.h>

namespace ser {
namespace {

class Samples final : public FeatureExtractor {
 public:
  explicit Samples(int rate_hz) : rate_hz_(rate_hz) {}
  Matrix compute(const Waveform& wave) override {
    if (wave.samples.empty()) throw DataError("the clip has no samples");
    Matrix out(wave.samples.size(), 1);
    out.values = wave.samples;
    return out;
  }
  double frame_shift_seconds() const override { return 1.0 / rate_hz_; }

 private:
  int rate_hz_;
};

class WaveformSet final : public FeatureSet {
 public:
  void describe(OptionTable&) override {}
  std::vector<std::string> columns(FeatureLevel level) const override {
    require_frames(level);
    return {"sample"};
  }
  std::unique_ptr<FeatureExtractor> make_extractor(FeatureLevel level, int rate_hz) const override {
    require_frames(level);
    return std::make_unique<Samples>(rate_hz);
  }

 private:
  static void require_frames(FeatureLevel level) {
    if (level != FeatureLevel::lld) throw UsageError("the set waveform has no functionals: give --level lld");
  }
};

}  // namespace

std::unique_ptr<FeatureSet> make_waveform_set() { return std::make_unique<WaveformSet>(); }

}  // namespace ser
