#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/eval/predictions.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <unordered_map>

namespace ser {
namespace {

/// Where the fields of a prediction are in its file.
struct Columns {
  std::size_t id = 0, label = 0;
  std::optional<std::size_t> part, fold, seed, decision;
  std::vector<std::size_t> probabilities;
  std::vector<std::string> classes;
};

std::optional<std::size_t> find_any(const Table& table, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto column = table.find(name)) return column;
  return std::nullopt;
}

Columns find_columns(const Table& table) {
  Columns columns;
  columns.id = table.at("id");
  const auto label = find_any(table, {"label", "ref", "reference", "true"});
  if (!label)
    throw_error<DataError>("{}:1: no column of reference classes; name it 'label', 'ref', 'reference' or 'true'",
                           table.path.string());
  columns.label = *label;
  columns.part = table.find("part");
  columns.fold = table.find("fold");
  columns.seed = table.find("seed");
  columns.decision = find_any(table, {"prediction", "pred"});
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (!table.columns[c].starts_with("p_") || table.columns[c].size() == 2) continue;
    columns.probabilities.push_back(c);
    columns.classes.push_back(table.columns[c].substr(2));
  }
  if (columns.classes.empty() && !columns.decision)
    throw_error<DataError>("{}:1: no scores; expected a column 'p_<class>' for each class, or 'prediction'",
                           table.path.string());
  if (columns.classes.size() == 1)
    throw_error<DataError>("{}:1: only one class ('{}'); expected a column 'p_<class>' for each of two or more",
                           table.path.string(), columns.classes[0]);
  return columns;
}

/// The classes that occur as reference or prediction, sorted.
std::vector<std::string> occurring_classes(const Table& table, const Columns& columns) {
  std::set<std::string> names;
  for (const auto& row : table.rows)
    for (const std::size_t column : {columns.label, *columns.decision})
      if (!row[column].empty()) names.insert(row[column]);
  return {names.begin(), names.end()};
}

class RowReader {
 public:
  RowReader(const Table& table, const Columns& columns, const std::vector<std::string>& classes)
      : table_(table), columns_(columns), classes_(classes) {
    for (std::size_t k = 0; k < classes.size(); ++k) index_.emplace(classes[k], k);
  }

  Prediction read(std::size_t row) {
    const auto& fields = table_.rows[row];
    Prediction prediction;
    prediction.id = fields[columns_.id];
    if (prediction.id.empty()) throw_error<DataError>("{}: the id is empty", table_.where(row));
    prediction.part = columns_.part ? fields[*columns_.part] : "test";
    if (columns_.fold) prediction.fold = fields[*columns_.fold];
    if (columns_.seed) prediction.seed = read_seed(row);
    prediction.label = fields[columns_.label];
    if (prediction.label.empty())
      ++unlabelled;
    else if (!index_.contains(prediction.label))
      throw_error<DataError>("{}: reference label '{}' has no column 'p_{}'{}", table_.where(row), prediction.label,
                             prediction.label, suggestion(prediction.label, classes_));
    if (columns_.probabilities.empty())
      read_decision(row, prediction);
    else
      read_probabilities(row, prediction);
    return prediction;
  }

  std::size_t unlabelled = 0, unnormalised = 0, disagreeing = 0;

 private:
  int read_seed(std::size_t row) const {
    const std::string& text = table_.rows[row][*columns_.seed];
    const auto seed = parse_integer(text);
    if (!seed || *seed < 0 || *seed > std::numeric_limits<int>::max())
      throw_error<DataError>("{}: seed '{}' is not a whole number of at least 0", table_.where(row), text);
    return static_cast<int>(*seed);
  }

  void read_decision(std::size_t row, Prediction& prediction) const {
    const std::string& name = table_.rows[row][*columns_.decision];
    if (name.empty()) throw_error<DataError>("{}: the prediction of {} is empty", table_.where(row), prediction.id);
    prediction.probabilities.assign(classes_.size(), 0.0);
    prediction.probabilities[index_.at(name)] = 1.0;
  }

