// Speed perturbation (Ko et al. 2015): the clip played faster or slower, so that pitch, formants and length change.
#include <ser/audio/resample.h>
#include <ser/augment/steps.h>
#include <ser/base/error.h>

namespace ser {
namespace {

struct SpeedOptions {
  std::vector<double> factor{0.9, 1.1};
  std::vector<double> choices;
};

void describe_options(OptionTable& table, SpeedOptions& o) {
  table.add("factor", o.factor, "2 is twice as fast and an octave higher: low, high").range(0.25, 4);
  table.add("choices", o.choices, "one of these instead, all equally likely (0.9,1,1.1 as in Kaldi)").range(0.25, 4);
}

class SpeedStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override {
    if (options_.choices.empty()) check_range(options_.factor, "factor");
  }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    const double factor = options_.choices.empty() ? draw_from(options_.factor, random)
                                                   : options_.choices[random.below(options_.choices.size())];
    std::vector<float> changed = resample_by(wave.samples, 1 / factor);
    if (changed.empty()) return {{"skipped", "clip too short"}};
    wave.samples = std::move(changed);
    return {{"factor", drawn_text(factor)}};
  }

 private:
  SpeedOptions options_;
};

}  // namespace

std::unique_ptr<AugmentStep> make_speed_step() { return std::make_unique<SpeedStep>(); }

}  // namespace ser
