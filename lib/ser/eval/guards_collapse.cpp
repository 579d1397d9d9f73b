#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/eval/guards.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace ser {
namespace {

using Kind = Note::Kind;
using Names = std::vector<std::string>;
/// Rows of one fold and seed: one model.
using Cells = std::map<std::pair<std::string, int>, PredictionRows>;

/// Below this share of the references' deviation a class's probabilities count as constant. The deviation of labels,
/// which are 0 or 1, is out of reach of an honest model on hard data; that of distributions is not.
constexpr double hardly_moves = 0.1, hardly_moves_for_labels = 0.05;

std::string cell_name(const std::pair<std::string, int>& key) {
  return key.first.empty() ? fmt::format("seed {}", key.second) : fmt::format("fold {} seed {}", key.first, key.second);
}

/// True when no score changes from row to row.
bool constant_scores(const PredictionRows& rows) {
  const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](double x, double y) { return std::abs(x - y) <= 1e-6; });
  };
  return rows.size() > 1 && std::all_of(rows.begin(), rows.end(), [&](const Prediction* row) {
           return same(row->probabilities, rows[0]->probabilities) && same(row->estimate, rows[0]->estimate);
         });
}

bool one_decision(const PredictionRows& rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [&](const Prediction* row) { return predicted_class(*row) == predicted_class(*rows[0]); });
}

std::size_t classes_in_reference(const PredictionRows& rows) {
  std::map<std::string, int> labels;
  for (const Prediction* row : rows)
    if (!row->label.empty()) labels.emplace(row->label, 0);
  return labels.size();
}

struct Moments {
  double n = 0, sum = 0, squares = 0;
  void add(double value) { ++n, sum += value, squares += value * value; }
  double deviation() const { return n > 0 ? std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n))) : 0; }
};

/// Deviation of predicted and true probabilities of each class over the utterances of a model, mean over models.
void note_spread(const Cells& cells, const Names& classes, double share, std::vector<Note>& notes) {
  Names frozen;
  double smallest = 1, largest = 0;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    double predicted = 0, truth = 0;
    for (const auto& [key, rows] : cells) {
      Moments of_model, of_truth;
      for (const Prediction* row : rows) {
        of_model.add(row->probabilities[k]);
        of_truth.add(row->distribution.empty() ? row->label == classes[k] : row->distribution[k]);
      }
      predicted += of_model.deviation() / static_cast<double>(cells.size());
      truth += of_truth.deviation() / static_cast<double>(cells.size());
    }
    if (truth <= 0) continue;
    smallest = std::min(smallest, predicted), largest = std::max(largest, predicted);
    if (predicted < share * truth)
      frozen.push_back(fmt::format("{} ({:.4f} against {:.4f})", classes[k], predicted, truth));
  }
  if (largest < smallest) return;
  notes.push_back(
      {Kind::information, "probability-spread",
       fmt::format("The probability of a class deviates over utterances by {:.4f} to {:.4f}.", smallest, largest)});
  if (!frozen.empty())
    notes.push_back(
        {Kind::warning, "probability-spread",
         fmt::format("The probabilities of {} of {} classes hardly change from utterance to utterance, less "
                     "than {} % of the references' deviation ({}): there the model is close to a "
                     "constant.",
                     frozen.size(), classes.size(), format_number(100 * share), first_names(frozen))});
}

void note_gain(const Task& task, std::vector<Note>& notes) {
  // The first of each family speaks for it: UAR of the majority is chance by definition.
  for (const char* key : {"uar", "kl", "ccc_mean"}) {
    const FigureEstimate* figure = task.figure(key);
    if (!figure && std::string(key) == "ccc_mean" && !task.figures.empty() &&
        task.figures.front().name.key.starts_with("ccc_"))
      figure = &task.figures.front();
    if (!figure || std::isnan(figure->gain) || !figure->gain_interval.defined()) continue;
    const double sign = figure->name.higher_is_better ? 1 : -1;
    const double low = sign > 0 ? figure->gain_interval.low : -figure->gain_interval.high;
    const double scale = figure->name.percent ? 100 : 1;
    const std::string what = fmt::format(
        "{} {} the predictor that always says the {} {}by {:.{}f}{} (interval {:.{}f} to {:.{}f})", figure->name.title,
        sign * figure->gain > 0 ? "beats" : "does not beat",
        task.baseline_from_training ? "training mean" : "mean of these references",
        sign * figure->gain > 0 ? "" : "and differs from it ", std::abs(figure->gain) * scale,
        figure->name.percent ? 1 : 4, figure->name.percent ? " points" : "", figure->gain_interval.low * scale,
        figure->name.percent ? 1 : 4, figure->gain_interval.high * scale, figure->name.percent ? 1 : 4);
    if (low > 0)
      notes.push_back({Kind::information, "gain-over-constant", what + "."});
    else
      notes.push_back(
          {Kind::warning, "gain-over-constant", what + ": it cannot be told from a model that does not listen."});
  }
}

}  // namespace

std::string first_names(const Names& names, std::size_t shown) {
  const Names first(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size())));
  return join(first, ", ") + (names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "");
}

void note_collapse(const Task& task, const PredictionRows& rows, const Names& classes, std::vector<Note>& notes) {
  Cells cells;
  for (const Prediction* row : rows) cells[{row->fold, row->seed}].push_back(row);
  Names one_class, one_output;
  for (const auto& [key, of_model] : cells) {
    if (!classes.empty() && classes_in_reference(of_model) > 1 && one_decision(of_model))
      one_class.push_back(cell_name(key));
    if (constant_scores(of_model)) one_output.push_back(cell_name(key));
  }
  if (!one_class.empty())
    notes.push_back({Kind::warning, "constant-predictions",
                     fmt::format("All utterances are predicted as one class in {} of {} cells ({}): the model has "
                                 "collapsed there and its figures say nothing about speech.",
                                 one_class.size(), cells.size(), first_names(one_class))});
  if (!one_output.empty())
    notes.push_back({Kind::warning, "constant-probabilities",
                     fmt::format("The {} are the same for every utterance in {} of {} cells ({}): the model "
                                 "does not look at its input.",
                                 classes.empty() ? "estimates" : "probabilities", one_output.size(), cells.size(),
                                 first_names(one_output))});
  const bool distributions =
      std::any_of(rows.begin(), rows.end(), [](const Prediction* row) { return !row->distribution.empty(); });
  if (!classes.empty()) note_spread(cells, classes, distributions ? hardly_moves : hardly_moves_for_labels, notes);
  note_gain(task, notes);
}

}  // namespace ser
