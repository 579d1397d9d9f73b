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
#include <ser/experiment/network_cell.h>
#include <ser/experiment/run_folder.h>
#include <ser/experiment/study.h>
#include <ser/features/embedding_set.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

namespace ser {

void describe_options(OptionTable& table, StudyOptions& o) {
  table.add("manifest", o.manifests, "manifest folders, as many as the protocol has corpora").required();
  table.add("features", o.features,
            "feature stores, one for each manifest in the same order: level functionals, for networks level lld; none "
            "where network.encoder hears the audio");
  table.add("copies", o.copies,
            "networks: manifests of copies made by 'ser-extract augment', taken in training in place of the clips that "
            "they are copies of (training.copy_probability)");
  table.add("copy_features", o.copy_features, "feature stores, one for each manifest of copies");
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

StudyInput input_of(const StudyOptions& options) {
  if (!options.learner.is_network()) {
    if (options.features.empty()) throw UsageError("--features is missing: a feature store for each manifest");
    return StudyInput::vectors;
  }
  check_options(options.learner.network.network);
  if (!options.features.empty()) return StudyInput::frames;
  if (options.learner.network.network.encoder.model.empty())
    throw UsageError("a network needs --features, stores of frames, or --network.encoder.model, which hears the audio");
  return StudyInput::audio;
}

void check_classes(const StudyData& data, const StudyOptions& options) {
  if (options.learner.is_network() && options.learner.network.network.task == "dimensions") return;
  if (data.protocol.labels.classes.size() < 2)
    throw_error<DataError>("{}: the label space has one class only ({}); there is nothing to tell apart",
                           options.protocol, join(data.protocol.labels.classes, ", "));
}

/// Absolute path and hash of the encoder's files, and the front end that its audio is read with.
void prepare_encoder(NetworkEncoderOptions& encoder, StudyData& data, StudyInput input) {
  if (encoder.model.empty()) return;
  if (!std::filesystem::exists(encoder.model)) throw_error<DataError>("{}: there is no such model", encoder.model);
  encoder.model = std::filesystem::absolute(encoder.model).lexically_normal().string();
  const std::string hash = hash_of_model(encoder.model);
  if (!encoder.model_hash.empty() && encoder.model_hash != hash)
    throw_error<DataError>("{}: the model is not the one that was named (hash {}, wanted {})", encoder.model, hash,
                           encoder.model_hash);
  encoder.model_hash = hash;
  if (input != StudyInput::audio) return;
  FeatureConfig front_end;
  front_end.set_name = "waveform";
  front_end.level_name = "lld";
  front_end.rate_hz = encoder_rate_hz(encoder.model);
  data.feature_signature = front_end.signature();
  data.feature_names = {"sample"};
}

/// Nothing without --copies. Throws UsageError where they do not fit the learner.
std::unique_ptr<TrainingCopies> read_copies(const StudyOptions& options, const StudyData& data, StudyInput input) {
  if (options.copies.empty()) {
    if (!options.copy_features.empty()) throw UsageError("--copy-features is given, but no --copies");
    return nullptr;
  }
  if (!options.learner.is_network())
    throw_error<UsageError>(
        "--copies is for networks; {} trains on manifests that list their copies beside them "
        "('ser-extract augment --originals')",
        options.learner.name);
  const std::size_t wanted = input == StudyInput::audio ? 0 : options.copies.size();
  if (options.copy_features.size() != wanted)
    throw_error<UsageError>("{} manifests of copies are given and {} stores of their features; {}",
                            options.copies.size(), options.copy_features.size(),
                            wanted == 0 ? "a network that hears the audio takes none" : "one for each");
  const int rate_hz = input == StudyInput::audio ? FeatureConfig::from_signature(data.feature_signature)->rate_hz : 0;
  return std::make_unique<TrainingCopies>(data, options.copies, options.copy_features, rate_hz);
}

/// What the configuration refers to, so that a changed input is not taken for the same run.
std::string input_lines(const StudyData& data, const std::string& protocol, const std::string& encoder_hash,
                        const TrainingCopies* copies) {
  std::string text = "inputs:\n  protocol: " + hash_bytes(read_file(protocol)) +
                     "\n  front_end: " + hash_bytes(data.feature_signature) + "\n  features: " + data.feature_checksum +
                     "\n";
  if (!encoder_hash.empty()) text += "  encoder: " + encoder_hash + "\n";
  if (copies) text += "  copies: " + copies->checksum() + "\n";
  for (const ProtocolCorpus& corpus : data.protocol.corpora) text += "  " + corpus.name + ": " + corpus.checksum + "\n";
  return text;
}

/// Mean shares of the classes, or means of the dimensions, over the training part of a fold; empty for task classes.
std::map<std::string, double> training_means(const StudyData& data, const Fold& fold, const NetworkOptions& network) {
  std::map<std::string, double> sums, counts;
  const auto add = [&](const std::string& name, double value) {
    if (std::isnan(value)) return;
    sums[name] += value;
    ++counts[name];
  };
  for (const std::size_t row : data.rows(fold, Part::train)) {
    if (network.task == "dimensions")
      for (const std::string& name : network.dimensions) add(name, dimension_of(data.utterance(row), name));
    if (network.task != "distribution") continue;
    const std::vector<double> shares = class_shares(data, row);
    for (std::size_t k = 0; k < shares.size(); ++k) add(data.protocol.labels.classes[k], shares[k]);
  }
  for (auto& [name, sum] : sums) sum /= counts[name];
  return sums;
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
  const std::string stopping = uses_dev(options.learner) ? "epoch on the dev part" : "no stopping";
  run.further.emplace_back("selection", (options.cell.grid.empty() && options.cell.layer != "auto"
                                             ? "fixed options, "
                                             : "options on inner folds of the training part, ") +
                                            stopping);
  for (const ProtocolCorpus& corpus : protocol.corpora)
    run.further.emplace_back("checksum_" + corpus.name, corpus.checksum);
  for (const Fold& fold : protocol.folds) {
    FoldInfo& info = run.folds.emplace_back(FoldInfo{fold.name, fold.kind, fold.train_corpora, fold.test_corpora, {}});
    const std::vector<std::size_t> counts = protocol.class_counts(fold, Part::train);
    for (std::size_t k = 0; k < counts.size(); ++k)
      info.class_counts_train.emplace(protocol.labels.classes[k], counts[k]);
    if (options.learner.is_network()) info.means_train = training_means(data, fold, options.learner.network.network);
  }
  return run;
}

void add_row(PredictionTable& table, const StudyData& data, const Fold& fold, int seed, const NetworkOptions& network,
             const NetworkCellResult::Row& row) {
  Prediction& one = table.rows.emplace_back();
  one.id = data.id(row.row);
  one.part = part_name(row.part);
  one.fold = fold.name;
  one.seed = seed;
  if (network.task == "dimensions") {
    one.estimate.assign(row.outputs.begin(), row.outputs.end());
    for (const std::string& name : network.dimensions)
      one.reference.push_back(dimension_of(data.utterance(row.row), name));
    return;
  }
  one.probabilities.assign(row.outputs.begin(), row.outputs.end());
  if (network.task == "distribution")
    one.distribution = class_shares(data, row.row);
  else
    one.label = data.protocol.labels.classes[static_cast<std::size_t>(data.label(row.row))];
}

/// Predictions of dev and test part, and what is to be told; the bundle is in the folder.
std::pair<PredictionTable, std::vector<std::string>> train_one(const StudyData& data, const ClipReader* clips,
                                                               const TrainingCopies* copies, const Fold& fold, int seed,
                                                               const StudyOptions& options, const CellFolder& cell,
                                                               int threads) {
  if (!options.learner.is_network()) {
    CellResult result = run_cell(data, fold, seed, options.cell, options.learner, threads);
    write_bundle(result.model, result.selftest, cell.path / "bundle");
    return {std::move(result.predictions), std::move(result.notes)};
  }
  BundleDescription description = describe_cell(data, fold, seed);
  description.kind = description.learner = "network";
  NetworkCell work{data,    *clips, fold, seed, options.learner.network, cell.path, std::move(description),
                   threads, copies};
  NetworkCellResult result = train_network(work);
  const NetworkOptions& network = options.learner.network.network;
  PredictionTable table;
  if (network.task == "dimensions")
    table.dimensions = network.dimensions;
  else
    table.classes = data.protocol.labels.classes;
  table.distributions = network.task == "distribution";
  for (const NetworkCellResult::Row& row : result.rows) add_row(table, data, fold, seed, network, row);
  return {std::move(table), std::move(result.notes)};
}

/// Trains one cell into its folder; the DONE file comes last.
void train_cell(const StudyData& data, const ClipReader* clips, const TrainingCopies* copies, const Fold& fold,
                int seed, const StudyOptions& options, const CellFolder& cell, int threads) {
  const auto start = std::chrono::steady_clock::now();
  const auto [predictions, notes] = train_one(data, clips, copies, fold, seed, options, cell, threads);
  write_file(cell.path / "predictions.tsv", format_predictions(predictions));
  std::string text =
      fmt::format("fold {}\nseed {}\ntrained in {:.2f} s on {} threads\n", fold.name, seed,
                  std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), threads);
  for (const std::string& note : notes) text += note + '\n';
  write_file(cell.path / "train.log", text);
  cell.mark_done();
  for (const std::string& note : notes) log::info("fold {}, seed {}: {}", fold.name, seed, note);
}

}  // namespace

