#include <ser/report/json_pieces.h>
#include <ser/report/score_formats.h>
#include <ser/report/score_tables.h>

namespace ser {
using namespace json_pieces;
namespace {

Json figures(const Scores& scores) {
  Json json{{"n", scores.utterances}, {"classes_present", scores.classes_present}};
  for (const Metric& metric : metrics()) json[metric.key] = number(scores.*metric.value);
  json["macro_f1_all_classes"] = number(scores.macro_f1_all_classes);
  return json;
}

Json pooled_json(const Scores& scores, const std::vector<std::string>& classes) {
  Json json = figures(scores);
  Json per_class = Json::array(), confusion = Json::array();
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const ClassScores& one = scores.classes[k];
    per_class.push_back({{"class", classes[k]},
                         {"n", one.support},
                         {"predicted", one.predicted},
                         {"recall", number(one.recall)},
                         {"precision", number(one.precision)},
                         {"f1", number(one.f1)}});
    Json row = Json::array();
    for (std::size_t p = 0; p < classes.size(); ++p) row.push_back(scores.confusion(k, p));
    confusion.push_back(std::move(row));
  }
  json["classes"] = std::move(per_class);
  json["confusion"] = std::move(confusion);
  return json;
}

Json figures_json(const std::vector<FigureEstimate>& figures) {
  Json json = Json::object();
  for (const FigureEstimate& figure : figures)
    json[figure.name.key] = {{"title", figure.name.title},
                             {"higher_is_better", figure.name.higher_is_better},
                             {"over_seeds", spread_json(figure.seeds)},
                             {"interval", interval_json(figure.interval)},
                             {"training_mean", number(figure.baseline)},
                             {"uniform", number(figure.uniform)},
                             {"gain", number(figure.gain)},
                             {"gain_interval", interval_json(figure.gain_interval)},
                             {"skill", number(figure.skill)},
                             {"skill_interval", interval_json(figure.skill_interval)}};
  return json;
}

Json bins_json(const std::vector<ReliabilityBin>& bins) {
  Json json = Json::array();
  for (const ReliabilityBin& bin : bins)
    json.push_back({{"low", bin.low},
                    {"high", bin.high},
                    {"n", bin.utterances},
                    {"confidence", bin.utterances > 0 ? number(bin.confidence) : Json(nullptr)},
                    {"accuracy", bin.utterances > 0 ? number(bin.accuracy) : Json(nullptr)}});
  return json;
}

template <class Figures>
Json calibration_figures(const Figures& c) {
  return {{"ece", number(c.ece)},
          {"adaptive_ece", number(c.adaptive_ece)},
          {"brier", number(c.brier)},
          {"log_loss", number(c.log_loss)},
          {"bins", bins_json(c.bins)}};
}

Json calibration_json(const std::optional<Calibration>& calibration) {
  if (!calibration) return nullptr;
  Json json = calibration_figures(*calibration);
  json["confidence"] = number(calibration->confidence);
  json["accuracy"] = number(calibration->accuracy);
  json["temperature_scaled"] = nullptr;
  if (calibration->scaled) {
    json["temperature_scaled"] = calibration_figures(*calibration->scaled);
    json["temperature_scaled"]["temperature"] = {{"least", calibration->scaled->least},
                                                 {"most", calibration->scaled->most}};
  }
  return json;
}

Json risk_coverage_json(const std::optional<RiskCoverage>& curve) {
  if (!curve) return nullptr;
  Json points = Json::array();
  for (const CoveragePoint& point : curve->points)
    points.push_back({{"coverage", point.coverage},
                      {"threshold", point.threshold},
                      {"risk", point.risk},
                      {"uar", number(point.uar)}});
  return {{"aurc", curve->aurc}, {"optimal_aurc", curve->optimal_aurc}, {"points", std::move(points)}};
}

Json task_json(const Task& task, const Evaluation& run) {
  Json json{{"title", text(task.title())},
            {"kind", text(task.kind)},
            {"train_corpora", task.train_corpora},
            {"test_corpora", task.test_corpora},
            {"speakers", speaker_dependence(run.run.speaker_dependent)}};
  for (const Metric& metric : metrics()) {
    json["over_seeds"][metric.key] = spread_json(task.over_seeds(metric));
    json["over_folds"][metric.key] = spread_json(task.over_folds(metric));
  }
  json["figures"] = figures_json(task.figures);
  json["resampling"] = resampling_json(task.resampling);
  json["training_mean_of"] = task.baseline_from_training ? "training" : "scored part";
  json["calibration"] = calibration_json(task.calibration);
  json["risk_coverage"] = risk_coverage_json(task.risk_coverage);
  json["pooled"] = pooled_json(task.pooled, run.classes);
  json["chance"] = {{"uar", number(task.baselines.chance)}};
  json["majority"] = figures(task.baselines.majority);
  json["majority"]["most_frequent_in"] = task.baselines.from_training ? "training" : "scored part";
  Json seeds = Json::array(), folds = Json::array();
  for (const SeedScores& seed : task.seeds) {
    seeds.push_back({{"seed", seed.seed}});
    seeds.back().update(figures(seed.scores));
  }
  for (const FoldScores& fold : task.folds) {
    folds.push_back({{"fold", fold.fold}, {"seed", fold.seed}});
    folds.back().update(figures(fold.scores));
  }
  json["seeds"] = std::move(seeds);
  json["folds"] = std::move(folds);
  json["notes"] = notes_json(task.notes);
  return json;
}

Json run_json(const Evaluation& run) {
  Json made{{"command", text(run.run.command)},
            {"version", text(run.run.version)},
            {"git_hash", text(run.run.git_hash)},
            {"labels", text(run.run.labels)},
            {"features", text(run.run.features)},
            {"learner", text(run.run.learner)},
            {"normalisation", text(run.run.normalisation)},
            {"protocol", text(run.run.protocol)},
            {"speaker_dependent", truth(run.run.speaker_dependent)}};
  for (const auto& [key, value] : run.run.further)
    if (!made.contains(key)) made[key] = value;
  Json json{{"name", run.name}, {"part", run.part}, {"classes", run.classes}, {"run", std::move(made)}};
  Json tasks = Json::array();
  for (const Task& task : run.tasks) tasks.push_back(task_json(task, run));
  json["tasks"] = std::move(tasks);
  json["notes"] = notes_json(run.notes);
  return json;
}

Json cell_json(const CrossCell& cell) {
  return {{"kind", cell.kind},
          {"train", cell.train},
          {"test", cell.test},
          {"uar", spread_json(cell.uar)},
          {"interval", interval_json(cell.interval)},
          {"resampling", resampling_json(cell.resampling)},
          {"uar_over_folds", spread_json(cell.uar_over_folds)},
          {"n", cell.utterances},
          {"classes_present", cell.classes_present},
          {"speakers", speaker_dependence(cell.speaker_dependent)},
          {"run", cell.run}};
}

}  // namespace

