#include <ser/augment/mixup_methods.h>
#include <ser/base/error.h>

#include <algorithm>
#include <numeric>

namespace ser {

std::vector<float> half_of_each(std::span<const float> a, std::span<const float> b) {
  if (a.empty() || b.empty()) throw UsageError("a clip without samples cannot be mixed");
  std::vector<double> sum(std::max(a.size(), b.size()));
  for (const std::span<const float> clip : {a, b}) {
    const double mean = std::accumulate(clip.begin(), clip.end(), 0.0) / static_cast<double>(clip.size());
    for (std::size_t t = 0; t < sum.size(); ++t)
      sum[t] += 0.5 * (t < clip.size() ? static_cast<double>(clip[t]) : mean);
  }
  return {sum.begin(), sum.end()};
}

MixedWave mix_by_length(const MixupOptions&, Waveform own, const Waveform& partner, Random&) {
  const auto own_length = static_cast<double>(own.samples.size());
  const auto partner_length = static_cast<double>(partner.samples.size());
  own.samples = half_of_each(own.samples, partner.samples);
  return {std::move(own), partner_length / (own_length + partner_length), {}};
}

}  // namespace ser
