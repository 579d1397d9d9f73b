// "table": CSV or TSV with a header; columns are taken by name.
#include <ser/base/error.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>

namespace ser {
namespace {

constexpr auto missing = std::string::npos;

struct TableColumns {
  std::size_t key;
  std::vector<std::size_t> values, probabilities;
};

TableColumns columns_of(const AnnotationDefinition& definition, const Table& csv) {
  TableColumns columns{csv.at(definition.key), {}, {}};
  for (const std::string& field : definition.fields) columns.values.push_back(csv.at(field));
  for (const std::string& field : definition.optional_fields)
    columns.values.push_back(csv.find(field).value_or(missing));
  for (const std::string& label : definition.probabilities) columns.probabilities.push_back(csv.at(label));
  return columns;
}

/// "7" -> "0007" for numbers; the extension of an audio file is taken off.
std::string key_of(const AnnotationDefinition& definition, std::string_view text) {
  std::string key = without_audio_extension(trim(text));
  if (static_cast<int>(key.size()) < definition.key_digits && parse_integer(key))
    key.insert(0, static_cast<std::size_t>(definition.key_digits) - key.size(), '0');
  return key;
}

Distribution read_probabilities(const AnnotationDefinition& definition, const TableColumns& columns, const Table& csv,
                                std::size_t row) {
  Distribution distribution;
  for (std::size_t i = 0; i < columns.probabilities.size(); ++i) {
    const std::string& text = csv.rows[row][columns.probabilities[i]];
    const auto value = parse_double(trim(text));
    if (!value || !(*value >= 0) || *value > 1)
      throw_error<DataError>("{}: the probability '{}' of {} is no number from 0 to 1", csv.where(row), text,
                             definition.probabilities[i]);
    if (*value > 0) distribution.emplace_back(definition.probabilities[i], *value);
  }
  return distribution;
}

void read(const AnnotationDefinition& definition, AnnotationTable& table) {
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    const Table csv = read_table(table.files[file]);
    const TableColumns columns = columns_of(definition, csv);
    for (std::size_t row = 0; row < csv.rows.size(); ++row) {
      AnnotationEntry& entry = table.add(key_of(definition, csv.rows[row][columns.key]), file, csv.lines[row]);
      for (std::size_t i = 0; i < columns.values.size(); ++i)
        if (columns.values[i] != missing) entry.values[i] = trim(csv.rows[row][columns.values[i]]);
      if (!columns.probabilities.empty()) entry.distributions[0] = read_probabilities(definition, columns, csv, row);
    }
  }
}

}  // namespace

AnnotationFormat table_format() {
  return {"table",
          "CSV or TSV with a header line; columns by name, optionally a probability column per label",
          {},
          {},
          read};
}

}  // namespace ser
