#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/eval/prediction_columns.h>
#include <ser/eval/predictions.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <unordered_map>

namespace ser {
namespace {

/// The classes that occur as reference or prediction, sorted.
std::vector<std::string> occurring_classes(const Table& table, const PredictionColumns& columns) {
  std::set<std::string> names;
  for (const auto& row : table.rows)
    for (const auto& column : {columns.label, columns.decision})
      if (column && !row[*column].empty()) names.insert(row[*column]);
  return {names.begin(), names.end()};
}

class RowReader {
 public:
  RowReader(const Table& table, const PredictionColumns& columns, const std::vector<std::string>& classes)
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
    if (columns_.label) prediction.label = fields[*columns_.label];
    if (!prediction.label.empty() && !index_.contains(prediction.label))
      throw_error<DataError>("{}: reference label '{}' has no column 'p_{}'{}", table_.where(row), prediction.label,
                             prediction.label, suggestion(prediction.label, classes_));
    if (!columns_.probabilities.empty())
      read_probabilities(row, prediction);
    else if (columns_.decision)
      read_decision(row, prediction);
    if (!columns_.distribution.empty()) read_distribution(row, prediction);
    if (!columns_.estimates.empty()) read_dimensions(row, prediction);
    for (const std::size_t column : columns_.further) prediction.further.push_back(fields[column]);
    unlabelled += !prediction.has_reference();
    return prediction;
  }

  std::size_t unlabelled = 0, unnormalised = 0, disagreeing = 0, scaled = 0, tied = 0;

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

  double number(std::size_t row, std::size_t column) const {
    const std::string& text = table_.rows[row][column];
    const auto value = parse_double(text);
    if (!value || !std::isfinite(*value))
      throw_error<DataError>("{}: {} '{}' is not a number", table_.where(row), table_.columns[column], text);
    return *value;
  }

  void read_probabilities(std::size_t row, Prediction& prediction) {
    double sum = 0;
    prediction.probabilities.reserve(classes_.size());
    for (const std::size_t column : columns_.probabilities) {
      const double value = number(row, column);
      if (value < 0 || value > 1)
        throw_error<DataError>(
            "{}: {} {} is outside 0 to 1; for scores that are no probabilities give the class in a "
            "column 'prediction' instead",
            table_.where(row), table_.columns[column], table_.rows[row][column]);
      prediction.probabilities.push_back(value);
      sum += value;
    }
    unnormalised += std::abs(sum - 1) > 1e-3;
    if (columns_.decision) disagreeing += table_.rows[row][*columns_.decision] != classes_[predicted_class(prediction)];
  }

  /// A row of empty fields is an unknown reference. Votes (which add up to more than 1) are scaled to shares.
  void read_distribution(std::size_t row, Prediction& prediction) {
    const auto empty = [&](std::size_t column) { return table_.rows[row][column].empty(); };
    if (std::all_of(columns_.distribution.begin(), columns_.distribution.end(), empty)) return;
    double sum = 0;
    for (const std::size_t column : columns_.distribution) {
      prediction.distribution.push_back(number(row, column));
      if (prediction.distribution.back() < 0)
        throw_error<DataError>("{}: {} {} is negative", table_.where(row), table_.columns[column],
                               table_.rows[row][column]);
      sum += prediction.distribution.back();
    }
    if (sum <= 0) throw_error<DataError>("{}: the reference distribution is all zeros", table_.where(row));
    if (std::abs(sum - 1) > 1e-6) {
      ++scaled;
      for (double& value : prediction.distribution) value /= sum;
    }
    if (columns_.label) return;
    const auto& d = prediction.distribution;
    const auto top = std::max_element(d.begin(), d.end());
    if (std::count(d.begin(), d.end(), *top) > 1)
      ++tied;
    else
      prediction.label = classes_[static_cast<std::size_t>(top - d.begin())];
  }

