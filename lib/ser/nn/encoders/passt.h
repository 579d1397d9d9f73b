// PaSST (K. Koutini, J. Schlüter, H. Eghbal-zadeh, G. Widmer: Efficient Training of Audio Transformers with Patchout,
// Interspeech 2022): patches of a log-mel spectrogram as tokens of a pre-norm transformer.
//
// The "frames" of its hidden states are tokens: CLS, DIST, then the patches, by frequency first: patch (f, t) of a clip
// with T columns is token 2 + f * T + t. They have no single axis of time. A short clip has fewer columns, and so fewer
// tokens. clip_states() is 2: the mean of CLS and DIST is the feature of the clip.
#pragma once

#include <ser/nn/encoders/encoder.h>
#include <ser/nn/encoders/patchout.h>
#include <ser/nn/weights/weights.h>

#include <filesystem>

namespace ser {

/// Defaults: passt_s_swa_p16_128_ap476.
struct PasstConfig {
  std::int64_t width = 768, depth = 12, heads = 12, mlp_width = 3072;
  std::int64_t patch = 16, stride = 10;  ///< of the convolution that makes patches, in bands and in mel frames
  std::int64_t rows = 12, columns = 99;  ///< of the tables of positions
  std::int64_t hop = 320;                ///< samples from mel frame to mel frame
  std::int64_t classes = 0;              ///< of the two heads; 0: none
};

class Passt : public Encoder {
 public:
  virtual const PasstConfig& config() const = 0;
  /// [128, 1 + (n - 1) / hop] as the model was trained: pre-emphasis 0.97, power spectrum, 128 triangles of Kaldi up to
  /// 15 kHz, logarithm, (x + 4.5) / 5. samples: [n] at 32 kHz.
  virtual at::Tensor log_mel(const at::Tensor& samples) const = 0;
  /// Throws DataError when the frames are too few for a patch or too many for the table.
  virtual PatchGrid grid_of(std::int64_t mel_frames) const = 0;
  /// What the first block sees of a clip: [2 + patches, width]. log_mel: [128, frames]; draw: the patches to keep and
  /// where in the table they are, in training; otherwise all, from the table's start.
  virtual at::Tensor tokens(const at::Tensor& log_mel, const PatchDraw* draw = nullptr) const = 0;
  /// Hidden states of clips of which tokens() was made.
  virtual HiddenStates transform(const std::vector<at::Tensor>& tokens) const = 0;
  /// [..., classes] of features [..., width], the mean of the first two tokens of the last hidden state. Throws
  /// UsageError when the model was made without heads.
  virtual at::Tensor logits(const at::Tensor& features) const = 0;

  /// What encode() drops of the patches in training mode, by the keys of the batch; without keys it drops nothing. The
  /// authors trained on AudioSet with 40 columns and 4 rows.
  PatchoutOptions patchout;
};

std::shared_ptr<Passt> make_passt(const PasstConfig& config);

/// The sizes that the tensors have, by the names of the released files; the stride follows from the rows. Heads are of
/// width 64. Throws DataError, naming source, for what is no PaSST.
PasstConfig passt_config_of(const NamedTensors& tensors, const std::string& source);

/// Whether these are the names of a PaSST, after whatever prefix ("model.", "net.").
bool holds_passt(const NamedTensors& tensors);

/// From a file (.pt, .safetensors), or from a folder with config.json (model_type "passt"; num_heads, stride and
/// hop_length are read where they are given) and the weights under Hugging Face's names. Throws DataError.
std::shared_ptr<Passt> load_passt(const std::filesystem::path& path, const NamedTensors& tensors, bool with_heads);

}  // namespace ser