  void read_probabilities(std::size_t row, Prediction& prediction) {
    double sum = 0;
    prediction.probabilities.reserve(classes_.size());
    for (const std::size_t column : columns_.probabilities) {
      const std::string& text = table_.rows[row][column];
      const auto value = parse_double(text);
      if (!value || !std::isfinite(*value))
        throw_error<DataError>("{}: {} '{}' is not a number", table_.where(row), table_.columns[column], text);
      if (*value < 0 || *value > 1)
        throw_error<DataError>(
            "{}: {} {} is outside 0 to 1; for scores that are no probabilities give the class in a "
            "column 'prediction' instead",
            table_.where(row), table_.columns[column], text);
      prediction.probabilities.push_back(*value);
      sum += *value;
    }
    unnormalised += std::abs(sum - 1) > 1e-3;
    if (columns_.decision) disagreeing += table_.rows[row][*columns_.decision] != classes_[predicted_class(prediction)];
  }

  const Table& table_;
  const Columns& columns_;
  const std::vector<std::string>& classes_;
  std::unordered_map<std::string, std::size_t> index_;
};

void refuse_repetitions(const PredictionTable& predictions, const Table& table) {
  std::unordered_map<std::string, std::size_t> seen;
  seen.reserve(predictions.rows.size());
  for (std::size_t i = 0; i < predictions.rows.size(); ++i) {
    const Prediction& p = predictions.rows[i];
    const auto [at, fresh] = seen.emplace(fmt::format("{}\t{}\t{}", p.id, p.fold, p.seed), i);
    if (!fresh)
      throw_error<DataError>("{}: {} (fold '{}', seed {}) was already in line {}", table.where(i), p.id, p.fold, p.seed,
                             table.lines[at->second]);
  }
}

}  // namespace

PredictionTable read_predictions(const std::filesystem::path& path) {
  Table table = read_table(path);
  if (table.columns[0].starts_with('#')) table.columns[0] = trim(std::string_view(table.columns[0]).substr(1));
  const Columns columns = find_columns(table);
  if (table.rows.empty()) throw_error<DataError>("{}: has a header line but no predictions", path.string());
  PredictionTable predictions;
  predictions.decisions_only = columns.probabilities.empty();
  predictions.classes = predictions.decisions_only ? occurring_classes(table, columns) : columns.classes;
  RowReader reader(table, columns, predictions.classes);
  predictions.rows.reserve(table.rows.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) predictions.rows.push_back(reader.read(row));
  refuse_repetitions(predictions, table);

  const auto note = [&](std::size_t count, std::string_view text) {
    if (count > 0) predictions.notes.push_back(fmt::format("{} of {} rows {}.", count, predictions.rows.size(), text));
  };
  note(reader.unlabelled, "have no reference label and are not scored");
  note(reader.unnormalised, "have probabilities that do not sum to 1 (within 0.001); they are used as they are");
  note(reader.disagreeing, "name another prediction than their largest probability; the latter is scored");
  if (predictions.decisions_only)
    predictions.notes.push_back("The file has decisions but no probabilities: log loss is not available.");
  return predictions;
}

std::string format_predictions(const PredictionTable& table) {
  std::vector<std::string> header{"id", "part", "fold", "seed", "label"};
  for (const std::string& name : table.classes) header.push_back("p_" + name);
  std::string text = tsv_line(header) + '\n';
  for (const Prediction& p : table.rows) {
    std::vector<std::string> fields{p.id, p.part, p.fold, std::to_string(p.seed), p.label};
    for (const double value : p.probabilities) fields.push_back(format_number(value));
    text += tsv_line(fields) + '\n';
  }
  return text;
}

std::size_t predicted_class(const Prediction& prediction) {
  const auto largest = std::max_element(prediction.probabilities.begin(), prediction.probabilities.end());
  return static_cast<std::size_t>(largest - prediction.probabilities.begin());
}

}  // namespace ser
