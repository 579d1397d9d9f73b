// CREMA-D's rater votes are a real label distribution. Runs where SER_CORPORA names the folder of corpora.
#include <ser/base/table.h>
#include <ser/eval/evaluation.h>

#include <fmt/format.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>

using namespace ser;

namespace {

const std::vector<std::string> letters{"A", "D", "F", "H", "N", "S"};
const std::vector<std::string> intended{"ANG", "DIS", "FEA", "HAP", "NEU", "SAD"};

/// Votes of every recording: actors 1001 to 1045 train, the others test; `says` gives the prediction of a recording.
template <class Says>
PredictionTable votes_table(Says says) {
  const char* corpora = std::getenv("SER_CORPORA");
  REQUIRE(corpora);
  const Table votes = read_table(std::filesystem::path(corpora) / "CREMA-D/processedResults/tabulatedVotes.csv");
  PredictionTable table;
  table.classes = {"anger", "disgust", "fear", "happiness", "neutral", "sadness"};
  table.distributions = true;
  table.further = {"speaker"};
  for (std::size_t r = 0; r < votes.rows.size(); ++r) {
    const std::string name = votes.rows[r][votes.at("fileName")];
    Prediction row;
    row.id = fmt::format("{}#{}", name, r);  // the table has one recording twice
    row.further = {name.substr(0, 4)};
    row.part = row.further[0] <= "1045" ? "train" : "test";
    double sum = 0;
    for (const std::string& letter : letters) {
      row.distribution.push_back(std::stod(votes.rows[r][votes.at(letter)]));
      sum += row.distribution.back();
    }
    for (double& share : row.distribution) share /= sum;
    const auto top = std::max_element(row.distribution.begin(), row.distribution.end());
    if (std::count(row.distribution.begin(), row.distribution.end(), *top) == 1)
      row.label = table.classes[static_cast<std::size_t>(top - row.distribution.begin())];
    row.probabilities = says(name);
    table.rows.push_back(row);
  }
  return table;
}

/// 0.7 on the emotion that the actor was asked for, the rest evenly.
std::vector<double> asked_for(const std::string& name) {
  std::vector<double> p(6, 0.06);
  const auto at = std::find(intended.begin(), intended.end(), name.substr(9, 3));
  p[static_cast<std::size_t>(at - intended.begin())] = 0.7;
  return p;
}

}  // namespace

TEST_CASE("CREMA-D's votes: what no model can do, and what the actors' intention tells", "[corpora]") {
  const PredictionTable table = votes_table(asked_for);
  CHECK(table.rows.size() > 7400);
  const Task task = evaluate(table, {}, "votes").tasks.at(0);
  CHECK(task.resampling.unit == "speaker");
  CHECK(task.resampling.units == 46);
  CHECK(task.resampling.method == "bca");
  CHECK(task.baseline_from_training);

  // KL of equal probabilities is ln 6 - H, and that of the training mean the cross entropy less H.
  std::vector<double> mean(6);
  double train = 0, test = 0, entropy = 0, crossed = 0;
  for (const Prediction& row : table.rows) {
    if (row.part != "train") continue;
    for (std::size_t k = 0; k < 6; ++k) mean[k] += row.distribution[k];
    ++train;
  }
  for (const Prediction& row : table.rows) {
    if (row.part != "test") continue;
    ++test;
    for (std::size_t k = 0; k < 6; ++k) {
      if (row.distribution[k] > 0) entropy -= row.distribution[k] * std::log(row.distribution[k]);
      crossed -= row.distribution[k] * std::log(mean[k] / train);
    }
  }
  const FigureEstimate& kl = *task.figure("kl");
  CHECK(kl.uniform == Approx(std::log(6.0) - entropy / test).epsilon(1e-9));
  CHECK(kl.baseline == Approx((crossed - entropy) / test).epsilon(1e-9));

  // The raters hear something of what the actors meant.
  CHECK(task.figure("war")->seeds.mean > 0.5);
  CHECK(kl.skill > 0.1);
  CHECK(kl.skill_interval.low > 0);
  CHECK(kl.gain_interval.high < 0);
}

TEST_CASE("On CREMA-D's votes the training mean has no skill by any of the six metrics", "[corpora]") {
  PredictionTable table = votes_table(asked_for);
  std::vector<double> mean(6);
  double train = 0;
  for (const Prediction& row : table.rows)
    if (row.part == "train") {
      for (std::size_t k = 0; k < 6; ++k) mean[k] += row.distribution[k];
      ++train;
    }
  for (double& share : mean) share /= train;
  for (Prediction& row : table.rows) row.probabilities = mean;
  const Task task = evaluate(table, {}, "votes").tasks.at(0);
  for (const char* key : {"chebyshev", "clark", "canberra", "kl", "cosine", "intersection"}) {
    INFO(key);
    CHECK(task.figure(key)->skill == Approx(0).margin(1e-9));
    CHECK(task.figure(key)->seeds.mean == Approx(task.figure(key)->baseline).epsilon(1e-9));
  }
  CHECK(std::any_of(task.notes.begin(), task.notes.end(),
                    [](const Note& note) { return note.check == "constant-probabilities"; }));
}
