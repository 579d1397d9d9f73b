// wav2vec 2.0 (A. Baevski et al., NeurIPS 2020), HuBERT (W.-N. Hsu et al., TASLP 29, 2021), WavLM (S. Chen et al.,
// JSTSP 16, 2022) and DistilHuBERT (H.-J. Chang et al., ICASSP 2022): convolutions on samples, then a transformer.
#pragma once

#include <ser/nn/encoders/encoder.h>
#include <ser/nn/encoders/wav2vec2_config.h>

namespace ser {

/// How the group norm of the first convolution treats padding: over the clip's own frames, or over the padding too as
/// transformers does (a clip's output then depends on what it is batched with).
enum class GroupNormPadding { excluded, included };

/// The modules have the names of the Hugging Face checkpoints; the position convolution's weight norm is fused.
std::shared_ptr<Encoder> make_wav2vec2(const Wav2vec2Config& config,
                                       GroupNormPadding padding = GroupNormPadding::excluded);

/// WavLM's bucket of a distance key - query.
std::int64_t relative_position_bucket(std::int64_t distance, std::int64_t buckets, std::int64_t max_distance);

}  // namespace ser
