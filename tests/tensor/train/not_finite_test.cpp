// What is not finite stops a training and is named.
#include <ser/base/error.h>
#include <ser/train/trainer.h>
#include <tensor/train/toy_study.h>

#include <catch2/catch.hpp>
#include <limits>

using namespace ser;

namespace {

std::string failure(const test::ToyStudy& study, ExitCode code) {
  try {
    const NetworkCell cell = study.cell();
    Trainer trainer(cell);
    trainer.run();
  } catch (const Error& error) {
    CHECK(error.exit_code() == code);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a clip whose values overflow is named, and no other", "[train]") {
  test::ToyStudy study;
  study.config.network.standardise = false;
  for (float& value : study.clips.clips[4].values) value = std::numeric_limits<float>::max();
  CHECK_THAT(failure(study, ExitCode::failed), Catch::Contains("the loss is not finite in epoch 1") &&
                                                   Catch::EndsWith("look at these clips") &&
                                                   Catch::Contains("clips without finite outputs: clip004. "));
}

TEST_CASE("frames that are not finite are found when the inputs are measured", "[train]") {
  test::ToyStudy study;
  study.clips.clips[4].values[3] = std::numeric_limits<float>::quiet_NaN();
  study.clips.clips[9].values[3] = std::numeric_limits<float>::infinity();
  CHECK_THAT(failure(study, ExitCode::bad_data), Catch::Contains("not finite in clip"));
}

TEST_CASE("a learning rate far too high stops the training", "[train]") {
  test::ToyStudy study;
  study.config.network.task = "dimensions";
  study.config.loss.ccc = 0;
  study.config.loss.mse = 1;
  study.config.training.optimiser = "sgd";
  study.config.training.learning_rate = 100;
  study.config.training.clip_norm = 0;
  CHECK_THAT(failure(study, ExitCode::failed), Catch::Contains("is not finite in epoch") && Catch::Contains("clip0"));
}

TEST_CASE("a gradient that is not finite never reaches the weights", "[train]") {
  test::ToyStudy study;
  study.config.network.standardise = false;
  study.config.training.epochs = 1;
  // Values whose squares overflow while the outputs do not.
  for (Matrix& clip : study.clips.clips)
    for (float& value : clip.values) value = 1e30F;
  study.config.network.task = "dimensions";
  study.config.loss.ccc = 0;
  study.config.loss.mse = 1;
  CHECK_THAT(failure(study, ExitCode::failed), Catch::Contains("is not finite"));
}
