// Masks over spectrograms and encoder frames, drawn as spans of indices; whoever holds the tensor fills them.
#pragma once

#include <ser/augment/key.h>
#include <ser/config/option_table.h>

#include <cstddef>
#include <vector>

namespace ser {

/// Indices first, first + 1, ..., first + count - 1.
struct MaskSpan {
  std::size_t first = 0, count = 0;
  bool operator==(const MaskSpan&) const = default;
};

/// SpecAugment without time warping (Park et al., Interspeech 2019). The defaults are its policy "Switchboard mild",
/// meant for utterances of some seconds; off until the probability is set.
struct SpecAugmentOptions {
  double probability = 0;
  int time_masks = 2;
  int time_width = 70;      ///< T: a mask has fewer frames than this
  double time_ratio = 0.2;  ///< p: and at most this share of all frames
  int frequency_masks = 2;
  int frequency_width = 15;  ///< F: a mask has fewer bins than this
};
void describe_options(OptionTable& table, SpecAugmentOptions& options);

struct SpecAugmentMasks {
  std::vector<MaskSpan> time, frequency;  ///< empty spans are left out; they may overlap
};

/// Masks for one spectrogram [frames, bins], frames being the valid ones of its clip. Widths are uniform on 0 to
/// width - 1 and the first index uniform over where the mask fits. Depends on the key and the sizes alone.
SpecAugmentMasks draw_spec_augment(const SpecAugmentOptions& options, std::size_t frames, std::size_t bins,
                                   const AugmentKey& key);

/// Masking of wav2vec 2.0 (Baevski et al. 2020) as transformers trains it: spans of fixed length over encoder frames,
/// or over feature columns. Off while the probability is 0; the published models use 0.05, 10 and 2.
struct SpanMaskOptions {
  double probability = 0;  ///< share of frames that would be masked if spans did not overlap
  int length = 10;
  int min_masks = 2;
};
void describe_options(OptionTable& table, SpanMaskOptions& options);

/// int(probability * valid / length + U(0, 1)) spans, at least min_masks, with different first indices in [0, valid -
/// length]; fewer where so many do not fit (spans * length <= valid). In ascending order; they may overlap. None when
/// the probability is 0 or the clip is shorter than one span. `purpose` keeps the draws of several masks of one clip
/// apart ("time", "feature").
std::vector<MaskSpan> draw_span_masks(const SpanMaskOptions& options, std::size_t valid, std::string_view purpose,
                                      const AugmentKey& key);

}  // namespace ser
