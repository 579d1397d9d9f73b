#include <ser/augment/step.h>
#include <ser/base/error.h>

namespace ser {

void AugmentStep::describe(OptionTable& table) {
  table.add("probability", probability_, "share of clips that get it; 0: off").range(0, 1);
  describe_parameters(table);
}

void check_range(const std::vector<double>& range, const std::string& option) {
  if (range.empty() || range.size() > 2)
    throw_error<UsageError>("{}: expected one number, or low and high; got {} numbers", option, range.size());
  if (range.front() > range.back())
    throw_error<UsageError>("{}: low {} is above high {}", option, range.front(), range.back());
}

double draw_from(const std::vector<double>& range, Random& random) {
  return range.front() == range.back() ? range.front() : random.uniform(range.front(), range.back());
}

double mean_power(std::span<const float> samples) {
  double sum = 0;
  for (const float x : samples) sum += static_cast<double>(x) * static_cast<double>(x);
  return samples.empty() ? 0 : sum / static_cast<double>(samples.size());
}

std::string drawn_text(double value) { return fmt::format("{:.6g}", value); }

}  // namespace ser
