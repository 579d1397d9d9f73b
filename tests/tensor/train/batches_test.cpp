// Batches: what is drawn, and the limits.
#include <ser/base/random.h>
#include <ser/train/batches.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

using namespace ser;

namespace {

std::vector<TrainingClip> made_up_clips(std::size_t count) {
  std::vector<TrainingClip> clips;
  Random random(3, "lengths");
  for (std::size_t i = 0; i < count; ++i)
    clips.push_back({i, 1 + 7 * random.uniform(), static_cast<int>(i % 10 == 0 ? 1 : i % 3 == 0 ? 2 : 0), i < 30});
  return clips;
}

std::vector<std::size_t> joined(const std::vector<std::vector<std::size_t>>& batches) {
  std::vector<std::size_t> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

double longest(const std::vector<std::size_t>& batch, const std::vector<TrainingClip>& clips) {
  double seconds = 0;
  for (const std::size_t place : batch) seconds = std::max(seconds, clips[place].seconds);
  return seconds;
}

/// Share of the padded audio that is padding.
double padding(const std::vector<std::vector<std::size_t>>& batches, const std::vector<TrainingClip>& clips) {
  double padded = 0, own = 0;
  for (const auto& batch : batches) {
    padded += longest(batch, clips) * static_cast<double>(batch.size());
    for (const std::size_t place : batch) own += clips[place].seconds;
  }
  return 1 - own / padded;
}

}  // namespace

TEST_CASE("an epoch has every clip once, in batches of at most batch_clips", "[train]") {
  const auto clips = made_up_clips(1003);
  TrainingOptions options;
  options.batch_clips = 16;
  const auto batches = training_batches(clips, options, 1, 0);
  std::vector<std::size_t> all = joined(batches);
  std::sort(all.begin(), all.end());
  REQUIRE(all.size() == clips.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == i);
  for (const auto& batch : batches) CHECK((batch.size() >= 1 && batch.size() <= 16));
  CHECK(batches.size() == 63);
}

TEST_CASE("a batch keeps the seconds, padding included, unless it is one clip", "[train]") {
  auto clips = made_up_clips(500);
  clips[17].seconds = 100;
  TrainingOptions options;
  options.batch_seconds = 30;
  std::size_t alone = 0;
  const auto batches = training_batches(clips, options, 1, 0);
  CHECK(joined(batches).size() == clips.size());
  for (const auto& batch : batches) {
    const double seconds = longest(batch, clips) * static_cast<double>(batch.size());
    if (seconds > 30) alone += batch.size();
  }
  CHECK(alone == 1);
}

TEST_CASE("clips of similar length share a batch", "[train]") {
  const auto clips = made_up_clips(2000);
  TrainingOptions options;
  // Shuffled clips of 1 to 8 s in batches of 16: the longest is near 7.6 s, the mean 4.5 s, so that 40 % is padding.
  CHECK(padding(training_batches(clips, options, 1, 0), clips) < 0.2);
  options.bucket_batches = 32;
  CHECK(padding(training_batches(clips, options, 1, 0), clips) < 0.05);
  CHECK(padding(evaluation_batches(clips, options), clips) < 0.05);
}

TEST_CASE("batches depend on seed and epoch alone", "[train]") {
  const auto clips = made_up_clips(300);
  const TrainingOptions options;
  const auto first = training_batches(clips, options, 1, 0);
  CHECK(training_batches(clips, options, 1, 0) == first);
  CHECK(training_batches(clips, options, 1, 1) != first);
  CHECK(training_batches(clips, options, 2, 0) != first);
}

TEST_CASE("short and long batches are mixed", "[train]") {
  const auto clips = made_up_clips(2000);
  const auto batches = training_batches(clips, {}, 1, 0);
  // Neighbours in a sorted order would differ by little.
  double differences = 0;
  for (std::size_t b = 1; b < batches.size(); ++b)
    differences += std::abs(longest(batches[b], clips) - longest(batches[b - 1], clips));
  CHECK(differences / static_cast<double>(batches.size() - 1) > 1);
}

TEST_CASE("balanced sampling draws each class equally often, weighted each corpus", "[train]") {
  const auto clips = made_up_clips(301);
  TrainingOptions options;
  for (const std::string sampling : {"balanced", "weighted"}) {
    options.sampling = sampling;
    std::map<std::size_t, std::size_t> groups;
    std::map<std::size_t, std::size_t> times;
    const auto all = joined(training_batches(clips, options, 1, 0));
    CHECK(all.size() == clips.size());
    for (const std::size_t place : all) {
      ++groups[sampling == "balanced" ? static_cast<std::size_t>(clips[place].label) : clips[place].corpus];
      ++times[place];
    }
    CHECK(groups.size() == (sampling == "balanced" ? 3 : 2));
    for (const auto& [group, count] : groups) {
      CHECK(count >= clips.size() / groups.size());
      CHECK(count <= clips.size() / groups.size() + 1);
    }
    // Within a group nobody is drawn twice more often than another.
    for (std::size_t i = 0; i < clips.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (clips[i].label == clips[j].label && clips[i].corpus == clips[j].corpus)
          REQUIRE(std::max(times[i], times[j]) - std::min(times[i], times[j]) <= 1);
  }
}

TEST_CASE("evaluation takes all clips once, the longest first", "[train]") {
  const auto clips = made_up_clips(301);
  const auto batches = evaluation_batches(clips, {});
  const auto all = joined(batches);
  CHECK(std::set<std::size_t>(all.begin(), all.end()).size() == clips.size());
  CHECK(all.size() == clips.size());
  for (std::size_t b = 1; b < batches.size(); ++b) CHECK(longest(batches[b], clips) <= longest(batches[b - 1], clips));
}
