// Poolings, bodies and whole networks: closed forms, and what padding must not change.
#include <ser/base/error.h>
#include <ser/nn/network/network.h>

#include <catch2/catch.hpp>

using namespace ser;

namespace {

at::Tensor random_frames(std::int64_t frames, std::int64_t dimension, std::uint64_t seed) {
  torch::manual_seed(seed);
  return at::randn({1, frames, dimension});
}

/// Two clips of different lengths, the shorter one followed by numbers that must not count.
FrameBatch padded(const at::Tensor& longer, const at::Tensor& shorter) {
  const at::Tensor rubbish = at::full({1, longer.size(1) - shorter.size(1), shorter.size(2)}, 37.5F);
  return {at::cat({longer, at::cat({shorter, rubbish}, 1)}), {longer.size(1), shorter.size(1)}};
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

}  // namespace

TEST_CASE("padding does not change what a pooling gives, nor does the order of the frames", "[network]") {
  const at::Tensor longer = random_frames(23, 6, 1), shorter = random_frames(9, 6, 2);
  for (const auto& [name, make] : pooling_registry()) {
    INFO(name);
    torch::manual_seed(5);
    const auto pooling = make(6, {16, 3}, 0);
    const at::Tensor alone = pooling->pool({shorter, {9}}).vector;
    CHECK(alone.size(1) == pooling->dimension());
    CHECK(largest_difference(pooling->pool(padded(longer, shorter)).vector[1], alone[0]) < 1e-5);
    if (name != "first") CHECK(largest_difference(pooling->pool({shorter.flip(1), {9}}).vector, alone) < 1e-5);
  }
}

TEST_CASE("attentive statistics with equal scores are mean and deviation", "[network]") {
  const auto attentive = make_pooling("attentive-statistics", 4, {8, 1});
  attentive->named_parameters()["score.weight"].data().zero_();
  const at::Tensor x = random_frames(11, 4, 3);
  const Pooled pooled = attentive->pool({x, {11}});
  CHECK(largest_difference(pooled.vector[0], at::cat({x[0].mean(0), x[0].std(0, false)})) < 1e-5);
  CHECK(largest_difference(pooled.frame_weights, at::full({1, 11}, 1.0F / 11)) < 1e-6);
  pooled.vector.sum().backward();
  CHECK(attentive->named_parameters()["hidden.weight"].grad().defined());
}

TEST_CASE("a body gives a clip the same frames alone and padded", "[network]") {
  const at::Tensor longer = random_frames(50, 20, 1), shorter = random_frames(21, 20, 2);
  BodyOptions options;
  options.channels = {4, 8};
  options.lstm_units = 5;
  options.lstm_layers = 2;
  for (const auto& [name, make] : body_registry()) {
    INFO(name);
    torch::manual_seed(5);
    const auto body = make(20, options);
    body->eval();
    const FrameBatch alone = body->forward({shorter, {21}}), both = body->forward(padded(longer, shorter));
    CHECK(alone.x.size(2) == body->dimension());
    REQUIRE(both.frames[1] == alone.frames[0]);
    CHECK(both.frames[0] == (50 + body->stride() - 1) / body->stride());
    CHECK(largest_difference(both.x[1].narrow(0, 0, both.frames[1]), alone.x[0]) < 1e-5);
  }
}

TEST_CASE("a batch norm in training has the statistics of the clips, not of the padding", "[network]") {
  const at::Tensor longer = random_frames(40, 12, 1) + 3, shorter = random_frames(16, 12, 2) + 3;
  BodyOptions options;
  options.channels = {4};
  options.dropout = 0;
  torch::manual_seed(5);
  const auto body = make_body("cnn", 12, options);
  body->forward(padded(longer, shorter));
  const at::Tensor of_padded = body->named_buffers()["blocks.0.norm.running_mean"].clone();
  torch::manual_seed(5);
  const auto again = make_body("cnn", 12, options);
  // A convolution looks one frame to each side, so clips are run alone and their sums joined by hand.
  const auto convolution = again->named_parameters()["blocks.0.conv.weight"];
  const auto convolved = [&](const at::Tensor& x) {
    return at::conv2d(x.transpose(1, 2).unsqueeze(1), convolution, {}, 1, 1).sum({0, 2, 3});
  };
  const at::Tensor mean = (convolved(longer) + convolved(shorter)) / (12.0 * 56);
  CHECK(largest_difference(of_padded, 0.1 * mean) < 1e-5);
}

TEST_CASE("the sum of layers starts as their mean and is learnt", "[network]") {
  NetworkOptions options;
  options.standardise = false;
  torch::manual_seed(1);
  Network network(options, {12, 3, {}}, nullptr, 2);
  REQUIRE(network.layer_shares().size() == 3);
  for (const double share : network.layer_shares()) CHECK(share == Approx(1.0 / 3));
  const at::Tensor x = random_frames(5, 12, 2);
  const NetworkOutput out = network.forward({x, {5}, {}});
  CHECK(largest_difference(out.embedding, x.view({1, 5, 3, 4}).mean(2).mean(1)) < 1e-6);
  out.outputs.select(1, 0).sum().backward();
  CHECK(network.named_parameters()["layer_weights"].grad().abs().sum().item<double>() > 0);
}

TEST_CASE("frames in a row are averaged, the last of a clip over what is left", "[network]") {
  const auto clip = [](std::vector<float> values) { return at::tensor(values).view({1, -1, 1}); };
  const FrameBatch averaged = padded(clip({1, 2, 3, 4, 5}), clip({6, 8, 7})).averaged(2);
  CHECK(averaged.frames == std::vector<std::int64_t>{3, 2});
  CHECK(at::equal(averaged.x[0], clip({1.5, 3.5, 5})[0]));
  CHECK(at::equal(averaged.x[1].narrow(0, 0, 2), clip({7, 7})[0]));
  const at::Tensor x = random_frames(7, 4, 1);
  CHECK(largest_difference(FrameBatch{x, {7}}.averaged(10).x, x.mean(1, true)) < 1e-6);
  CHECK(at::equal(FrameBatch{x, {7}}.averaged(1).x, x));

  NetworkOptions options;
  options.average_frames = 3;
  options.standardise = false;
  torch::manual_seed(5);
  Network network(options, {4, 1, {}}, nullptr, 2);
  CHECK(network.forward({x, {7}, {}}).frames.frames == std::vector<std::int64_t>{3});
  CHECK(network.frame_stride() == 3);
}

TEST_CASE("one stored layer can be chosen by its number", "[network]") {
  NetworkOptions options;
  options.standardise = false;
  options.layers = "2";
  Network network(options, {12, 3, {}}, nullptr, 2);
  const at::Tensor x = random_frames(5, 12, 2);
  CHECK(largest_difference(network.forward({x, {5}, {}}).embedding, x.narrow(2, 8, 4).mean(1)) < 1e-6);
  options.layers = "3";
  CHECK_THROWS_AS(Network(options, {12, 3, {}}, nullptr, 2), UsageError);
}

TEST_CASE("standardised inputs have mean 0 and deviation 1", "[network]") {
  NetworkOptions options;
  Network network(options, {4, 1, {}}, nullptr, 2);
  const at::Tensor x = random_frames(50, 4, 2) * 3 + 7;
  network.set_standardisation(x[0].mean(0).unsqueeze(0), x[0].std(0, false).unsqueeze(0));
  const FrameBatch pooled = network.forward({x, {50}, {}}).frames;
  CHECK(pooled.x.mean().item<double>() == Approx(0).margin(1e-5));
  CHECK(pooled.x.square().mean().item<double>() == Approx(1).margin(1e-4));
}
