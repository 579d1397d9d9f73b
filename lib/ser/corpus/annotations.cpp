#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/annotations.h>

#include <algorithm>

namespace ser {

std::string AnnotationTable::where(std::size_t file, std::size_t line) const {
  return fmt::format("{}:{}", files.at(file).string(), line);
}

std::string AnnotationTable::where(const AnnotationEntry& entry) const { return where(entry.file, entry.line); }

AnnotationEntry& AnnotationTable::add(const std::string& key, std::size_t file, std::size_t line) {
  if (key.empty()) throw_error<DataError>("{}: no utterance is named", where(file, line));
  const auto [at, fresh] = entries.try_emplace(key);
  if (!fresh) throw_error<DataError>("{}: {} was already given at {}", where(file, line), key, where(at->second));
  AnnotationEntry& entry = at->second;
  entry.file = file;
  entry.line = line;
  entry.values.resize(fields.size());
  entry.distributions.resize(distributions.size());
  return entry;
}

const AnnotationFormat& annotation_format(const std::string& name, const std::string& where) {
  const auto& formats = annotation_formats();
  const auto at = std::find_if(formats.begin(), formats.end(), [&](const auto& format) { return format.name == name; });
  if (at != formats.end()) return *at;
  std::vector<std::string> names;
  for (const AnnotationFormat& format : formats) names.push_back(format.name);
  throw_error<UsageError>("{}: unknown annotation format '{}'{}", where, name, suggestion(name, names));
}

std::vector<std::string> annotation_fields(const AnnotationDefinition& definition) {
  std::vector<std::string> fields = annotation_format(definition.format, definition.where).fields;
  fields.insert(fields.end(), definition.fields.begin(), definition.fields.end());
  fields.insert(fields.end(), definition.optional_fields.begin(), definition.optional_fields.end());
  return fields;
}

std::vector<std::string> annotation_distributions(const AnnotationDefinition& definition) {
  std::vector<std::string> names = annotation_format(definition.format, definition.where).distributions;
  if (!definition.probabilities.empty()) names.push_back("probabilities");
  return names;
}

AnnotationTable read_annotations(const AnnotationDefinition& definition, std::vector<std::filesystem::path> files) {
  AnnotationTable table;
  table.fields = annotation_fields(definition);
  table.distributions = annotation_distributions(definition);
  table.files = std::move(files);
  annotation_format(definition.format, definition.where).read(definition, table);
  return table;
}

Distribution normalised(const std::vector<std::pair<std::string, double>>& votes) {
  Distribution distribution;
  double sum = 0;
  for (const auto& [label, count] : votes) {
    sum += count;
    const auto at = std::find_if(distribution.begin(), distribution.end(),
                                 [&name = label](const auto& entry) { return entry.first == name; });
    if (at != distribution.end())
      at->second += count;
    else if (count > 0)
      distribution.emplace_back(label, count);
  }
  for (auto& entry : distribution) entry.second /= sum;
  return distribution;
}

}  // namespace ser
