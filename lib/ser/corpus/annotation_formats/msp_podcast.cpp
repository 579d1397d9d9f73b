// MSP-Podcast: "msp-podcast-consensus" reads labels_consensus.csv (older: labels_concensus.csv), the same as .json, or
// labels.txt; "msp-podcast-raters" reads labels_detailed.csv (both releases), .json, or labels.txt. Lotfian and Busso,
// IEEE TAFFC 10(4), 2019.
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>
#include <ser/corpus/annotation_formats/semicolon_fields.h>

#include <nlohmann/json.hpp>

namespace ser {
namespace {

using nlohmann::json;

const std::vector<std::string> consensus_columns{"EmoClass", "EmoAct", "EmoVal",   "EmoDom",
                                                 "SpkrID",   "Gender", "Split_Set"};

std::string extension_of(const std::filesystem::path& path) { return to_lower(path.extension().string()); }

json read_json(const std::filesystem::path& path) {
  try {
    json content = json::parse(read_file(path));
    if (content.is_object()) return content;
  } catch (const json::exception& error) {
    throw_error<DataError>("{}: {}", path.string(), error.what());
  }
  throw_error<DataError>("{}: expected an object keyed by file name", path.string());
}

/// A member as text: strings as they are, numbers as written, missing and null as empty.
std::string json_text(const json& object, const std::string& key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return "";
  return at->is_string() ? at->get<std::string>() : at->dump();
}

void consensus_from_csv(AnnotationTable& table, std::size_t file) {
  const Table csv = read_table(table.files[file]);
  const std::size_t name = csv.at("FileName");
  std::vector<std::size_t> columns;
  for (const std::string& column : consensus_columns)
    columns.push_back(column == "EmoClass" ? csv.at(column) : csv.find(column).value_or(std::string::npos));
  for (std::size_t row = 0; row < csv.rows.size(); ++row) {
    AnnotationEntry& entry = table.add(without_audio_extension(csv.rows[row][name]), file, csv.lines[row]);
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i] != std::string::npos) entry.values[i] = trim(csv.rows[row][columns[i]]);
  }
}

void consensus_from_json(AnnotationTable& table, std::size_t file) {
  const json content = read_json(table.files[file]);
  for (const auto& [name, value] : content.items()) {
    if (!value.is_object() || json_text(value, "EmoClass").empty())
      throw_error<DataError>("{}: the entry {} has no EmoClass", table.files[file].string(), name);
    AnnotationEntry& entry = table.add(without_audio_extension(name), file, 1);
    for (std::size_t i = 0; i < consensus_columns.size(); ++i) entry.values[i] = json_text(value, consensus_columns[i]);
  }
}

/// labels.txt: "<wav>; N; A:..; V:..; D:..;", then rater lines. `take` gets an utterance's fields or a rater's.
template <class Utterance, class Rater>
void for_each_labels_line(AnnotationTable& table, std::size_t file, Utterance&& utterance, Rater&& rater) {
  for_each_line(read_file(table.files[file]), [&](std::size_t line, std::string_view text) {
    const std::vector<std::string> fields = semicolon_fields(text);
    if (fields.empty()) return;
    if (without_audio_extension(fields[0]) == fields[0]) return rater(fields, line);
    if (fields.size() != 5)
      throw_error<DataError>("{}: expected 'file.wav; label; A:..; V:..; D:..;', found '{}'", table.where(file, line),
                             text);
    utterance(fields, line);
  });
}

void consensus_from_text(AnnotationTable& table, std::size_t file) {
  for_each_labels_line(
      table, file,
      [&](const std::vector<std::string>& fields, std::size_t line) {
        const std::string where = table.where(file, line);
        AnnotationEntry& entry = table.add(without_audio_extension(fields[0]), file, line);
        entry.values = {fields[1], scored(fields[2], 'A', where), scored(fields[3], 'V', where),
                        scored(fields[4], 'D', where)};
        entry.values.resize(table.fields.size());
      },
      [](const std::vector<std::string>&, std::size_t) {});
}

void read_consensus(const AnnotationDefinition&, AnnotationTable& table) {
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    const std::string extension = extension_of(table.files[file]);
    if (extension == ".json")
      consensus_from_json(table, file);
    else if (extension == ".txt")
      consensus_from_text(table, file);
    else
      consensus_from_csv(table, file);
  }
}

using VotesByUtterance = std::map<std::string, std::pair<std::size_t, std::vector<std::pair<std::string, double>>>>;

/// One row per rater, in either release: EmoClass_Major, or EmoDetail "WORKER1; Neutral; Neutral,Concerned; A:3; ...".
void raters_from_csv(AnnotationTable& table, std::size_t file, VotesByUtterance& votes) {
  const Table csv = read_table(table.files[file]);
  const std::size_t name = csv.at("FileName");
  const auto major = csv.find("EmoClass_Major");
  const std::size_t column = major ? *major : csv.at("EmoDetail");
  for (std::size_t row = 0; row < csv.rows.size(); ++row) {
    std::string primary = csv.rows[row][column];
    if (!major) {
      const std::vector<std::string> fields = semicolon_fields(primary);
      if (fields.size() < 5)
        throw_error<DataError>("{}: expected 'worker; primary; secondary; A:..; V:..; D:..;', found '{}'",
                               csv.where(row), primary);
      primary = fields[1];
    }
    auto& [line, list] = votes[without_audio_extension(csv.rows[row][name])];
    if (list.empty()) line = csv.lines[row];
    list.emplace_back(trim(primary), 1.0);
  }
}

void raters_from_json(AnnotationTable& table, std::size_t file, VotesByUtterance& votes) {
  const json content = read_json(table.files[file]);
  for (const auto& [name, workers] : content.items())
    for (const auto& [worker, answer] : workers.items()) {
      const std::string primary = answer.is_object() ? json_text(answer, "EmoClass_Major") : "";
      if (primary.empty())
        throw_error<DataError>("{}: {} of {} has no EmoClass_Major", table.files[file].string(), worker, name);
      auto& [line, list] = votes[without_audio_extension(name)];
      line = 1;
      list.emplace_back(primary, 1.0);
    }
}

void raters_from_text(AnnotationTable& table, std::size_t file) {
  RaterVotes raters;
  for_each_labels_line(
      table, file,
      [&](const std::vector<std::string>& fields, std::size_t line) {
        raters.finish();
        raters.begin(table.add(without_audio_extension(fields[0]), file, line));
      },
      [&](const std::vector<std::string>& fields, std::size_t line) {
        raters.add_line(fields, table.where(file, line));
      });
  raters.finish();
}

void read_raters(const AnnotationDefinition&, AnnotationTable& table) {
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    const std::string extension = extension_of(table.files[file]);
    if (extension == ".txt") {
      raters_from_text(table, file);
      continue;
    }
    VotesByUtterance votes;
    extension == ".json" ? raters_from_json(table, file, votes) : raters_from_csv(table, file, votes);
    for (const auto& [name, found] : votes)
      table.add(name, file, found.first).distributions[0] = normalised(found.second);
  }
}

}  // namespace

AnnotationFormat msp_podcast_consensus_format() {
  return {"msp-podcast-consensus",
          "MSP-Podcast labels_consensus (csv, also as labels_concensus; json) or labels.txt",
          consensus_columns,
          {},
          read_consensus};
}

AnnotationFormat msp_podcast_raters_format() {
  return {"msp-podcast-raters",
          "MSP-Podcast labels_detailed (csv of either release, json) or labels.txt",
          {},
          {"raters"},
          read_raters};
}

}  // namespace ser
