#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/prediction_columns.h>

#include <set>

namespace ser {
namespace {

std::optional<std::size_t> find_any(const Table& table, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto column = table.find(name)) return column;
  return std::nullopt;
}

bool has_classes(const PredictionColumns& columns) { return !columns.classes.empty() || columns.decision; }

/// Columns "<prefix><name>" that have no other meaning, with the names.
void find_prefixed(const Table& table, std::string_view prefix, std::vector<std::string>& names,
                   std::vector<std::size_t>& columns) {
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].starts_with(prefix) && table.columns[c].size() > prefix.size() &&
        table.columns[c] != "y_true" && table.columns[c] != "y_pred") {
      columns.push_back(c);
      names.push_back(table.columns[c].substr(prefix.size()));
    }
}

/// The column "ref_<name>" of each name: all of them or none.
std::vector<std::size_t> find_references(const Table& table, const std::vector<std::string>& names,
                                         const char* scores) {
  std::vector<std::size_t> columns;
  std::vector<std::string> missing;
  for (const std::string& name : names)
    if (const auto column = table.find("ref_" + name))
      columns.push_back(*column);
    else
      missing.push_back("ref_" + name);
  if (columns.empty() || missing.empty()) return columns;
  throw_error<DataError>("{}:1: references of some '{}' columns only; missing: {}", table.path.string(), scores,
                         join(missing, ", "));
}

void find_further(const Table& table, PredictionColumns& columns) {
  std::set<std::size_t> known{columns.id};
  for (const auto& one : {columns.label, columns.part, columns.fold, columns.seed, columns.decision})
    if (one) known.insert(*one);
  for (const auto* several : {&columns.probabilities, &columns.distribution, &columns.estimates, &columns.references})
    known.insert(several->begin(), several->end());
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (!known.contains(c)) columns.further.push_back(c);
}

}  // namespace

PredictionColumns find_prediction_columns(const Table& table, bool references_required) {
  PredictionColumns columns;
  const std::string path = table.path.string();
  columns.id = table.at("id");
  columns.label = find_any(table, {"label", "ref", "reference", "true", "y_true"});
  columns.part = table.find("part");
  columns.fold = table.find("fold");
  columns.seed = table.find("seed");
  columns.decision = find_any(table, {"prediction", "pred", "y_pred"});
  find_prefixed(table, "p_", columns.classes, columns.probabilities);
  find_prefixed(table, "y_", columns.dimensions, columns.estimates);
  columns.distribution = find_references(table, columns.classes, "p_<class>");
  columns.references = find_references(table, columns.dimensions, "y_<dim>");
  if (columns.references.empty() && references_required && has_classes(columns))
    columns.dimensions.clear(), columns.estimates.clear();
  find_further(table, columns);

  if (references_required && !columns.label && columns.distribution.empty() && columns.references.empty())
    throw_error<DataError>("{}:1: no column of reference classes; name it 'label', 'ref', 'reference' or 'true'", path);
  if (!has_classes(columns) && columns.dimensions.empty())
    throw_error<DataError>("{}:1: no scores; expected a column 'p_<class>' for each class, or 'prediction'", path);
  if (columns.classes.size() == 1)
    throw_error<DataError>("{}:1: only one class ('{}'); expected a column 'p_<class>' for each of two or more", path,
                           columns.classes[0]);
  return columns;
}

}  // namespace ser
