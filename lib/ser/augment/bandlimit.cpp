// Resampling down and back. With `semitones` it is what a published DistilHuBERT recipe for CREMA-D calls pitch shift
// (resample from the rate to int(rate * 2^(s / 12)) and back): the pitch stays, s < 0 cuts the top of the spectrum and
// s >= 0 changes nothing that can be heard.
#include <ser/audio/resample.h>
#include <ser/augment/steps.h>
#include <ser/base/error.h>

#include <cmath>

namespace ser {
namespace {

struct BandlimitOptions {
  std::vector<double> rate_hz{4000, 8000};
  std::vector<double> semitones;
};

void describe_options(OptionTable& table, BandlimitOptions& o) {
  table.add("rate_hz", o.rate_hz, "sample rate on the way, so that up to half of it remains: low, high")
      .range(1000, 384000)
      .unit("Hz");
  table
      .add("semitones", o.semitones,
           "in place of rate_hz: whole s from low to high, for the clip's rate times 2^(s/12), rounded down")
      .range(-24, 24);
}

class BandlimitStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override {
    if (options_.semitones.empty()) return check_range(options_.rate_hz, "rate_hz");
    check_range(options_.semitones, "semitones");
    for (const double s : options_.semitones)
      if (s != std::round(s)) throw_error<UsageError>("semitones: {} is not a whole number", s);
  }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    DrawnParameters drawn;
    int rate_hz = 0;
    if (options_.semitones.empty()) {
      rate_hz = static_cast<int>(std::lround(draw_from(options_.rate_hz, random)));
    } else {
      const auto low = static_cast<int>(options_.semitones.front()), high = static_cast<int>(options_.semitones.back());
      const int s = low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
      rate_hz = static_cast<int>(wave.rate_hz * std::exp2(s / 12.0));
      drawn.emplace_back("semitones", std::to_string(s));
    }
    drawn.emplace_back("rate_hz", std::to_string(rate_hz));
    const std::size_t length = wave.samples.size();
    wave = resample(resample(wave, rate_hz), wave.rate_hz);
    wave.samples.resize(length);
    return drawn;
  }

 private:
  BandlimitOptions options_;
};

}  // namespace

std::unique_ptr<AugmentStep> make_bandlimit_step() { return std::make_unique<BandlimitStep>(); }

}  // namespace ser
