#include <ser/augment/steps.h>

namespace ser {
namespace {

class PolarityStep final : public AugmentStep {
 public:
  DrawnParameters apply(Waveform& wave, Random&) const override {
    for (float& x : wave.samples) x = -x;
    return {};
  }
};

}  // namespace

std::unique_ptr<AugmentStep> make_polarity_step() { return std::make_unique<PolarityStep>(); }

}  // namespace ser
