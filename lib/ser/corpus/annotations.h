// Annotation files of corpora: each known format is one reader, which turns files into entries by key.
#pragma once

#include <ser/corpus/definition.h>
#include <ser/corpus/manifest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ser {

/// What the annotations say about one key (an utterance, a speaker): raw values, empty where unknown.
struct AnnotationEntry {
  std::size_t file = 0, line = 0;           ///< index into AnnotationTable::files; line from 1
  std::vector<std::string> values;          ///< in the order of AnnotationTable::fields
  std::vector<Distribution> distributions;  ///< over raw labels, in the order of AnnotationTable::distributions
};

struct AnnotationTable {
  std::vector<std::string> fields, distributions;
  std::vector<std::filesystem::path> files;
  std::unordered_map<std::string, AnnotationEntry> entries;
  std::vector<std::string> notes;  ///< what a reader left out on purpose, with counts

  /// A new entry with empty values. Throws DataError naming both places when the key was there already.
  AnnotationEntry& add(const std::string& key, std::size_t file, std::size_t line);
  std::string where(const AnnotationEntry& entry) const;  ///< "path:line"
  std::string where(std::size_t file, std::size_t line) const;
};

/// A kind of annotation file. `fields` and `distributions` are what its entries hold; a table's come from the
/// definition.
struct AnnotationFormat {
  std::string name;     ///< as in a definition: "iemocap-evaluation"
  std::string summary;  ///< one line for the documentation
  std::vector<std::string> fields, distributions;
  /// Reads all of `table.files` into `table.entries`. Throws DataError with path:line for a malformed line.
  void (*read)(const AnnotationDefinition& definition, AnnotationTable& table);
};

/// All known formats. A new one is a file in annotation_formats/ and a line in annotation_formats/registry.cpp.
const std::vector<AnnotationFormat>& annotation_formats();
/// Throws UsageError ("<where>: unknown annotation format ...").
const AnnotationFormat& annotation_format(const std::string& name, const std::string& where);

/// Fields and distributions that entries of this definition have.
std::vector<std::string> annotation_fields(const AnnotationDefinition& definition);
std::vector<std::string> annotation_distributions(const AnnotationDefinition& definition);

/// Reads the files of one definition.
AnnotationTable read_annotations(const AnnotationDefinition& definition, std::vector<std::filesystem::path> files);

/// Calls handle(line number, line) for each line of a file, without line breaks (LF or CRLF) and byte order mark.
template <class Handle>
void for_each_line(std::string_view text, Handle&& handle) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    handle(++number, line);
  }
}

/// "Neutral" three times and "Sad" once -> Neutral:0.75 Sad:0.25. Zero counts are left out.
Distribution normalised(const std::vector<std::pair<std::string, double>>& votes);

}  // namespace ser
