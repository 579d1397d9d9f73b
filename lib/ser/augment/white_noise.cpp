// Gaussian noise: N(0, sigma^2) as the DistilHuBERT and PaSST recipe for CREMA-D has it (sigma 0.005), or at a ratio.
#include <ser/augment/noise.h>
#include <ser/augment/steps.h>
#include <ser/base/error.h>

namespace ser {
namespace {

struct WhiteNoiseOptions {
  std::vector<double> sigma{0.005};
  std::vector<double> snr_db;
};

void describe_options(OptionTable& table, WhiteNoiseOptions& o) {
  table.add("sigma", o.sigma, "standard deviation, full scale being 1: one number, or low and high").range(0, 1);
  table.add("snr_db", o.snr_db, "signal-to-noise ratio over the whole clip, in place of sigma: low, high")
      .range(-100, 100)
      .unit("dB");
}

class WhiteNoiseStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override {
    if (options_.snr_db.empty())
      check_range(options_.sigma, "sigma");
    else
      check_range(options_.snr_db, "snr_db");
  }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    const bool by_ratio = !options_.snr_db.empty();
    const double value = draw_from(by_ratio ? options_.snr_db : options_.sigma, random);
    std::vector<float> noise(wave.samples.size());
    for (float& x : noise) x = static_cast<float>(random.normal());
    if (by_ratio) {
      if (!add_at_snr(wave.samples, noise, value)) return {{"skipped", "silent clip"}};
      return {{"snr_db", drawn_text(value)}};
    }
    for (std::size_t i = 0; i < noise.size(); ++i) wave.samples[i] += static_cast<float>(value) * noise[i];
    return {{"sigma", drawn_text(value)}};
  }

 private:
  WhiteNoiseOptions options_;
};

}  // namespace

std::unique_ptr<AugmentStep> make_white_noise_step() { return std::make_unique<WhiteNoiseStep>(); }

}  // namespace ser
