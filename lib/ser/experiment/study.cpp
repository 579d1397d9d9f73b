#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/lock.h>
#include <ser/base/log.h>
#include <ser/base/progress.h>
#include <ser/base/signals.h>
#include <ser/base/text.h>
#include <ser/base/version.h>
#include <ser/eval/run_info.h>
#include <ser/experiment/run_folder.h>
#include <ser/experiment/study.h>
#include <ser/features/feature_set.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace ser {

void describe_options(OptionTable& table, StudyOptions& o) {
  table.add("manifest", o.manifests, "manifest folders, as many as the protocol has corpora").required();
  table.add("features", o.features, "feature stores (level functionals), one for each manifest in the same order")
      .required();
  table.add("protocol", o.protocol, "protocol made by 'ser-extract folds make'").required();
  table.add("output", o.output, "run folder, usually exp/<corpus>/<name>").required().transient();
  table.add("fold", o.folds, "train these folds only (for job arrays); default: all").transient();
  table.add("seed", o.seeds, "one run per seed").at_least(0).transient();
  describe_options(table, o.learner);
  describe_options(table, o.cell);
}

namespace {

std::vector<std::string> chosen_folds(const StudyOptions& options, const Protocol& protocol) {
  std::vector<std::string> names;
  if (options.folds.empty())
    for (const Fold& fold : protocol.folds) names.push_back(fold.name);
  for (const std::string& name : options.folds) names.push_back(protocol.fold(name).name);
  return names;
}

/// What the configuration refers to, so that a changed input is not taken for the same run.
std::string input_lines(const StudyData& data, const std::string& protocol) {
  std::string text = "inputs:\n  protocol: " + hash_bytes(read_file(protocol)) +
                     "\n  front_end: " + hash_bytes(data.feature_signature) + "\n  features: " + data.feature_checksum +
                     "\n";
  for (const ProtocolCorpus& corpus : data.protocol.corpora) text += "  " + corpus.name + ": " + corpus.checksum + "\n";
  return text;
}

RunInfo run_info(const StudyOptions& options, const StudyData& data, const std::string& command) {
  const Protocol& protocol = data.protocol;
  RunInfo run;
  run.command = command;
  run.version = build_info().version;
  run.git_hash = build_info().git_hash;
  run.labels = protocol.labels.name;
  run.learner = options.learner.name;
  run.features = FeatureConfig::from_signature(data.feature_signature)->set_name;
  run.normalisation = options.cell.normalisation;
  run.protocol = std::filesystem::path(options.protocol).filename().string();
  run.speaker_dependent = protocol.options.speaker_dependent;
  run.further = {{"protocol_type", protocol.options.type}, {"missing_features", std::to_string(data.missing.size())}};
  const std::string stopping = options.learner.make()->uses_dev() ? "epoch on the dev part" : "no stopping";
  run.further.emplace_back(
      "selection",
      (options.cell.grid.empty() ? "fixed options, " : "options on inner folds of the training part, ") + stopping);
  for (const ProtocolCorpus& corpus : protocol.corpora)
    run.further.emplace_back("checksum_" + corpus.name, corpus.checksum);
  for (const Fold& fold : protocol.folds) {
    FoldInfo& info = run.folds.emplace_back(FoldInfo{fold.name, fold.kind, fold.train_corpora, fold.test_corpora, {}});
    const std::vector<std::size_t> counts = protocol.class_counts(fold, Part::train);
    for (std::size_t k = 0; k < counts.size(); ++k)
      info.class_counts_train.emplace(protocol.labels.classes[k], counts[k]);
  }
  return run;
}

/// Trains one cell into its folder; the DONE file comes last.
void train_cell(const StudyData& data, const Fold& fold, int seed, const StudyOptions& options, const CellFolder& cell,
                int threads) {
  const auto start = std::chrono::steady_clock::now();
  const CellResult result = run_cell(data, fold, seed, options.cell, options.learner, threads);
  write_bundle(result.model, result.selftest, cell.path / "bundle");
  write_file(cell.path / "predictions.tsv", format_predictions(result.predictions));
  std::string text =
      fmt::format("fold {}\nseed {}\ntrained in {:.2f} s on {} threads\n", fold.name, seed,
                  std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), threads);
  for (const std::string& note : result.notes) text += note + '\n';
  write_file(cell.path / "train.log", text);
  cell.mark_done();
  for (const std::string& note : result.notes) log::info("fold {}, seed {}: {}", fold.name, seed, note);
}

}  // namespace

StudyOutcome run_study(const StudyOptions& options, const std::string& config, const std::string& command,
                       int threads) {
  check_grid(options.cell, options.learner);
  if (std::set<int>(options.seeds.begin(), options.seeds.end()).size() != options.seeds.size())
    throw UsageError("a seed is given twice");
  const StudyData data = load_study(options.protocol, options.manifests, options.features);
  const std::vector<std::string> folds = chosen_folds(options, data.protocol);
  const RunFolder run(options.output, config + input_lines(data, options.protocol));
  write_file(run.path() / "run.yaml", format_run_info(run_info(options, data, command)));

  StudyOutcome outcome;
  Progress progress("cells", folds.size() * options.seeds.size());
  for (const std::string& name : folds)
    for (const int seed : options.seeds) {
      throw_if_interrupted();
      const CellFolder cell = run.cell(name, seed);
      if (cell.done()) {
        ++outcome.kept;
        progress.skipped();
        continue;
      }
      const FolderLock lock(cell.path);
      log::info("fold {}, seed {}: training {} on {} features", name, seed, options.learner.name, data.x.columns);
      train_cell(data, data.protocol.fold(name), seed, options, cell, threads);
      ++outcome.trained;
      progress.done(0);
    }
  const FolderLock lock(run.path(), "LOCK", 60);
  std::vector<std::string> all;
  for (const Fold& fold : data.protocol.folds) {
    all.push_back(fold.name);
    for (const int seed : options.seeds) outcome.open += !run.cell(fold.name, seed).done();
  }
  outcome.predictions = run.join_predictions(all, data.protocol.labels.classes);
  if (outcome.open == 0) write_file(run.path() / "DONE", "");
  log::info("{}", progress.summary());
  return outcome;
}

}  // namespace ser