StudyOutcome run_study(const StudyOptions& given, const std::string& config, const std::string& command, int threads) {
  StudyOptions options = given;
  check_grid(options.cell, options.learner);
  if (std::set<int>(options.seeds.begin(), options.seeds.end()).size() != options.seeds.size())
    throw UsageError("a seed is given twice");
  const StudyInput input = input_of(options);
  StudyData data = load_study(options.protocol, options.manifests, options.features, input);
  check_classes(data, options);
  NetworkEncoderOptions& encoder = options.learner.network.network.encoder;
  if (options.learner.is_network()) prepare_encoder(encoder, data, input);
  std::unique_ptr<ClipReader> clips;
  if (input == StudyInput::frames) clips = read_from_stores(data);
  if (input == StudyInput::audio)
    clips = read_from_audio(data, FeatureConfig::from_signature(data.feature_signature)->rate_hz);
  const std::unique_ptr<TrainingCopies> copies = read_copies(options, data, input);
  const std::vector<std::string> folds = chosen_folds(options, data.protocol);
  const RunFolder run(options.output, config + input_lines(data, options.protocol, encoder.model_hash, copies.get()));
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
      log::info("fold {}, seed {}: training {} on {} features", name, seed, options.learner.name,
                data.feature_names.size());
      train_cell(data, clips.get(), copies.get(), data.protocol.fold(name), seed, options, cell, threads);
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
