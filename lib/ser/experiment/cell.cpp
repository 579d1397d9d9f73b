#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/base/text.h>
#include <ser/base/version.h>
#include <ser/classic/grid_search.h>
#include <ser/corpus/folds.h>
#include <ser/experiment/cell.h>
#include <ser/experiment/stored_layers.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace ser {

void describe_options(OptionTable& table, CellOptions& o) {
  table
      .add("normalisation", o.normalisation,
           "z-score by the statistics of the training part, or of each corpus or speaker by itself (no labels used), "
           "or none")
      .choices({"train", "per-corpus", "per-speaker", "none"});
  table.add("grid", o.grid,
            "values of one option of the learner to choose from by UAR on inner folds: c=0.001,0.01,0.1");
  table.add("inner_folds", o.inner_folds, "group-disjoint folds of the training part for the grid").range(2, 100);
  table.add("balance_corpora", o.balance_corpora,
            "where training joins several corpora, give each the same total weight");
  table.add(
      "layer", o.layer,
      "of features that hold several layers of an encoder (embed --layer all): all, a number from 0, or auto, the "
      "one with the best UAR on the inner folds");
}

namespace {

using Rows = std::vector<std::size_t>;

void require_two_classes(const StudyData& data, const Rows& rows, const Fold& fold) {
  std::set<int> classes;
  for (const std::size_t row : rows) classes.insert(data.label(row));
  if (classes.size() < 2)
    throw_error<DataError>("fold {}: the training part has {} classes with features; nothing can be learnt", fold.name,
                           classes.size());
}

std::vector<std::string> scaling_groups(const StudyData& data, const Standardiser& standardiser, const Rows& rows) {
  std::vector<std::string> groups;
  for (const std::size_t row : rows) {
    groups.push_back(scaling_group(standardiser, data.corpus(row), data.speakers[row], data.id(row)));
  }
  return groups;
}

TrainingSet training_set(const StudyData& data, const Rows& rows, bool balance_corpora) {
  TrainingSet set;
  set.x = select_rows(data.x, rows);
  set.classes = static_cast<int>(data.protocol.labels.classes.size());
  std::map<std::string, double> corpus_sizes;
  for (const std::size_t row : rows) {
    set.y.push_back(data.label(row));
    ++corpus_sizes[data.corpus(row)];
  }
  if (balance_corpora)
    for (const std::size_t row : rows)
      set.weights.push_back(static_cast<double>(rows.size()) / static_cast<double>(corpus_sizes.size()) /
                            corpus_sizes[data.corpus(row)]);
  return set;
}

/// Inner fold of each row of the training part, by groups; at most as many folds as the rarest class has groups.
std::vector<int> inner_folds(const StudyData& data, const Rows& rows, int wanted, int seed,
                             std::vector<std::string>& notes) {
  std::vector<std::string> groups;
  std::vector<int> labels;
  for (const std::size_t row : rows) {
    groups.push_back(data.group(row));
    labels.push_back(data.label(row));
  }
  Rows members(rows.size());
  std::iota(members.begin(), members.end(), std::size_t{0});
  const Grouping grouping = group_utterances(members, groups, labels, data.protocol.labels.classes.size());
  const std::vector<std::size_t> counts = groups_per_class(grouping);
  const std::size_t most = counts.empty() ? 0 : *std::min_element(counts.begin(), counts.end());
  const std::size_t folds = std::min(static_cast<std::size_t>(wanted), most);
  std::vector<int> fold_of_row(rows.size(), -1);
  if (folds < static_cast<std::size_t>(wanted))
    notes.push_back(
        fmt::format("inner folds reduced from {} to {}: the rarest class has {} groups", wanted, folds, most));
  if (folds < 2) return fold_of_row;
  const auto split = stratified_group_folds(grouping, folds, Random(static_cast<std::uint64_t>(seed), "inner folds"));
  for (std::size_t f = 0; f < split.size(); ++f)
    for (const std::size_t group : split[f])
      for (const std::size_t member : grouping.members[group]) fold_of_row[member] = static_cast<int>(f);
  return fold_of_row;
}

/// "c=0.01", "0.1", "1": the command line splits lists at commas, so the key stands in the first entry only.
Grid parse_grid(const std::vector<std::string>& given) {
  const auto equals = given.front().find('=');
  if (equals == std::string::npos || equals == 0)
    throw_error<UsageError>("grid '{}' is not option=value,value,...", join(given, ","));
  Grid grid{given.front().substr(0, equals), {given.front().substr(equals + 1)}};
  grid.values.insert(grid.values.end(), given.begin() + 1, given.end());
  if (grid.key != "c") return grid;
  std::vector<double> values;
  for (const std::string& text : grid.values) {
    const auto value = parse_double(text);
    if (!value || !(*value > 0)) throw_error<UsageError>("grid: '{}' is no value for c", text);
    values.push_back(*value);
  }
  return grid_of_c(values);
}

std::string describe_grid(const Grid& grid, const GridResult& result) {
  if (result.fallback)
    return fmt::format("grid: fewer than two inner folds could be used, the default {} is kept", grid.key);
  std::string scores;
  for (std::size_t i = 0; i < grid.values.size(); ++i)
    scores += fmt::format("{}{}: {:.1f}", i ? ", " : "", grid.values[i], 100 * result.unweighted_average_recall[i]);
  return fmt::format("grid: {} = {} chosen by UAR % on {} inner folds ({})", result.key, result.value,
                     result.folds_used.size(), scores);
}

void add_predictions(PredictionTable& table, const StudyData& data, const VectorModel& model, const Fold& fold,
                     int seed, Part part) {
  const Rows rows = data.rows(fold, part);
  if (rows.empty()) return;
  const Matrix probabilities = model.predict(select_rows(data.x, rows), scaling_groups(data, model.standardiser, rows));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::span<const float> row = probabilities.row(i);
    table.rows.push_back({data.id(rows[i]),
                          part_name(part),
                          fold.name,
                          seed,
                          data.protocol.labels.classes[static_cast<std::size_t>(data.label(rows[i]))],
                          {row.begin(), row.end()}});
  }
}

}  // namespace

