// Embeddings of clips by a pretrained encoder: what the feature set "embedding" computes.
#pragma once

#include <ser/features/embedding_set.h>
#include <ser/nn/encoders/encoder.h>

namespace ser {

class EncoderEmbedding final : public EmbeddingBackend {
 public:
  /// Throws DataError when the model cannot be loaded, UsageError for a layer or a way of pooling that it does not
  /// have.
  explicit EncoderEmbedding(const EmbeddingOptions& options);
  int rate_hz() const override { return encoder_->rate_hz(); }
  std::size_t dimension() const override { return static_cast<std::size_t>(encoder_->dimension()); }
  std::size_t planes() const override { return last_layer_ - first_layer_ + 1; }
  double frame_shift_seconds() const override { return encoder_->frame_shift_seconds(); }
  Matrix embed(const Waveform& wave, bool pool) const override;

 private:
  at::Tensor frames_of(std::span<const float> samples) const;
  std::vector<at::Tensor> windows_of(const Waveform& wave) const;
  at::Tensor pooled(const std::vector<at::Tensor>& windows) const;
  EmbeddingOptions options_;
  std::shared_ptr<Encoder> encoder_;
  std::size_t first_layer_ = 0, last_layer_ = 0;
};

}  // namespace ser
