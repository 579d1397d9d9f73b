#include <ser/nn/encoders/layers.h>
#include <ser/nn/network/frame_batch.h>

namespace ser {

std::optional<at::Tensor> FrameBatch::valid() const { return valid_frames(frames, x.size(1), x.device()); }

at::Tensor FrameBatch::zero_padded() const { return without_padding(x, valid()); }

at::Tensor FrameBatch::counts() const { return at::tensor(frames, at::kLong).to(x.options()).unsqueeze(1); }

FrameBatch FrameBatch::averaged(std::int64_t count) const {
  FrameBatch out;
  for (const std::int64_t frames_of_clip : frames) out.frames.push_back((frames_of_clip + count - 1) / count);
  const std::int64_t groups = (x.size(1) + count - 1) / count;
  const at::Tensor sums = at::constant_pad_nd(zero_padded(), {0, 0, 0, groups * count - x.size(1)})
                              .view({x.size(0), groups, count, x.size(2)})
                              .sum(2);
  const at::Tensor frames_before = at::arange(groups, x.options()) * count;
  out.x = sums / (counts() - frames_before).clamp(1, count).unsqueeze(2);
  return out;
}

}  // namespace ser