BundleDescription describe_cell(const StudyData& data, const Fold& fold, int seed) {
  BundleDescription d;
  d.label_space = data.protocol.labels.name;
  d.classes = data.protocol.labels.classes;
  for (const auto& [label, index] : data.protocol.labels.map)
    d.label_map.emplace(label, d.classes[static_cast<std::size_t>(index)]);
  d.feature_signature = data.feature_signature;
  d.feature_names = data.feature_names;
  d.provenance = {{"trained_on", join(fold.train_corpora, ", ")},
                  {"fold", fold.name},
                  {"seed", std::to_string(seed)},
                  {"tool_version", build_info().version},
                  {"git", build_info().git_hash}};
  for (const ProtocolCorpus& corpus : data.protocol.corpora)
    d.provenance.emplace_back("checksum_" + corpus.name, corpus.checksum);
  if (data.protocol.options.speaker_dependent) d.provenance.emplace_back("protocol", "speaker-dependent");
  return d;
}

void check_grid(const CellOptions& options, const LearnerConfig& config) {
  if (config.is_network() && options.layer != "all")
    throw UsageError("--layer is for the learners of vectors; networks have --network.layers");
  if (options.grid.empty()) return;
  if (config.is_network()) throw UsageError("--grid is for the learners of vectors; train a network per setting");
  const Grid grid = parse_grid(options.grid);
  LearnerConfig probe = config;
  OptionTable table;
  describe_options(table, probe);
  for (const std::string& value : grid.values) table.assign(config.name + "." + grid.key, {value});
}

