#include <ser/augment/masks.h>
#include <ser/base/random.h>

#include <algorithm>
#include <numeric>

namespace ser {
namespace {

std::vector<MaskSpan> draw_spans(int masks, int width, std::size_t limit, std::size_t size, Random& random) {
  std::vector<MaskSpan> spans;
  for (int i = 0; i < masks; ++i) {
    const std::size_t drawn = width > 0 ? random.below(static_cast<std::uint64_t>(width)) : 0;
    const std::size_t count = std::min({drawn, limit, size});
    const std::size_t first = random.below(size - count + 1);
    if (count > 0) spans.push_back({first, count});
  }
  return spans;
}

}  // namespace

void describe_options(OptionTable& table, SpecAugmentOptions& o) {
  table.add("probability", o.probability, "share of clips that get it; 0: off").range(0, 1);
  table.add("time_masks", o.time_masks, "masks over frames").range(0, 100);
  table.add("time_width", o.time_width, "a mask has fewer frames than this").range(1, 100000);
  table.add("time_ratio", o.time_ratio, "and at most this share of the clip's frames").range(0, 1);
  table.add("frequency_masks", o.frequency_masks, "masks over bins").range(0, 100);
  table.add("frequency_width", o.frequency_width, "a mask has fewer bins than this").range(1, 100000);
}

SpecAugmentMasks draw_spec_augment(const SpecAugmentOptions& o, std::size_t frames, std::size_t bins,
                                   const AugmentKey& key) {
  Random random(key.seed, "augment.spec", key.epoch, key.id);
  if (random.uniform() >= o.probability) return {};
  const auto limit = static_cast<std::size_t>(o.time_ratio * static_cast<double>(frames));
  SpecAugmentMasks masks;
  masks.time = draw_spans(o.time_masks, o.time_width, limit, frames, random);
  masks.frequency = draw_spans(o.frequency_masks, o.frequency_width, bins, bins, random);
  return masks;
}

void describe_options(OptionTable& table, SpanMaskOptions& o) {
  table.add("probability", o.probability, "share of frames to mask, overlaps not counted; 0: off").range(0, 1);
  table.add("length", o.length, "of each span").range(1, 100000).unit("frames");
  table.add("min_masks", o.min_masks, "at least so many spans").range(0, 100000);
}

std::vector<MaskSpan> draw_span_masks(const SpanMaskOptions& o, std::size_t valid, std::string_view purpose,
                                      const AugmentKey& key) {
  const auto length = static_cast<std::size_t>(o.length);
  if (!(o.probability > 0) || valid < length) return {};
  Random random(key.seed, "augment.mask." + std::string(purpose), key.epoch, key.id);
  const double expected = o.probability * static_cast<double>(valid) / o.length;
  std::size_t count = static_cast<std::size_t>(expected + random.uniform());
  count = std::max(count, static_cast<std::size_t>(o.min_masks));
  count = std::min(count, valid / length);
  std::vector<std::size_t> starts(valid - length + 1);
  std::iota(starts.begin(), starts.end(), std::size_t{0});
  for (std::size_t i = 0; i < count; ++i) std::swap(starts[i], starts[i + random.below(starts.size() - i)]);
  std::sort(starts.begin(), starts.begin() + static_cast<std::ptrdiff_t>(count));
  std::vector<MaskSpan> spans;
  for (std::size_t i = 0; i < count; ++i) spans.push_back({starts[i], length});
  return spans;
}

}  // namespace ser
