// A feature set without options that is made of contours: a table of them, and functionals of them.
#pragma once

#include <ser/base/error.h>
#include <ser/features/acoustic/analysis_frames.h>
#include <ser/features/feature_set.h>

#include <algorithm>
#include <cmath>

namespace ser {

/// What makes a set out of the contours that Descriptors(rate_hz).compute(wave) gives.
template <class Contours>
struct AcousticSetParts {
  std::vector<std::string> (*lld_names)();
  std::vector<std::string> (*functional_names)();
  Matrix (*lld_table)(const Contours&);
  std::vector<float> (*functionals)(const Contours&);
};

template <class Descriptors, class Contours>
class AcousticExtractor final : public FeatureExtractor {
 public:
  AcousticExtractor(const AcousticSetParts<Contours>& parts, FeatureLevel level, int rate_hz)
      : parts_(parts), level_(level), descriptors_(rate_hz) {}
  Matrix compute(const Waveform& wave) override {
    const Contours contours = descriptors_.compute(wave);
    Matrix out;
    if (level_ == FeatureLevel::lld) {
      out = parts_.lld_table(contours);
    } else {
      out.values = parts_.functionals(contours);
      out.rows = 1;
      out.columns = out.values.size();
    }
    if (!std::all_of(out.values.begin(), out.values.end(), [](float x) { return std::isfinite(x); }))
      throw_error<DataError>("a feature is not a finite number: are the samples within [-1, 1]?");
    return out;
  }
  double frame_shift_seconds() const override { return AnalysisFrames::shift_seconds; }

 private:
  AcousticSetParts<Contours> parts_;
  FeatureLevel level_;
  Descriptors descriptors_;
};

template <class Descriptors, class Contours>
class AcousticSet final : public FeatureSet {
 public:
  explicit AcousticSet(const AcousticSetParts<Contours>& parts) : parts_(parts) {}
  void describe(OptionTable&) override {}
  std::vector<std::string> columns(FeatureLevel level) const override {
    return level == FeatureLevel::lld ? parts_.lld_names() : parts_.functional_names();
  }
  std::unique_ptr<FeatureExtractor> make_extractor(FeatureLevel level, int rate_hz) const override {
    return std::make_unique<AcousticExtractor<Descriptors, Contours>>(parts_, level, rate_hz);
  }

 private:
  AcousticSetParts<Contours> parts_;
};

}  // namespace ser
