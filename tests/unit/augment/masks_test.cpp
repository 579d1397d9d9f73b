#include <ser/augment/masks.h>
#include <ser/config/option_table.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace ser;

TEST_CASE("SpecAugment's masks are narrower than their limits and lie within the spectrogram", "[augment]") {
  SpecAugmentOptions options;
  CHECK(draw_spec_augment(options, 100, 40, {1, 2, "a"}).time.empty());
  options.probability = 1;
  double time_sum = 0;
  std::size_t widest_time = 0, widest_frequency = 0, last_bin = 0;
  for (int i = 0; i < 3000; ++i) {
    const SpecAugmentMasks masks = draw_spec_augment(options, 500, 40, {1, 0, std::to_string(i)});
    CHECK(masks.time.size() <= 2);
    CHECK(masks.frequency.size() <= 2);
    for (const MaskSpan& span : masks.time) {
      widest_time = std::max(widest_time, span.count);
      time_sum += static_cast<double>(span.count);
      REQUIRE(span.first + span.count <= 500);
    }
    for (const MaskSpan& span : masks.frequency) {
      widest_frequency = std::max(widest_frequency, span.count);
      last_bin = std::max(last_bin, span.first + span.count);
      REQUIRE(span.first + span.count <= 40);
    }
  }
  CHECK(widest_time == 69);
  CHECK(widest_frequency == 14);
  CHECK(last_bin == 40);
  CHECK(time_sum / 6000 == Approx(34.5).epsilon(0.03));
}

TEST_CASE("a time mask covers at most its share of a short clip", "[augment]") {
  SpecAugmentOptions options;
  options.probability = 1;
  for (int i = 0; i < 300; ++i)
    for (const MaskSpan& span : draw_spec_augment(options, 50, 40, {1, 0, std::to_string(i)}).time)
      CHECK(span.count <= 10);
  CHECK(draw_spec_augment(options, 0, 40, {}).time.empty());
  CHECK(draw_spec_augment(options, 1, 1, {}).time.empty());
}

TEST_CASE("the number of spans is int(p T / len + U(0, 1)), at least min_masks", "[augment]") {
  SpanMaskOptions options;
  CHECK(draw_span_masks(options, 149, "time", {}).empty());
  options.probability = 0.5;
  double count = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto spans = draw_span_masks(options, 149, "time", {1, 0, std::to_string(i)});
    CHECK((spans.size() == 7 || spans.size() == 8));
    count += static_cast<double>(spans.size());
    std::set<std::size_t> starts;
    for (const MaskSpan& span : spans) {
      CHECK(span.count == 10);
      REQUIRE(span.first + span.count <= 149);
      starts.insert(span.first);
    }
    CHECK(starts.size() == spans.size());
  }
  CHECK(count / 3000 == Approx(7.45).epsilon(0.01));
  options.probability = 0.001;
  CHECK(draw_span_masks(options, 149, "time", {}).size() == 2);
}

TEST_CASE("spans are never more than fit beside each other", "[augment]") {
  SpanMaskOptions options;
  options.probability = 0.05;
  CHECK(draw_span_masks(options, 9, "time", {}).empty());
  CHECK(draw_span_masks(options, 10, "time", {}) == std::vector<MaskSpan>{{0, 10}});
  CHECK(draw_span_masks(options, 19, "time", {}).size() == 1);
  options.length = 1, options.min_masks = 1000;
  CHECK(draw_span_masks(options, 30, "time", {}).size() == 30);
}

TEST_CASE("masks are keyed by seed, epoch, utterance and purpose", "[augment]") {
  SpanMaskOptions options;
  options.probability = 0.3;
  const auto draw = [&](std::uint64_t seed, std::uint64_t epoch, const char* id, const char* purpose = "time") {
    return draw_span_masks(options, 300, purpose, {seed, epoch, id});
  };
  CHECK(draw(1, 1, "a") == draw(1, 1, "a"));
  CHECK(draw(1, 1, "a") != draw(2, 1, "a"));
  CHECK(draw(1, 1, "a") != draw(1, 2, "a"));
  CHECK(draw(1, 1, "a") != draw(1, 1, "b"));
  CHECK(draw(1, 1, "a") != draw(1, 1, "a", "feature"));
}

TEST_CASE("mask options refuse what makes no sense", "[augment]") {
  SpecAugmentOptions spec;
  SpanMaskOptions span;
  OptionTable table;
  table.section("spec", spec);
  table.section("span", span);
  CHECK_THROWS_AS(table.assign("spec.time_ratio", {"1.2"}), UsageError);
  CHECK_THROWS_AS(table.assign("span.length", {"0"}), UsageError);
  CHECK_THROWS_AS(table.assign("span.probability", {"-0.1"}), UsageError);
}
