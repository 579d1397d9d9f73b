// What a network hears and is taught where clips are mixed while training.
#include <ser/base/error.h>
#include <ser/train/loader.h>
#include <tensor/train/toy_study.h>

#include <catch2/catch.hpp>

using namespace ser;

namespace {

std::vector<std::size_t> rows_of(const test::ToyStudy& study, Part part) { return study.data.rows(study.fold, part); }

}  // namespace

TEST_CASE("mixed clips keep their class on top and their length; evaluation hears clips as they are", "[train]") {
  test::ToyStudy study;
  study.hear("wav2vec2-base");
  study.config.augment.mixup.probability = 1;
  const NetworkCell cell = study.cell();
  const std::vector<std::size_t> rows = rows_of(study, Part::train);
  const Loader loader(cell, true, 0);
  const Batch plain = loader.load(rows, std::nullopt), mixed = loader.load(rows, 3), again = loader.load(rows, 3),
              later = loader.load(rows, 4);
  const at::Tensor target = mixed.targets.distribution;
  CHECK(mixed.input.lengths == plain.input.lengths);
  CHECK((target.sum(1) - 1).abs().max().item<double>() < 1e-6);
  CHECK(target.argmax(1).equal(plain.targets.distribution.argmax(1)));
  // Some partners are of another class, and their share stays below 1 / (1 + 10^-0.5) / 2.
  CHECK(target.amax(1).min().item<double>() > 1 - 0.379874);
  CHECK(target.amax(1).min().item<double>() < 0.99);
  CHECK_FALSE(mixed.input.values.equal(plain.input.values));
  CHECK(mixed.input.values.equal(again.input.values));
  CHECK(target.equal(again.targets.distribution));
  CHECK_FALSE(mixed.input.values.equal(later.input.values));
  CHECK(plain.targets.distribution.amax(1).min().item<double>() == 1);
}

TEST_CASE("clips are cut before they are mixed", "[train]") {
  test::ToyStudy study;
  study.hear("wav2vec2-base");
  const NetworkCell cell = study.cell();
  const std::vector<std::size_t> rows = rows_of(study, Part::train);
  const Batch cut = Loader(cell, true, 0.1).load(rows, 1);
  study.config.augment.mixup.probability = 1;
  const NetworkCell mixing = study.cell();
  const Batch mixed = Loader(mixing, true, 0.1).load(rows, 1);
  CHECK(mixed.input.values.size(1) == 1600);
  // The piece is shorter than half of what is heard, and the rest is the clip's own.
  const at::Tensor changed = (mixed.input.values - cut.input.values).ne(0).sum(1);
  CHECK(changed.max().item<std::int64_t>() < 800);
  CHECK(changed.max().item<std::int64_t>() > 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    const double share = 1 - mixed.targets.distribution[row].max().item<double>();
    CHECK(share <= static_cast<double>(changed[row].item<std::int64_t>() + 1) / 1600 * 0.7598);
  }
}

TEST_CASE("partners are clips of the training part alone", "[train]") {
  test::ToyStudy study;
  study.hear("wav2vec2-base");
  study.config.augment.mixup.probability = 1;
  study.config.augment.mixup.snr_db = {-60};  // what is laid over drowns the clip
  // Clips of the other parts are constant: their pieces would be seen.
  for (const Part part : {Part::dev, Part::test})
    for (const std::size_t row : rows_of(study, part))
      std::fill(study.clips.clips[row].values.begin(), study.clips.clips[row].values.end(), 0.5F);
  const NetworkCell cell = study.cell();
  const Loader loader(cell, true, 0);
  for (int epoch = 0; epoch < 10; ++epoch) {
    const at::Tensor x = loader.load(rows_of(study, Part::train), epoch).input.values;
    const at::Tensor steps = (x.narrow(1, 1, x.size(1) - 1) - x.narrow(1, 0, x.size(1) - 1)).abs();
    // A stretch of a loud constant has no steps although it is not silent.
    const at::Tensor still = (steps.eq(0) & x.narrow(1, 1, x.size(1) - 1).abs().gt(1)).sum();
    CHECK(still.item<std::int64_t>() == 0);
  }
}

TEST_CASE("a network on stored frames cannot mix them", "[train]") {
  test::ToyStudy study;
  study.config.augment.mixup.probability = 0.5;
  const NetworkCell cell = study.cell();
  CHECK_THROWS_AS(Loader(cell, false, 0), UsageError);
}
