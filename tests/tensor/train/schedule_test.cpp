// Learning rates in closed form.
#include <ser/train/schedule.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;

namespace {

TrainingOptions schedule(const std::string& name, double warmup) {
  TrainingOptions options;
  options.schedule = name;
  options.warmup = warmup;
  return options;
}

}  // namespace

TEST_CASE("exponential: 7/8 after every epoch", "[train]") {
  TrainingOptions options = schedule("exponential", 0);
  options.decay = 0.875;
  // Epochs 0, 1, 5 and 19, whatever the step within them.
  for (const double within : {0.1, 1.0}) {
    CHECK(learning_rate_factor(options, (0 + within) / 20, 0) == 1);
    CHECK(learning_rate_factor(options, (1 + within) / 20, 1) == Approx(0.875).epsilon(1e-12));
    CHECK(learning_rate_factor(options, (5 + within) / 20, 5) == Approx(0.512908935546875).epsilon(1e-12));
    CHECK(learning_rate_factor(options, (19 + within) / 20, 19) == Approx(0.0790957).epsilon(1e-5));
  }
}

TEST_CASE("the warm-up rises linearly, then linear and cosine fall to 0", "[train]") {
  for (const std::string name : {"constant", "linear", "cosine"}) {
    const TrainingOptions options = schedule(name, 0.2);
    CHECK(learning_rate_factor(options, 0.05, 0) == Approx(0.25));
    CHECK(learning_rate_factor(options, 0.1, 0) == Approx(0.5));
    CHECK(learning_rate_factor(options, 0.2, 0) == Approx(1));
  }
  CHECK(learning_rate_factor(schedule("constant", 0.2), 0.9, 0) == 1);
  CHECK(learning_rate_factor(schedule("linear", 0.2), 0.6, 0) == Approx(0.5));
  CHECK(learning_rate_factor(schedule("linear", 0.2), 1, 0) == 0);
  CHECK(learning_rate_factor(schedule("cosine", 0.2), 0.4, 0) == Approx(0.5 * (1 + std::cos(M_PI / 4))));
  CHECK(learning_rate_factor(schedule("cosine", 0.2), 1, 0) == Approx(0).margin(1e-15));
}
