#include <ser/nn/encoders/layers.h>
#include <ser/nn/network/frame_batch.h>

namespace ser {

std::optional<at::Tensor> FrameBatch::valid() const { return valid_frames(frames, x.size(1), x.device()); }

at::Tensor FrameBatch::zero_padded() const { return without_padding(x, valid()); }

at::Tensor FrameBatch::counts() const { return at::tensor(frames, at::kLong).to(x.options()).unsqueeze(1); }

}  // namespace ser
