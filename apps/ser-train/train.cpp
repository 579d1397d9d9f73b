// ser-train: the cells of a protocol into a run folder, with the scores of what is finished.
#include <ser-train/verbs.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/experiment/study.h>

#include <iostream>

namespace ser {
namespace {

class TrainVerb final : public Verb {
 public:
  explicit TrainVerb(std::string command) : command_(std::move(command)) {}
  std::string name() const override { return "ser-train"; }
  std::string summary() const override { return "train and test every cell of a protocol"; }
  std::string examples() const override {
    return "  ser-train --manifest data/ravdess --features feats/ravdess --protocol data/ravdess/folds.yaml \\\n"
           "    --learner logreg --grid c=0.001,0.01,0.1,1 --output exp/ravdess/mfcc-logreg\n"
           "  ser-train --config conf/train.yaml --fold 3 --seed 1 --output exp/ravdess/mfcc-logreg\n";
  }
  void describe(OptionTable& table) override { describe_options(table, options_); }
  void run(const OptionTable& resolved, const CommonOptions& common) override {
    const StudyOutcome outcome = run_study(options_, resolved.dump_yaml(), command_, common.threads);
    if (outcome.open > 0)
      log::info("{} cells are still to be trained; the same command without --fold trains them", outcome.open);
  }

 private:
  std::string command_;
  StudyOptions options_;
};

}  // namespace

std::unique_ptr<Verb> make_train_verb(std::string command) { return std::make_unique<TrainVerb>(std::move(command)); }

}  // namespace ser
