#include <ser/base/error.h>
#include <ser/features/egemaps.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

class EgemapsExtractor final : public FeatureExtractor {
 public:
  EgemapsExtractor(FeatureLevel level, int rate_hz) : descriptors_(rate_hz), level_(level) {}
  Matrix compute(const Waveform& wave) override {
    const EgemapsContours contours = descriptors_.compute(wave);
    Matrix out;
    if (level_ == FeatureLevel::lld) {
      out = egemaps_lld_table(contours);
    } else {
      out.values = egemaps_functionals(contours);
      out.rows = 1;
      out.columns = out.values.size();
    }
    if (!std::all_of(out.values.begin(), out.values.end(), [](float x) { return std::isfinite(x); }))
      throw_error<DataError>("a feature is not a finite number: are the samples within [-1, 1]?");
    return out;
  }
  double frame_shift_seconds() const override { return egemaps::frame_seconds; }

 private:
  EgemapsDescriptors descriptors_;
  FeatureLevel level_;
};

class EgemapsSet final : public FeatureSet {
 public:
  void describe(OptionTable&) override {}
  std::vector<std::string> columns(FeatureLevel level) const override {
    return level == FeatureLevel::lld ? egemaps_lld_names() : egemaps_functional_names();
  }
  std::unique_ptr<FeatureExtractor> make_extractor(FeatureLevel level, int rate_hz) const override {
    return std::make_unique<EgemapsExtractor>(level, rate_hz);
  }
};

}  // namespace

std::unique_ptr<FeatureSet> make_egemaps_set() { return std::make_unique<EgemapsSet>(); }

}  // namespace ser
