#include <ser/base/random.h>
#include <ser/eval/interval.h>
#include <ser/eval/probability.h>
#include <ser/eval/resampling.h>
#include <support/speaker_simulation.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

using namespace ser;

namespace {

/// Units of one value each, with a count beside it; the figure is the mean.
UnitSums of_values(const std::vector<double>& values) {
  UnitSums units(2);
  for (const double value : values) units.add(std::vector<double>{value, 1});
  return units;
}
void mean(std::span<const double> sums, std::span<double> figures) { figures[0] = sums[0] / sums[1]; }

std::vector<double> normal_values(std::size_t n) {
  Random random(3, "values");
  std::vector<double> values(n);
  for (double& value : values) value = random.normal();
  return values;
}

}  // namespace

TEST_CASE("The jackknife's t-interval of a mean is Student's", "[eval][interval]") {
  const std::vector<double> values{4, 7, 1, 9, 6};
  const Replicates replicates = resample(of_values(values), 1, mean, 0, 1);
  const Interval interval =
      make_interval(replicates.estimates[0], replicates.draws[0], replicates.jackknife[0], "t", 0.95);
  const double half = 2.7764451051977987 * std::sqrt(9.3 / 5);
  CHECK(interval.standard_error == Approx(std::sqrt(9.3 / 5)));
  CHECK(interval.low == Approx(5.4 - half));
  CHECK(interval.high == Approx(5.4 + half));
}

TEST_CASE("The bootstrap of a mean has the deviation sd / sqrt(n)", "[eval][interval]") {
  const std::vector<double> values = normal_values(50);
  const Replicates replicates = resample(of_values(values), 1, mean, 20000, 1);
  double sum = 0, squares = 0, value_squares = 0;
  for (const double draw : replicates.draws[0]) sum += draw, squares += draw * draw;
  const double average = std::accumulate(values.begin(), values.end(), 0.0) / 50;
  for (const double value : values) value_squares += (value - average) * (value - average);
  CHECK(sum / 20000 == Approx(average).margin(0.005));
  CHECK(std::sqrt(squares / 20000 - sum / 20000 * (sum / 20000)) ==
        Approx(std::sqrt(value_squares / 50 / 50)).epsilon(0.02));
}

TEST_CASE("Draws depend on the seed, not on the number of threads", "[eval][interval]") {
  const UnitSums units = of_values(normal_values(40));
  const Replicates one = resample(units, 1, mean, 300, 5, 1), three = resample(units, 1, mean, 300, 5, 3);
  CHECK(one.draws == three.draws);
  CHECK(resample(units, 1, mean, 300, 6).draws != one.draws);
  CHECK(resample(units, 1, mean, 200, 5).draws[0][199] == one.draws[0][199]);
}

TEST_CASE("A symmetric bootstrap has the same percentile and BCa interval", "[eval][interval]") {
  std::vector<double> draws, jackknife;
  for (int i = -500; i <= 500; ++i) draws.push_back(i / 100.0);
  for (int i = -5; i <= 5; ++i) jackknife.push_back(i);
  const Interval percentile = make_interval(0, draws, jackknife, "percentile", 0.9);
  const Interval bca = make_interval(0, draws, jackknife, "bca", 0.9);
  CHECK(percentile.low == Approx(-4.5));
  CHECK(percentile.high == Approx(4.5));
  CHECK(bca.low == Approx(percentile.low));
  CHECK(bca.high == Approx(percentile.high));
}

TEST_CASE("An interval stays among the values that the figure can have", "[eval][interval]") {
  const std::vector<double> jackknife{0.9, 1, 1, 0.8};
  const Interval interval = make_interval(0.95, {}, jackknife, "t", 0.95, 0, 1);
  CHECK(interval.high == 1);
  CHECK(interval.low >= 0);
}

TEST_CASE("One speaker has no interval", "[eval][interval]") {
  const Replicates replicates = resample(of_values({1}), 1, mean, 100, 1);
  CHECK_FALSE(make_interval(1, replicates.draws[0], replicates.jackknife[0], "t", 0.95).defined());
  CHECK_FALSE(make_interval(1, replicates.draws[0], replicates.jackknife[0], "bca", 0.95).defined());
}

TEST_CASE("Below 30 units the interval is the jackknife's t", "[eval][interval]") {
  CHECK(chosen_method({}, 29) == "t");
  CHECK(chosen_method({}, 30) == "bca");
  IntervalOptions asked;
  asked.method = "percentile";
  CHECK(chosen_method(asked, 5) == "percentile");
}

TEST_CASE("With 40 speakers the 95 % speaker bootstrap holds in 92 to 97 % of cases, that of utterances does not",
          "[eval][interval]") {
  const test::SpeakerSimulation simulation({}, 11);
  const double truth = simulation.truth()[0];
  int by_speaker = 0, by_utterance = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto data = simulation.draw(40, i);
    const auto holds = [&](const UnitSums& units, const char* method, int draws) {
      const Replicates r = resample(units, 2, test::uar_and_macro_f1, draws, i);
      const Interval interval = make_interval(r.estimates[0], r.draws[0], r.jackknife[0], method, 0.95, 0, 1);
      return interval.low <= truth && truth <= interval.high;
    };
    by_speaker += holds(data.speakers, "bca", 400);
    // 960 utterances: the bootstrap and the jackknife's t agree, and the latter costs no draws.
    by_utterance += holds(data.utterances, "t", 0);
  }
  CHECK(by_speaker >= 920);
  CHECK(by_speaker <= 970);
  CHECK(by_utterance < 800);
}

TEST_CASE("With 6 and 12 speakers the jackknife's t holds where the bootstrap is too narrow", "[eval][interval]") {
  const test::SpeakerSimulation simulation({}, 12);
  const double truth = simulation.truth()[0];
  for (const int speakers : {6, 12}) {
    int t = 0, bootstrap = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const auto data = simulation.draw(speakers, i);
      const Replicates r = resample(data.speakers, 2, test::uar_and_macro_f1, 400, i);
      const auto holds = [&](const char* method) {
        const Interval interval = make_interval(r.estimates[0], r.draws[0], r.jackknife[0], method, 0.95, 0, 1);
        return interval.low <= truth && truth <= interval.high;
      };
      t += holds("t"), bootstrap += holds("percentile");
    }
    INFO(speakers << " speakers");
    CHECK(t >= 920);
    CHECK(t <= 970);
    CHECK(bootstrap < 930);
  }
}
