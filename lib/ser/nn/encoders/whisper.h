// The encoder of Whisper (A. Radford et al., ICML 2023): log-mel frames, two convolutions, a pre-norm transformer.
#pragma once

#include <ser/nn/encoders/encoder.h>

#include <filesystem>

namespace ser {

struct WhisperConfig {
  std::int64_t d_model = 512, encoder_layers = 6, encoder_attention_heads = 8, encoder_ffn_dim = 2048;
  std::int64_t num_mel_bins = 80;
  std::int64_t max_source_positions = 1500;  ///< frames of the position table: 1500 are 30 s
  double dropout = 0, activation_dropout = 0, encoder_layerdrop = 0;
};
/// Throws DataError for a model of another family and for sizes that do not fit.
WhisperConfig read_whisper_config(const std::filesystem::path& folder);

/// whole_window: each clip is padded with silence to the length of the position table, which the model attends to, as
/// it was trained (30 s). none: only the clip's own frames enter; about ten times faster on short clips.
enum class WhisperPadding { whole_window, none };

std::shared_ptr<Encoder> make_whisper(const WhisperConfig& config, WhisperPadding padding);

/// Log-mel frames of one clip at 16 kHz as the model wants them: [mels, 2 * frames], every 10 ms, over the clip
/// followed by silence; scaled with the maximum of all. samples: [n]; frames: of the encoder, every 20 ms; window:
/// samples after which the reference's window ends (480000).
at::Tensor whisper_log_mel(const at::Tensor& samples, std::int64_t mels, std::int64_t frames, std::int64_t window);

}  // namespace ser
