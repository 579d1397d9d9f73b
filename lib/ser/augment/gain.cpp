#include <ser/augment/steps.h>

#include <cmath>

namespace ser {
namespace {

struct GainOptions {
  std::vector<double> db{-6, 6};
};

void describe_options(OptionTable& table, GainOptions& o) {
  table.add("db", o.db, "change of level: low, high").range(-100, 100).unit("dB");
}

class GainStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override { check_range(options_.db, "db"); }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    const double db = draw_from(options_.db, random);
    const double factor = std::pow(10, db / 20);
    for (float& x : wave.samples) x = static_cast<float>(static_cast<double>(x) * factor);
    return {{"db", drawn_text(db)}};
  }

 private:
  GainOptions options_;
};

}  // namespace

std::unique_ptr<AugmentStep> make_gain_step() { return std::make_unique<GainStep>(); }

}  // namespace ser
