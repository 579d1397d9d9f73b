#include <ser/augment/steps.h>
#include <ser/augment/time_stretch.h>

namespace ser {
namespace {

struct PitchOptions {
  std::vector<double> semitones{-2, 2};
};

void describe_options(OptionTable& table, PitchOptions& o) {
  table.add("semitones", o.semitones, "higher, or lower where negative: low, high").range(-24, 24);
}

class PitchStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override { check_range(options_.semitones, "semitones"); }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    const double semitones = draw_from(options_.semitones, random);
    wave.samples = pitch_shift(wave.samples, wave.rate_hz, semitones);
    return {{"semitones", drawn_text(semitones)}};
  }

 private:
  PitchOptions options_;
};

}  // namespace

std::unique_ptr<AugmentStep> make_pitch_step() { return std::make_unique<PitchStep>(); }

}  // namespace ser
