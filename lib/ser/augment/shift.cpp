#include <ser/augment/steps.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

struct ShiftOptions {
  std::vector<double> seconds{-0.2, 0.2};
  std::string fill = "roll";
};

void describe_options(OptionTable& table, ShiftOptions& o) {
  table.add("seconds", o.seconds, "later by this, or earlier where negative: low, high").range(-3600, 3600).unit("s");
  table.add("fill", o.fill, "roll: what leaves at one end enters at the other; zeros: silence enters")
      .choices({"roll", "zeros"});
}

class ShiftStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override { check_range(options_.seconds, "seconds"); }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    const double seconds = draw_from(options_.seconds, random);
    const auto length = static_cast<std::int64_t>(wave.samples.size());
    const std::int64_t shift = std::llround(seconds * wave.rate_hz);
    std::vector<float>& x = wave.samples;
    if (options_.fill == "roll") {
      const std::int64_t left = ((-shift) % length + length) % length;
      std::rotate(x.begin(), x.begin() + left, x.end());
    } else if (shift >= 0) {
      std::shift_right(x.begin(), x.end(), shift);
      std::fill_n(x.begin(), std::min(shift, length), 0.f);
    } else {
      std::shift_left(x.begin(), x.end(), -shift);
      std::fill_n(x.rbegin(), std::min(-shift, length), 0.f);
    }
    return {{"seconds", drawn_text(seconds)}};
  }

 private:
  ShiftOptions options_;
};

}  // namespace

std::unique_ptr<AugmentStep> make_shift_step() { return std::make_unique<ShiftStep>(); }

}  // namespace ser