  void read_dimensions(std::size_t row, Prediction& prediction) const {
    for (const std::size_t column : columns_.estimates) prediction.estimate.push_back(number(row, column));
    const auto known = [&](std::size_t column) { return !table_.rows[row][column].empty(); };
    if (std::none_of(columns_.references.begin(), columns_.references.end(), known)) return;
    for (const std::size_t column : columns_.references)
      prediction.reference.push_back(known(column) ? number(row, column) : std::numeric_limits<double>::quiet_NaN());
  }

  const Table& table_;
  const PredictionColumns& columns_;
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

PredictionTable read_predictions(const std::filesystem::path& path, bool references_required) {
  Table table = read_table(path);
  if (table.columns[0].starts_with('#')) table.columns[0] = trim(std::string_view(table.columns[0]).substr(1));
  const PredictionColumns columns = find_prediction_columns(table, references_required);
  if (table.rows.empty()) throw_error<DataError>("{}: has a header line but no predictions", path.string());
  PredictionTable predictions;
  predictions.decisions_only = columns.probabilities.empty();
  predictions.dimensions = columns.dimensions;
  predictions.distributions = !columns.distribution.empty();
  for (const std::size_t column : columns.further) predictions.further.push_back(table.columns[column]);
  predictions.classes = predictions.decisions_only ? occurring_classes(table, columns) : columns.classes;
  RowReader reader(table, columns, predictions.classes);
  predictions.rows.reserve(table.rows.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    predictions.rows.push_back(reader.read(row));
    std::vector<std::string>().swap(table.rows[row]);
  }
  refuse_repetitions(predictions, table);

  const auto note = [&](std::size_t count, std::string_view text) {
    if (count > 0) predictions.notes.push_back(fmt::format("{} of {} rows {}.", count, predictions.rows.size(), text));
  };
  if (references_required || reader.unlabelled < predictions.rows.size())
    note(reader.unlabelled, "have no reference label and are not scored");
  note(reader.unnormalised, "have probabilities that do not sum to 1 (within 0.001); they are used as they are");
  note(reader.scaled, "have a reference distribution that does not sum to 1 (votes, say); it is scaled to shares");
  note(reader.tied, "have two or more most probable reference classes; no class figure counts them");
  note(reader.disagreeing, "name another prediction than their largest probability; the latter is scored");
  if (predictions.decisions_only && columns.decision)
    predictions.notes.push_back("The file has decisions but no probabilities: log loss is not available.");
  return predictions;
}

std::string format_predictions(const PredictionTable& table) {
  std::vector<std::string> header{"id", "part", "fold", "seed", "label"};
  for (const std::string& name : table.classes) header.push_back("p_" + name);
  if (table.distributions)
    for (const std::string& name : table.classes) header.push_back("ref_" + name);
  for (const std::string& name : table.dimensions) header.insert(header.end(), {"ref_" + name, "y_" + name});
  header.insert(header.end(), table.further.begin(), table.further.end());
  std::string text = tsv_line(header) + '\n';
  for (const Prediction& p : table.rows) {
    std::vector<std::string> fields{p.id, p.part, p.fold, std::to_string(p.seed), p.label};
    for (const double value : p.probabilities) fields.push_back(format_number(value));
    if (table.distributions)
      for (std::size_t k = 0; k < table.classes.size(); ++k)
        fields.push_back(p.distribution.empty() ? "" : format_number(p.distribution[k]));
    for (std::size_t d = 0; d < table.dimensions.size(); ++d) {
      const bool known = !p.reference.empty() && !std::isnan(p.reference[d]);
      fields.push_back(known ? format_number(p.reference[d]) : "");
      fields.push_back(format_number(p.estimate[d]));
    }
    fields.insert(fields.end(), p.further.begin(), p.further.end());
    text += tsv_line(fields) + '\n';
  }
  return text;
}

std::optional<std::size_t> PredictionTable::further_column(const std::string& name) const {
  const auto at = std::find(further.begin(), further.end(), name);
  if (at == further.end()) return std::nullopt;
  return static_cast<std::size_t>(at - further.begin());
}

std::size_t predicted_class(const Prediction& prediction) {
  const auto largest = std::max_element(prediction.probabilities.begin(), prediction.probabilities.end());
  return static_cast<std::size_t>(largest - prediction.probabilities.begin());
}

}  // namespace ser
