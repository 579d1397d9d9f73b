// ser-train: the cells of a protocol into a run folder, with the scores of what is finished.
#include <common/verbs.h>
#include <ser-train/verbs.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/eval/evaluation.h>
#include <ser/experiment/study.h>
#include <ser/report/html_report.h>
#include <ser/report/results.h>
#include <ser/report/score_tables.h>

namespace ser {
namespace {

class TrainVerb final : public Verb {
 public:
  std::string name() const override { return "ser-train"; }
  std::string summary() const override { return "train and test every cell of a protocol"; }
  std::string examples() const override {
    return "  ser-train --manifest data/ravdess --features feats/ravdess --protocol data/ravdess/folds.yaml \\\n"
           "    --learner logreg --grid c=0.001,0.01,0.1,1 --output exp/ravdess/mfcc-logreg\n"
           "  ser-train --config conf/train.yaml --fold 3 --seed 1 --output exp/ravdess/mfcc-logreg\n";
  }
  void describe(OptionTable& table) override { describe_options(table, options_); }
  void run(const OptionTable& resolved, const CommonOptions& common) override {
    const std::string command = command_text("ser-train", resolved);
    const StudyOutcome outcome = run_study(options_, resolved.dump_yaml(), command, common.threads);
    if (outcome.open > 0) {
      log::info("{} cells are still to be trained; the same command without --fold trains them", outcome.open);
      return;
    }
    std::vector<Manifest> manifests;
    for (const std::string& folder : options_.manifests) manifests.push_back(read_manifest(folder));
    const PredictionSource source = read_source(options_.output);
    const Evaluation evaluation =
        evaluate(source.table, source.run, source.name, manifests, "test", {}, common.threads);
    const std::filesystem::path report = std::filesystem::path(options_.output) / "report.html";
    ReportData data = report_data(source, manifests, evaluation, {}, {}, common.threads);
    data.date = today(), data.command = command;
    write_file(report, html_report(data));
    write_output("-", grid_text(summary_grid({&evaluation, 1})));
    log::info("report: {}", report.string());
  }

 private:
  StudyOptions options_;
};

}  // namespace

std::unique_ptr<Verb> make_train_verb() { return std::make_unique<TrainVerb>(); }

}  // namespace ser
