// Interrupted and resumed trainings end with the bits of an uninterrupted one.
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/signals.h>
#include <ser/train/trainer.h>
#include <sys/wait.h>
#include <tensor/train/toy_study.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace ser;

namespace {

/// All that has a state or draws numbers, on a tiny encoder of which one block is tuned.
std::unique_ptr<test::ToyStudy> everything() {
  auto study = std::make_unique<test::ToyStudy>(13, 4, 3);
  study->hear("wav2vec2-base");
  NetworkConfig& c = study->config;
  c.network.encoder.tune = "1";
  c.network.encoder.layer_drop = 0.3;
  c.network.encoder.mask_time = 0.2;
  c.network.encoder.dropout = 0.1;
  c.network.encoder.max_seconds = 1;
  c.network.spec_augment.probability = 0.5;
  c.network.pooling = "attentive-statistics";
  c.network.pooling_options.hidden = 8;
  c.network.head = "mlp";
  c.network.head_options = {{8}, 0.2, "batch"};
  c.loss.center = c.loss.supcon = 0.5;
  c.loss.scale = "first-batch";
  c.training.epochs = 3;
  c.training.batch_clips = 3;
  c.training.accumulate = 2;
  c.training.average = 0.8;
  c.training.schedule = "cosine";
  c.training.encoder_learning_rate = 1e-3;
  c.training.save_minutes = 0;
  return study;
}

/// Weights of the network that is kept, and the metrics without their times.
struct Outcome {
  NamedTensors weights;
  std::vector<std::string> metrics;
};

Outcome outcome_of(Trainer& trainer, const std::filesystem::path& folder) {
  Outcome outcome;
  for (const auto& [name, tensor] : network_weights(trainer.network())) outcome.weights.emplace(name, tensor.clone());
  std::istringstream lines(read_file(folder / "metrics.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    auto object = nlohmann::json::parse(line);
    object.erase("seconds");
    outcome.metrics.push_back(object.dump());
  }
  return outcome;
}

void check_same(const Outcome& a, const Outcome& b) {
  CHECK(a.metrics == b.metrics);
  REQUIRE(a.weights.size() == b.weights.size());
  for (const auto& [name, tensor] : a.weights) {
    INFO(name);
    CHECK(tensor.equal(b.weights.at(name)));
  }
}

Outcome train(const test::ToyStudy& study, const std::string& name) {
  const NetworkCell cell = study.cell(name);
  Trainer trainer(cell);
  trainer.run();
  return outcome_of(trainer, cell.folder);
}

}  // namespace

TEST_CASE("the same seed gives the same bits, another seed others", "[train]") {
  const auto study = everything();
  const Outcome first = train(*study, "a");
  check_same(first, train(*study, "b"));
  study->seed = 8;
  CHECK_FALSE(train(*study, "c").weights.at("head.layers.0.weight").equal(first.weights.at("head.layers.0.weight")));
}

TEST_CASE("a training that breaks off at any clip goes on to the same bits", "[train]") {
  const auto study = everything();
  const Outcome whole = train(*study, "whole");
  study->clips.reads = 0;
  train(*study, "counted");
  const int reads = study->clips.reads;
  REQUIRE(reads > 50);
  for (const int every : {7, 11, 16, 23}) {
    INFO("every " << every << " reads");
    const std::string name = "broken" + std::to_string(every);
    int broken = 0;
    for (;; ++broken) {
      REQUIRE(broken < reads);
      study->clips.reads = 0;
      // The statistics of the inputs are measured first, until there is a checkpoint.
      const bool begun = std::filesystem::exists(study->folder / name / "checkpoints" / "last.safetensors");
      study->clips.before_read = [&](int before) {
        if (before == every + (begun ? 0 : 13)) throw Error("broken off");
      };
      try {
        const Outcome resumed = train(*study, name);
        check_same(whole, resumed);
        break;
      } catch (const Error& error) {
        REQUIRE(std::string(error.what()) == "broken off");
      }
    }
    study->clips.before_read = nullptr;
    CHECK(broken >= 2);
  }
}

TEST_CASE("SIGTERM at any clip saves, exits with 143 and goes on to the same bits", "[train]") {
  const auto study = everything();
  study->config.training.save_minutes = 60;
  const Outcome whole = train(*study, "whole");
  at::set_num_threads(1);
  for (const int step : {1, 2, 3, 4, 5, 7}) {
    INFO("every " << step << " reads");
    const std::string name = "stopped" + std::to_string(step);
    int stopped = 0;
    for (int status = 143; status == 143; ++stopped) {
      REQUIRE(stopped < 200);
      // Signals are remembered for good, so each try is a process of its own.
      const pid_t child = ::fork();
      if (child == 0) {
        int code = 99;
        try {
          install_signal_handlers();
          study->clips.reads = 0;
          const bool begun = std::filesystem::exists(study->folder / name / "checkpoints" / "last.safetensors");
          study->clips.before_read = [&](int before) {
            if (before == step + (begun ? 0 : 13)) std::raise(SIGTERM);
          };
          const NetworkCell cell = study->cell(name);
          Trainer trainer(cell);
          trainer.run();
          code = 0;
        } catch (const Interrupted& interrupted) {
          code = static_cast<int>(interrupted.exit_code());
        } catch (...) {
        }
        ::_exit(code);
      }
      REQUIRE(child > 0);
      int wait_status = 0;
      REQUIRE(::waitpid(child, &wait_status, 0) == child);
      REQUIRE(WIFEXITED(wait_status));
      status = WEXITSTATUS(wait_status);
      REQUIRE((status == 0 || status == 143));
    }
    CHECK(stopped >= 3);
    check_same(whole, train(*study, name));
  }
}

TEST_CASE("a finished training that is started again keeps its weights", "[train]") {
  const auto study = everything();
  for (const std::string select : {"best", "last"}) {
    study->config.training.select = select;
    const Outcome first = train(*study, select);
    check_same(first, train(*study, select));
  }
}
