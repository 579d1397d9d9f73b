#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/base/version.h>
#include <ser/config/yaml.h>
#include <ser/corpus/file_tree.h>
#include <ser/corpus/manifest.h>
#include <ser/corpus/utterance_columns.h>

#include <algorithm>
#include <array>
#include <set>

namespace ser {
namespace fs = std::filesystem;
namespace {

std::string number_text(double value) { return std::isnan(value) ? "" : format_number(value); }

double number_field(const std::string& text, const std::string& where, const std::string& column) {
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto value = parse_double(text);
  if (!value || !std::isfinite(*value)) throw_error<DataError>("{}: {} '{}' is not a number", where, column, text);
  return *value;
}

std::vector<std::string> fields_of(const Manifest& manifest, const Utterance& u) {
  std::vector<std::string> fields{u.id,
                                  u.wav,
                                  number_text(u.start),
                                  number_text(u.end),
                                  u.speaker,
                                  u.gender,
                                  u.age,
                                  u.session,
                                  u.language,
                                  u.text,
                                  u.emotion,
                                  u.intensity,
                                  number_text(u.arousal),
                                  number_text(u.valence),
                                  number_text(u.dominance),
                                  format_distribution(u.distribution),
                                  u.split};
  for (const std::string& column : manifest.extra_columns) {
    const auto at = u.extra.find(column);
    fields.push_back(at == u.extra.end() ? "" : at->second);
  }
  return fields;
}

std::string rows_text(const Manifest& manifest) {
  std::vector<std::string> header = manifest_columns();
  header.insert(header.end(), manifest.extra_columns.begin(), manifest.extra_columns.end());
  std::string text = tsv_line(header) + '\n';
  for (const Utterance& u : manifest.utterances) text += tsv_line(fields_of(manifest, u)) + '\n';
  return text;
}

Utterance parse_row(const Table& table, std::size_t row, const std::vector<std::size_t>& columns, Manifest& manifest) {
  const std::string where = table.where(row);
  const auto field = [&](std::size_t k) -> std::string {
    return columns[k] == std::string::npos ? "" : table.rows[row][columns[k]];
  };
  Utterance u;
  u.id = field(0);
  u.wav = field(1);
  u.start = number_field(field(2), where, "start");
  u.end = number_field(field(3), where, "end");
  u.speaker = field(4), u.gender = field(5), u.age = field(6), u.session = field(7), u.language = field(8),
  u.text = field(9);
  u.emotion = field(10), u.intensity = field(11);
  u.arousal = number_field(field(12), where, "arousal");
  u.valence = number_field(field(13), where, "valence");
  u.dominance = number_field(field(14), where, "dominance");
  u.distribution = parse_distribution(field(15), where);
  u.split = field(16);
  if (u.id.empty()) throw_error<DataError>("{}: the id is empty", where);
  if (u.id.find_first_of(" \t") != std::string::npos)
    throw_error<DataError>("{}: the id '{}' holds a blank", where, u.id);
  if (u.wav.empty()) throw_error<DataError>("{}: {} has no wav", where, u.id);
  if (u.start < 0 || u.end <= (std::isnan(u.start) ? 0 : u.start))
    throw_error<DataError>("{}: {} ends at {} s but starts at {} s", where, u.id, number_text(u.end),
                           number_text(u.start));
  if (!u.emotion.empty() && !manifest.labels.empty() &&
      std::find(manifest.labels.begin(), manifest.labels.end(), u.emotion) == manifest.labels.end())
    throw_error<DataError>("{}: emotion '{}' is not among the labels in manifest.yaml{}", where, u.emotion,
                           suggestion(u.emotion, manifest.labels));
  return u;
}

}  // namespace

TimeRange Utterance::range() const {
  TimeRange range;
  if (!std::isnan(start)) range.start_seconds = start;
  if (!std::isnan(end)) range.end_seconds = end;
  return range;
}

fs::path Manifest::audio_path(const Utterance& utterance) const { return source / utterance.wav; }

std::string Manifest::column(const Utterance& u, const std::string& name) const {
  if (name == "corpus") return corpus;
  const std::vector<std::string>& fixed = manifest_columns();
  const auto at = std::find(fixed.begin(), fixed.end(), name);
  if (at != fixed.end()) return fields_of(*this, u)[static_cast<std::size_t>(at - fixed.begin())];
  if (std::find(extra_columns.begin(), extra_columns.end(), name) == extra_columns.end()) {
    std::vector<std::string> known = fixed;
    known.push_back("corpus");
    known.insert(known.end(), extra_columns.begin(), extra_columns.end());
    throw_error<UsageError>("the manifest of {} has no column '{}'{}", corpus, name, suggestion(name, known));
  }
  const auto value = u.extra.find(name);
  return value == u.extra.end() ? "" : value->second;
}

std::map<std::string, std::size_t> Manifest::index() const {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < utterances.size(); ++i) places.emplace(utterances[i].id, i);
  return places;
}

std::string Manifest::checksum() const { return hash_bytes(rows_text(*this)); }

