// What a resumed training reads back.
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/train/checkpoint.h>
#include <ser/train/observers.h>
#include <support/files.h>
#include <torch/torch.h>

#include <catch2/catch.hpp>
#include <limits>

using namespace ser;

namespace {

void check_equal(const NamedTensors& a, const NamedTensors& b) {
  REQUIRE(a.size() == b.size());
  for (const auto& [name, tensor] : a) CHECK(tensor.equal(b.at(name)));
}

}  // namespace

TEST_CASE("a checkpoint is read as it was written, to the bit", "[train]") {
  const test::TemporaryFolder folder;
  torch::manual_seed(1);
  TrainingState state;
  state.epoch = 3;
  state.batch = 17;
  state.step = 1234567890123;
  state.best_epoch = 2;
  state.best_score = 1.0 / 3;
  state.metrics_bytes = 99;
  state.sums = {0.1, std::numeric_limits<double>::denorm_min(), -1e300};
  state.weights = {{"head.weight", at::randn({3, 5})}, {"norm.count", at::tensor({7}, at::kLong)}};
  state.optimiser = {{"first.head.weight", at::randn({3, 5})}, {"steps.head.weight", at::full({}, 4.0F)}};
  state.average = {{"head.weight", at::randn({3, 5})}};
  save_state(state, folder / "last.safetensors");
  const TrainingState read = load_state(folder / "last.safetensors");
  CHECK(read.epoch == state.epoch);
  CHECK(read.batch == state.batch);
  CHECK(read.step == state.step);
  CHECK(read.best_epoch == state.best_epoch);
  CHECK(read.best_score == state.best_score);
  CHECK(read.metrics_bytes == state.metrics_bytes);
  CHECK(read.sums == state.sums);
  check_equal(read.weights, state.weights);
  check_equal(read.optimiser, state.optimiser);
  check_equal(read.average, state.average);
  // The file is replaced while its tensors are in use.
  save_state(read, folder / "last.safetensors");
  check_equal(load_state(folder / "last.safetensors").weights, state.weights);
}

TEST_CASE("a damaged checkpoint is refused", "[train]") {
  const test::TemporaryFolder folder;
  write_weights(folder / "other.safetensors", {{"head.weight", at::zeros({2})}});
  CHECK_THROWS_AS(load_state(folder / "other.safetensors"), DataError);
  TrainingState state;
  state.weights = {{"head.weight", at::zeros({100})}};
  save_state(state, folder / "cut.safetensors");
  std::filesystem::resize_file(folder / "cut.safetensors", 200);
  CHECK_THROWS_AS(load_state(folder / "cut.safetensors"), DataError);
}

TEST_CASE("metrics beyond a checkpoint are written anew", "[train]") {
  const test::TemporaryFolder folder;
  EpochReport report;
  report.train = {{"loss", 0.5}};
  std::int64_t bytes = 0;
  {
    MetricsFile metrics(folder / "metrics.jsonl", 0);
    report.epoch = 1;
    metrics.on_epoch(report);
    bytes = metrics.bytes();
    report.epoch = 2;
    metrics.on_epoch(report);
  }
  const std::string whole = read_file(folder / "metrics.jsonl");
  // Killed in the middle of a line, too.
  write_file(folder / "metrics.jsonl", whole.substr(0, whole.size() - 7));
  MetricsFile again(folder / "metrics.jsonl", bytes);
  CHECK(read_file(folder / "metrics.jsonl") == whole.substr(0, static_cast<std::size_t>(bytes)));
  again.on_epoch(report);
  CHECK(read_file(folder / "metrics.jsonl") == whole);
}

TEST_CASE("numbers that are not finite are null in the metrics", "[train]") {
  const test::TemporaryFolder folder;
  MetricsFile metrics(folder / "metrics.jsonl", 0);
  EpochReport report;
  report.train = {{"loss", std::numeric_limits<double>::quiet_NaN()}};
  metrics.on_epoch(report);
  CHECK_THAT(read_file(folder / "metrics.jsonl"), Catch::Contains("\"loss\":null"));
}