namespace {

/// A grid of the value that a learner has: to judge something else than its options.
Grid grid_of_one(Learner& learner) {
  OptionTable table;
  learner.describe(table);
  for (const Option& option : table.options())
    if (!option.is_list()) return {option.key(), option.values()};
  throw_error<UsageError>("--layer auto: {} has no option with one value", learner.name());
}

/// The stored layer whose best grid value has the best UAR on the inner folds of the training part; dev belongs to it,
/// except for learners that watch it.
std::size_t choose_layer(const StudyData& data, const Fold& fold, int seed, const CellOptions& options,
                         const LearnerConfig& config, int threads, std::vector<std::string>& notes) {
  const std::unique_ptr<Learner> learner = config.make();
  const Grid grid = options.grid.empty() ? grid_of_one(*learner) : parse_grid(options.grid);
  Rows rows = data.rows(fold, Part::train);
  if (!learner->uses_dev()) {
    const Rows dev = data.rows(fold, Part::dev);
    rows.insert(rows.end(), dev.begin(), dev.end());
    std::sort(rows.begin(), rows.end());
  }
  require_two_classes(data, rows, fold);
  const Standardiser standardiser(parse_standardisation(options.normalisation));
  const std::vector<std::string> groups = scaling_groups(data, standardiser, rows);
  std::vector<std::string> ignored;
  const std::vector<int> inner = inner_folds(data, rows, options.inner_folds, seed, ignored);
  std::size_t best = 0;
  double best_recall = -1;
  std::string scores;
  for (std::size_t layer = 0; layer < stored_layers(data.feature_names); ++layer) {
    const StudyData one = one_layer(data, layer);
    const TrainingSet set =
        training_set(one, rows, options.balance_corpora && fold.train_corpora.size() > 1 && learner->uses_weights());
    const GridResult found = grid_search([&] { return config.make(); }, grid, {set, inner, groups}, standardiser.mode(),
                                         {static_cast<std::uint64_t>(seed), threads});
    if (found.fallback)
      throw_error<DataError>("fold {}: --layer auto needs two inner folds; give the layer's number", fold.name);
    const double recall =
        *std::max_element(found.unweighted_average_recall.begin(), found.unweighted_average_recall.end());
    scores += fmt::format("{}{}: {:.1f}", layer ? ", " : "", layer, 100 * recall);
    if (recall > best_recall) {
      best_recall = recall;
      best = layer;
    }
  }
  notes.push_back(fmt::format("layer {} chosen by UAR % on inner folds ({})", best, scores));
  return best;
}

CellResult run_on_features(const StudyData& data, const Fold& fold, int seed, const CellOptions& options,
                           const LearnerConfig& config, int threads) {
  CellResult result;
  result.model.learner = config.make();
  Learner& learner = *result.model.learner;
  Rows train = data.rows(fold, Part::train);
  const Rows dev = data.rows(fold, Part::dev);
  const bool watches_dev = learner.uses_dev();
  if (!watches_dev && !dev.empty()) {
    train.insert(train.end(), dev.begin(), dev.end());
    std::sort(train.begin(), train.end());
  }
  if (data.rows(fold, Part::test).empty())
    throw_error<DataError>("fold {}: the test part has no utterance with features", fold.name);
  require_two_classes(data, train, fold);

  const bool several_corpora = options.balance_corpora && fold.train_corpora.size() > 1;
  if (several_corpora && !learner.uses_weights())
    result.notes.push_back(fmt::format("{} takes no weights: the training corpora count by their sizes", config.name));
  TrainingSet set = training_set(data, train, several_corpora && learner.uses_weights());
  const FitContext context{static_cast<std::uint64_t>(seed), threads};
  result.model.standardiser = Standardiser(parse_standardisation(options.normalisation));
  const std::vector<std::string> groups = scaling_groups(data, result.model.standardiser, train);
  if (!options.grid.empty()) {
    const Grid grid = parse_grid(options.grid);
    const std::vector<int> inner = inner_folds(data, train, options.inner_folds, seed, result.notes);
    const GridResult chosen = grid_search([&] { return config.make(); }, grid, {set, inner, groups},
                                          result.model.standardiser.mode(), context);
    result.notes.push_back(describe_grid(grid, chosen));
    if (!chosen.value.empty()) set_learner_option(learner, chosen.key, {chosen.value});
  }
  result.model.standardiser.fit(set.x);
  result.model.standardiser.apply(set.x, groups);
  if (watches_dev && !dev.empty()) {
    set.x_dev = select_rows(data.x, dev);
    result.model.standardiser.apply(set.x_dev, scaling_groups(data, result.model.standardiser, dev));
    for (const std::size_t row : dev) set.y_dev.push_back(data.label(row));
  }
  learner.fit(set, context);

  Rows samples;
  for (std::size_t i = 0; i < train.size() && samples.size() < 8; i += std::max<std::size_t>(1, train.size() / 8))
    samples.push_back(train[i]);
  result.selftest = select_rows(data.x, samples);
  set = {};
  result.model.description = describe_cell(data, fold, seed);
  result.model.description.learner = config.name;
  OptionTable table;
  learner.describe(table);
  result.model.description.learner_options = table.dump_yaml();
  result.predictions.classes = data.protocol.labels.classes;
  if (watches_dev) add_predictions(result.predictions, data, result.model, fold, seed, Part::dev);
  add_predictions(result.predictions, data, result.model, fold, seed, Part::test);
  return result;
}

}  // namespace

CellResult run_cell(const StudyData& data, const Fold& fold, int seed, const CellOptions& options,
                    const LearnerConfig& config, int threads) {
  if (options.layer == "all") return run_on_features(data, fold, seed, options, config, threads);
  std::vector<std::string> notes;
  std::size_t layer = 0;
  if (options.layer == "auto" && stored_layers(data.feature_names) > 0) {
    layer = choose_layer(data, fold, seed, options, config, threads, notes);
  } else {
    const auto number = parse_integer(options.layer);
    if (!number || *number < 0)
      throw_error<UsageError>(
          "--layer {}: {}", options.layer,
          options.layer == "auto" ? "the features do not hold several layers" : "is not all, auto or a number from 0");
    layer = static_cast<std::size_t>(*number);
  }
  CellResult result = run_on_features(one_layer(data, layer), fold, seed, options, config, threads);
  result.notes.insert(result.notes.begin(), notes.begin(), notes.end());
  return result;
}

}  // namespace ser