std::string format_distribution(const Distribution& distribution) {
  std::string text;
  for (const auto& [label, probability] : distribution)
    text += (text.empty() ? "" : " ") + label + ":" + format_number(probability);
  return text;
}

bool is_manifest(const fs::path& path) {
  std::error_code code;
  return path.filename() == "utterances.tsv" || fs::exists(path / "utterances.tsv", code);
}

Manifest read_manifest(const fs::path& given) {
  const fs::path folder = given.filename() == "utterances.tsv" ? given.parent_path() : given;
  const fs::path description = folder / "manifest.yaml";
  if (!is_manifest(given)) throw_error<DataError>("{}: is no manifest (no utterances.tsv in it)", given.string());
  Manifest manifest;
  const YAML::Node yaml = read_yaml<DataError>(description.string());
  try {
    manifest.corpus = yaml["corpus"].as<std::string>();
    manifest.source = yaml["source"].as<std::string>();
    if (yaml["labels"]) manifest.labels = yaml["labels"].as<std::vector<std::string>>();
    if (yaml["tool_version"]) manifest.tool_version = yaml["tool_version"].as<std::string>();
  } catch (const YAML::Exception&) {
    throw_error<DataError>("{}: needs text for 'corpus' and 'source' and a list for 'labels'", description.string());
  }
  if (manifest.source.is_relative()) manifest.source = folder / manifest.source;

  const Table table = read_table(folder / "utterances.tsv");
  std::vector<std::size_t> columns;
  for (const std::string& name : manifest_columns()) columns.push_back(table.find(name).value_or(std::string::npos));
  table.at("id");
  table.at("wav");
  for (const std::string& column : table.columns)
    if (!is_manifest_column(column)) manifest.extra_columns.push_back(column);
  std::map<std::string, std::size_t> seen;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    Utterance u = parse_row(table, row, columns, manifest);
    for (const std::string& column : manifest.extra_columns) u.extra[column] = table.rows[row][table.at(column)];
    const auto [at, fresh] = seen.emplace(u.id, table.lines[row]);
    if (!fresh) throw_error<DataError>("{}: the id {} was already used in line {}", table.where(row), u.id, at->second);
    manifest.utterances.push_back(std::move(u));
  }
  return manifest;
}

void write_manifest(const Manifest& manifest, const fs::path& folder) {
  for (const Utterance& u : manifest.utterances)
    if (u.id.empty() || u.id.find_first_of(" \t\r\n") != std::string::npos ||
        u.wav.find_first_of("\t\r\n") != std::string::npos)
      throw_error<DataError>(
          "'{}' ({}): ids with blanks and paths with tabs or line breaks cannot be written to a manifest", u.id, u.wav);
  make_folder(folder);
  write_file(folder / "utterances.tsv", rows_text(manifest));
  YAML::Emitter yaml;
  yaml << YAML::BeginMap << YAML::Key << "corpus" << YAML::Value << manifest.corpus << YAML::Key << "source"
       << YAML::Value << manifest.source.string() << YAML::Key << "labels" << YAML::Value << YAML::Flow
       << manifest.labels << YAML::Key << "utterances" << YAML::Value << manifest.utterances.size() << YAML::Key
       << "checksum" << YAML::Value << manifest.checksum() << YAML::Key << "tool_version" << YAML::Value
       << build_info().version << YAML::EndMap;
  write_file(folder / "manifest.yaml", std::string(yaml.c_str()) + "\n");
}

Manifest manifest_of_files(const std::vector<std::string>& files_or_folders) {
  static const std::set<std::string> extensions{".wav", ".flac", ".ogg", ".oga", ".mp3"};
  std::vector<std::pair<fs::path, fs::path>> found;  // path as given, name relative to the folder given
  for (const std::string& given : files_or_folders) {
    std::error_code code;
    if (!fs::is_directory(given, code)) {
      if (!fs::exists(given, code)) throw_error<DataError>("{}: does not exist", given);
      found.emplace_back(given, fs::path(given).filename());
      continue;
    }
    const std::size_t before = found.size();
    for (const std::string& file : list_files(given).files)
      if (extensions.contains(to_lower(fs::path(file).extension().string())))
        found.emplace_back(fs::path(given) / file, file);
    if (found.size() == before)
      throw_error<DataError>("{}: no audio files (.wav .flac .ogg .mp3) in this folder", given);
  }
  std::map<std::string, int> stems;
  for (const auto& [path, name] : found) ++stems[name.stem().string()];
  Manifest manifest;
  manifest.corpus = "files";
  std::set<std::string> ids;
  for (const auto& [path, name] : found) {
    Utterance u;
    u.wav = path.string();
    u.id = stems[name.stem().string()] == 1 ? name.stem().string() : fs::path(name).replace_extension().string();
    if (ids.contains(u.id)) u.id = path.string();
    if (!ids.insert(u.id).second) throw_error<UsageError>("{} is given twice", path.string());
    std::replace(u.id.begin(), u.id.end(), ' ', '_');
    manifest.utterances.push_back(std::move(u));
  }
  return manifest;
}

}  // namespace ser
