// The training-mean and uniform rows of EM2LDL's experiment 1 (papers/em2ldl.md, section 7). Runs where SER_EM2LDL
// names a checkout of the corpus's repository (github.com/xingfengli/EM2LDL), whose labels may not be shipped.
#include <ser/base/table.h>
#include <ser/eval/evaluation.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>

using namespace ser;

namespace {

/// Ids as numbers: "0001" in the splits is "1" in the labels.
std::set<int> ids_of(const std::filesystem::path& file) {
  const Table table = read_table(file);
  std::set<int> ids;
  for (const auto& row : table.rows) ids.insert(std::stoi(row[table.at("audio_id")]));
  return ids;
}

PredictionTable experiment_1() {
  const std::filesystem::path folder = std::getenv("SER_EM2LDL");
  const Table labels = read_table(folder / "labels/labels_distributions_Info.csv");
  const std::set<int> train = ids_of(folder / "models/train_val_test/train_ids.csv");
  const std::set<int> test = ids_of(folder / "models/train_val_test/test_ids.csv");
  PredictionTable table;
  table.classes.assign(labels.columns.begin() + 1, labels.columns.begin() + 33);
  table.distributions = true;
  table.further = {"speaker"};
  for (const auto& fields : labels.rows) {
    const int id = std::stoi(fields[0]);
    if (!train.contains(id) && !test.contains(id)) continue;
    Prediction row;
    row.id = fields[0], row.part = train.contains(id) ? "train" : "test";
    row.further = {fields[labels.at("speaker ID")]};
    for (std::size_t k = 1; k <= 32; ++k) row.distribution.push_back(std::stod(fields[k]));
    row.probabilities.assign(32, 1.0 / 32);
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace

TEST_CASE("EM2LDL, experiment 1: the predictors without a model", "[em2ldl]") {
  REQUIRE(std::getenv("SER_EM2LDL"));
  const Task task = evaluate(experiment_1(), {}, "EM2LDL").tasks.at(0);
  CHECK(task.resampling.units == 6);
  const struct {
    const char* key;
    double training_mean, uniform;
  } rows[] = {{"chebyshev", 0.1578, 0.2861}, {"clark", 4.9713, 4.9619},  {"canberra", 26.3726, 26.4294},
              {"kl", 0.8477, 1.4967},        {"cosine", 0.7947, 0.4268}, {"intersection", 0.5257, 0.2956}};
  for (const auto& row : rows) {
    INFO(row.key);
    CHECK(task.figure(row.key)->baseline == Approx(row.training_mean).margin(6e-5));
    CHECK(task.figure(row.key)->uniform == Approx(row.uniform).margin(6e-5));
    CHECK(task.figure(row.key)->seeds.mean == Approx(row.uniform).margin(6e-5));
  }
}
