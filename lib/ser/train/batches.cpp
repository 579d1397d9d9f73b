#include <ser/base/random.h>
#include <ser/train/batches.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace ser {
namespace {

using Places = std::vector<std::size_t>;

/// As many draws as there are clips, groups equally often: each group is gone through in a random order, again and
/// again.
Places drawn_by_group(std::span<const TrainingClip> clips, const std::function<std::size_t(const TrainingClip&)>& group,
                      std::uint64_t seed, int epoch) {
  std::map<std::size_t, Places> members;
  for (std::size_t i = 0; i < clips.size(); ++i) members[group(clips[i])].push_back(i);
  Places drawn;
  std::size_t g = 0;
  for (auto& [key, places] : members) {
    Random random(seed, "sampling", static_cast<std::uint64_t>(epoch), std::to_string(key));
    const std::size_t share = clips.size() / members.size() + (g++ < clips.size() % members.size() ? 1 : 0);
    for (std::size_t i = 0; i < share; ++i) {
      if (i % places.size() == 0) random.shuffle(places);
      drawn.push_back(places[i % places.size()]);
    }
  }
  return drawn;
}

Places drawn(std::span<const TrainingClip> clips, const TrainingOptions& options, std::uint64_t seed, int epoch) {
  if (options.sampling == "balanced")
    return drawn_by_group(
        clips, [](const TrainingClip& c) { return static_cast<std::size_t>(c.label); }, seed, epoch);
  if (options.sampling == "weighted")
    return drawn_by_group(
        clips, [](const TrainingClip& c) { return c.corpus; }, seed, epoch);
  Places all(clips.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// Cuts an order into batches within the limits.
std::vector<Places> cut(std::span<const std::size_t> order, std::span<const TrainingClip> clips, std::size_t most_clips,
                        double most_seconds) {
  std::vector<Places> batches;
  double longest = 0;
  for (const std::size_t place : order) {
    const double with = std::max(longest, clips[place].seconds);
    const bool full = batches.empty() || batches.back().size() >= most_clips ||
                      (most_seconds > 0 && with * static_cast<double>(batches.back().size() + 1) > most_seconds);
    if (full) batches.emplace_back();
    longest = full ? clips[place].seconds : with;
    batches.back().push_back(place);
  }
  return batches;
}

}  // namespace

std::vector<Places> training_batches(std::span<const TrainingClip> clips, const TrainingOptions& options,
                                     std::uint64_t seed, int epoch) {
  Places order = drawn(clips, options, seed, epoch);
  Random random(seed, "batches", static_cast<std::uint64_t>(epoch));
  random.shuffle(order);
  const auto size = static_cast<std::size_t>(options.batch_clips);
  const std::size_t stretch = size * static_cast<std::size_t>(options.bucket_batches);
  std::vector<Places> batches;
  for (std::size_t begin = 0; begin < order.size(); begin += stretch) {
    const std::size_t end = std::min(begin + stretch, order.size());
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin),
               last = order.begin() + static_cast<std::ptrdiff_t>(end);
    std::stable_sort(first, last, [&](std::size_t a, std::size_t b) { return clips[a].seconds < clips[b].seconds; });
    for (Places& batch : cut({first, last}, clips, size, options.batch_seconds)) batches.push_back(std::move(batch));
  }
  random.shuffle(batches);
  return batches;
}

std::vector<Places> evaluation_batches(std::span<const TrainingClip> clips, const TrainingOptions& options) {
  Places order(clips.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return clips[a].seconds > clips[b].seconds; });
  return cut(order, clips, 4 * static_cast<std::size_t>(options.batch_clips), 4 * options.batch_seconds);
}

}  // namespace ser
