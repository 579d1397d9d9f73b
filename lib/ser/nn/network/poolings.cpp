#include <ser/base/error.h>
#include <ser/nn/network/poolings.h>

#include <algorithm>
#include <limits>

namespace ser {
namespace {

namespace nn = torch::nn;

constexpr double smallest_variance = 1e-6;

/// Mean and deviation under weights [batch, longest] that sum to 1. x: zero padded.
at::Tensor weighted_statistics(const at::Tensor& x, const at::Tensor& weights) {
  const at::Tensor w = weights.unsqueeze(2), mean = (w * x).sum(1);
  const at::Tensor variance = (w * (x - mean.unsqueeze(1)).square()).sum(1);
  return at::cat({mean, variance.clamp_min(smallest_variance).sqrt()}, 1);
}

at::Tensor equal_weights(const FrameBatch& batch) {
  const at::Tensor ones = at::ones({batch.x.size(0), batch.x.size(1)}, batch.x.options());
  const auto valid = batch.valid();
  return (valid ? ones.masked_fill(~*valid, 0) : ones) / batch.counts();
}

class Mean final : public Pooling {
 public:
  explicit Mean(std::int64_t dimension) : dimension_(dimension) {}
  Pooled pool(const FrameBatch& batch) const override { return {batch.zero_padded().sum(1) / batch.counts(), {}}; }
  std::int64_t dimension() const override { return dimension_; }

 private:
  std::int64_t dimension_;
};

class Max final : public Pooling {
 public:
  explicit Max(std::int64_t dimension) : dimension_(dimension) {}
  Pooled pool(const FrameBatch& batch) const override {
    const auto valid = batch.valid();
    const at::Tensor x =
        valid ? batch.x.masked_fill(~valid->unsqueeze(2), -std::numeric_limits<float>::infinity()) : batch.x;
    return {x.amax(1), {}};
  }
  std::int64_t dimension() const override { return dimension_; }

 private:
  std::int64_t dimension_;
};

class First final : public Pooling {
 public:
  First(std::int64_t dimension, std::int64_t clip_states)
      : dimension_(dimension), states_(std::max<std::int64_t>(1, clip_states)) {}
  Pooled pool(const FrameBatch& batch) const override { return {batch.x.narrow(1, 0, states_).mean(1), {}}; }
  std::int64_t dimension() const override { return dimension_; }

 private:
  std::int64_t dimension_, states_;
};

class Statistics final : public Pooling {
 public:
  explicit Statistics(std::int64_t dimension) : dimension_(dimension) {}
  Pooled pool(const FrameBatch& batch) const override {
    return {weighted_statistics(batch.zero_padded(), equal_weights(batch)), {}};
  }
  std::int64_t dimension() const override { return 2 * dimension_; }

 private:
  std::int64_t dimension_;
};

/// Scores w2 tanh(W1 h + b1), mean and deviation under their softmax.
class AttentiveStatistics final : public Pooling {
 public:
  AttentiveStatistics(std::int64_t dimension, const PoolingOptions& options)
      : dimension_(dimension),
        hidden_(register_module("hidden", nn::Linear(dimension, options.hidden))),
        score_(register_module("score", nn::Linear(nn::LinearOptions(options.hidden, 1).bias(false)))) {}
  Pooled pool(const FrameBatch& batch) const override {
    const at::Tensor x = batch.zero_padded();
    const at::Tensor wide = at::linear(x, hidden_->weight, hidden_->bias).tanh();
    const at::Tensor weights = softmax_of_frames(at::linear(wide, score_->weight).squeeze(2), batch.valid());
    return {weighted_statistics(x, weights), weights};
  }
  std::int64_t dimension() const override { return 2 * dimension_; }

 private:
  std::int64_t dimension_;
  nn::Linear hidden_, score_;
};

/// One learnt vector per head scores the frames; the weighted means of the heads are joined.
class SelfAttention final : public Pooling {
 public:
  SelfAttention(std::int64_t dimension, const PoolingOptions& options)
      : dimension_(dimension),
        score_(register_module("score", nn::Linear(nn::LinearOptions(dimension, options.heads).bias(false)))) {}
  Pooled pool(const FrameBatch& batch) const override {
    const at::Tensor x = batch.zero_padded(), scores = at::linear(x, score_->weight);
    const auto valid = batch.valid();
    std::vector<at::Tensor> means, all;
    for (std::int64_t head = 0; head < scores.size(2); ++head) {
      const at::Tensor weights = softmax_of_frames(scores.select(2, head), valid);
      means.push_back(at::bmm(weights.unsqueeze(1), x).squeeze(1));
      all.push_back(weights);
    }
    return {at::cat(means, 1), at::stack(all, 0).mean(0)};
  }
  std::int64_t dimension() const override { return dimension_ * score_->options.out_features(); }

 private:
  std::int64_t dimension_;
  nn::Linear score_;
};

template <class Kind>
std::shared_ptr<Pooling> without_options(std::int64_t dimension, const PoolingOptions&, std::int64_t) {
  return std::make_shared<Kind>(dimension);
}
template <class Kind>
std::shared_ptr<Pooling> with_options(std::int64_t dimension, const PoolingOptions& options, std::int64_t) {
  return std::make_shared<Kind>(dimension, options);
}

std::shared_ptr<Pooling> make_first(std::int64_t dimension, const PoolingOptions&, std::int64_t clip_states) {
  return std::make_shared<First>(dimension, clip_states);
}

}  // namespace

at::Tensor softmax_of_frames(const at::Tensor& scores, const std::optional<at::Tensor>& valid) {
  const at::Tensor s = scores.to(at::kFloat);
  return (valid ? s.masked_fill(~*valid, -std::numeric_limits<float>::infinity()) : s).softmax(1);
}

const std::map<std::string, PoolingFactory>& pooling_registry() {
  static const std::map<std::string, PoolingFactory> registry{
      {"mean", without_options<Mean>},
      {"max", without_options<Max>},
      {"first", make_first},
      {"statistics", without_options<Statistics>},
      {"attentive-statistics", with_options<AttentiveStatistics>},
      {"self-attention", with_options<SelfAttention>},
  };
  return registry;
}

std::shared_ptr<Pooling> make_pooling(const std::string& name, std::int64_t dimension, const PoolingOptions& options,
                                      std::int64_t clip_states) {
  const auto found = pooling_registry().find(name);
  if (found == pooling_registry().end()) throw_error<UsageError>("unknown pooling '{}'", name);
  return found->second(dimension, options, clip_states);
}

}  // namespace ser
