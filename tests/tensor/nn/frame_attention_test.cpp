// Frame-level attention (FLAM): closed forms of papers/mll-eam-flam.md section 12, padding, order of frames.
#include <ser/base/error.h>
#include <ser/nn/network/network.h>

#include <catch2/catch.hpp>

using namespace ser;

namespace {

double largest_difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

NetworkOptions flam() {
  NetworkOptions options;
  options.standardise = false;
  options.frame_attention = 4;
  options.pooling = "self-attention";
  options.head = "projection";
  options.head_options.hidden = {6};
  return options;
}

std::int64_t count(const torch::nn::Module& module) {
  std::int64_t sum = 0;
  for (const at::Tensor& parameter : module.parameters()) sum += parameter.numel();
  return sum;
}

}  // namespace

TEST_CASE("FLAM has the parameters of the paper's sizes", "[network]") {
  CHECK(count(FrameAttention(1024, 16)) == 4'198'400);
  CHECK(count(*make_pooling("self-attention", 1024, {128, 1})) == 1024);
  HeadOptions projection;
  projection.hidden = {64};
  CHECK(count(*make_head("projection", 1024, 4, projection)) == 65'600 + 260);
  CHECK_THROWS_WITH(FrameAttention(40, 16), Catch::Contains("16 heads do not share frames of 40 values evenly"));
}

TEST_CASE("frame attention whose output layer is zero leaves the frames as they are", "[network]") {
  torch::manual_seed(1);
  FrameAttention attention(8, 4);
  const at::Tensor x = at::randn({2, 7, 8});
  CHECK(largest_difference(attention.forward({x, {7, 7}}).x, x) > 1e-2);
  auto parameters = attention.named_parameters();
  parameters["output.weight"].data().zero_();
  parameters["output.bias"].data().zero_();
  CHECK(largest_difference(attention.forward({x, {7, 7}}).x, x) == 0);
}

TEST_CASE("one-vector pooling of a worked example", "[network]") {
  const auto pooling = make_pooling("self-attention", 2, {128, 1});
  at::Tensor vector = pooling->named_parameters()["score.weight"].data();
  const FrameBatch frames{at::tensor(std::vector<float>{1, 0, 0, 1, 1, 1}).view({1, 3, 2}), {3}};
  vector.copy_(at::tensor(std::vector<float>{1, 0}).view({1, 2}));
  const Pooled pooled = pooling->pool(frames);
  CHECK(largest_difference(pooled.frame_weights, at::tensor(std::vector<float>{0.422319F, 0.155362F, 0.422319F})) <
        1e-6);
  CHECK(largest_difference(pooled.vector, at::tensor(std::vector<float>{0.844638F, 0.577681F})) < 1e-6);
  vector.zero_();
  CHECK(largest_difference(pooling->pool(frames).vector, frames.x.mean(1)) < 1e-6);
}

TEST_CASE("50 frames of noise as padding change neither vector, nor projection, nor logits of FLAM", "[network]") {
  torch::manual_seed(3);
  Network network(flam(), {8, 1, {}}, nullptr, 4);
  network.set_training(false);
  const at::Tensor x = at::randn({1, 30, 8}), other = at::randn({1, 80, 8});
  const at::Tensor padded = at::cat({x, at::randn({1, 50, 8}) * 10}, 1);
  const NetworkOutput alone = network.forward({x, {30}, {}}),
                      both = network.forward({at::cat({padded, other}), {30, 80}, {}});
  CHECK(largest_difference(both.embedding[0], alone.embedding[0]) < 1e-5);
  CHECK(largest_difference(both.features[0], alone.features[0]) < 1e-5);
  CHECK(largest_difference(both.outputs[0], alone.outputs[0]) < 1e-5);
  CHECK(largest_difference(both.frame_weights[0].narrow(0, 0, 30), alone.frame_weights[0]) < 1e-6);
  CHECK(both.frame_weights[0].narrow(0, 30, 50).abs().max().item<double>() == 0);
  // No positions: reordered frames give the same vector.
  const NetworkOutput reversed = network.forward({x.flip(1), {30}, {}});
  CHECK(largest_difference(reversed.embedding, alone.embedding) < 1e-5);
}