std::string scores_json(std::span<const Evaluation> runs) {
  Json json{{"tool", tool()}, {"unit", "fractions; log loss in nats"}};
  Json list = Json::array();
  for (const Evaluation& run : runs) list.push_back(run_json(run));
  json["runs"] = std::move(list);
  return dump(json);
}

std::string cross_json(std::span<const CrossMatrix> matrices) {
  Json json{{"tool", tool()}, {"unit", "fractions"}};
  Json list = Json::array();
  for (const CrossMatrix& matrix : matrices) {
    Json one{{"features", text(matrix.features)},
             {"learner", text(matrix.learner)},
             {"normalisation", text(matrix.normalisation)},
             {"labels", text(matrix.labels)},
             {"train", matrix.trains},
             {"test", matrix.tests}};
    Json cells = Json::array(), gaps = Json::array();
    for (const CrossCell& cell : matrix.cells) cells.push_back(cell_json(cell));
    for (const std::string& test : matrix.tests)
      gaps.push_back({{"test", test},
                      {"self_minus_cross", number(matrix.self_minus_cross(test))},
                      {"self_minus_leave_one_out", number(matrix.self_minus_leave_one_out(test))}});
    one["cells"] = std::move(cells);
    one["gaps"] = std::move(gaps);
    one["notes"] = notes_json(matrix.notes);
    list.push_back(std::move(one));
  }
  json["matrices"] = std::move(list);
  return dump(json);
}

}  // namespace ser
