// Mean and deviation of frames in padded batches.
#include <ser/train/input_statistics.h>

#include <catch2/catch.hpp>

using namespace ser;

TEST_CASE("the statistics of padded batches are those of all frames", "[train]") {
  torch::manual_seed(1);
  // Far from 0 with a small deviation, which float sums of squares would lose.
  const at::Tensor a = 1e4 + at::randn({30, 2, 5}), b = 1e4 + at::randn({11, 2, 5}), c = 1e4 + at::randn({7, 2, 5});
  const at::Tensor rubbish = at::full({19, 2, 5}, std::numeric_limits<float>::quiet_NaN());
  InputStatistics statistics;
  statistics.add({at::stack({a, at::cat({b, rubbish})}), {30, 11}});
  statistics.add({c.unsqueeze(0), {7}});
  const at::Tensor all = at::cat({a, b, c}).to(at::kDouble);
  CHECK((statistics.mean() - all.mean(0)).abs().max().item<double>() < 1e-3);  // float32 at 1e4
  CHECK((statistics.deviation() - all.std(0, false)).abs().max().item<double>() < 1e-6);
}

TEST_CASE("a value that never changes has deviation 1", "[train]") {
  InputStatistics statistics;
  at::Tensor x = at::randn({1, 9, 1, 3});
  x.select(3, 1).fill_(4);
  statistics.add({x, {9}});
  CHECK(statistics.deviation()[0][1].item<float>() == 1);
  CHECK(statistics.mean()[0][1].item<float>() == 4);
}
