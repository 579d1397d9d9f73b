// wav2vec 2.0, HuBERT and WavLM as fairseq and Microsoft save them, DistilHuBERT and others as s3prl does: one file,
// with other names of tensors than Hugging Face's, whose model is the same.
//
// What the tensors do not tell comes from the plain settings in the file (cfg, Config, task_cfg ...), wherever in it
// they are; of two, the one that is nested less. Without it:
//   strides of the convolutions   5, 2, 2, 2, 2, 2, 2 where the kernels are 10, 3, 3, 3, 3, 2, 2
//   encoder_attention_heads       heads of width 64; 16 for the widths 1280 and 1920 (HuBERT X-Large, XLS-R 1B and 2B)
//   layer_norm_first, normalize   as in the published models: where each convolution has a layer norm, not where only
//                                 the first one has a norm
//   max_distance (WavLM)          800
// Shares dropped in training (dropout, activation_dropout, dropout_input, encoder_layerdrop) are read too; masks are
// those of transformers' configuration classes, which are for fine-tuning.
#pragma once

#include <ser/nn/encoders/wav2vec2.h>
#include <ser/nn/weights/weights.h>

#include <filesystem>

namespace ser {

/// Whether the names are fairseq's, after whatever prefix ("model.", "Distiller.", "model.w2v_encoder.w2v_model.").
bool holds_fairseq(const NamedTensors& tensors);

/// The same tensors without their prefix and under Hugging Face's names, weight norm fused. What belongs to training
/// alone, such as quantisers and prediction heads, is left out. Throws DataError when it holds more than one model.
NamedTensors with_transformers_names(const NamedTensors& tensors, const std::string& source);

/// renamed: of with_transformers_names(). Throws DataError for what is not known and for parts that are not built here.
Wav2vec2Config fairseq_config(const NamedTensors& renamed, const NamedSettings& settings, const std::string& source);

/// Throws DataError.
std::shared_ptr<Encoder> load_fairseq(const NamedTensors& tensors, const NamedSettings& settings,
                                      const std::string& source, GroupNormPadding padding);

}  // namespace ser
