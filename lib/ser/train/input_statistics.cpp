#include <ser/train/input_statistics.h>

namespace ser {

void InputStatistics::add(const FrameBatch& batch) {
  for (std::size_t i = 0; i < batch.frames.size(); ++i) {
    const at::Tensor clip =
        batch.x[static_cast<std::int64_t>(i)].narrow(0, 0, batch.frames[i]).to(at::kCPU, at::kDouble);
    // About the mean of the first clip, so that the squares do not swallow a small deviation.
    if (!shift_.defined()) {
      shift_ = clip.mean(0);
      sum_ = at::zeros_like(shift_);
      squares_ = at::zeros_like(shift_);
    }
    const at::Tensor centred = clip - shift_;
    sum_ += centred.sum(0);
    squares_ += centred.square().sum(0);
    count_ += static_cast<double>(batch.frames[i]);
  }
}

at::Tensor InputStatistics::mean() const { return (shift_ + sum_ / count_).to(at::kFloat); }

at::Tensor InputStatistics::deviation() const {
  const at::Tensor variance = squares_ / count_ - (sum_ / count_).square();
  const at::Tensor deviation = variance.clamp_min(0).sqrt();
  return at::where(deviation > 1e-8, deviation, at::ones_like(deviation)).to(at::kFloat);
}

}  // namespace ser
