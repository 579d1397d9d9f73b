#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/utterance_columns.h>

#include <algorithm>
#include <set>

namespace ser {
namespace {

double number_of(const std::string& value, const std::string& column, const std::string& where) {
  if (value.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto number = parse_double(value);
  if (!number) throw_error<DataError>("{}: {} '{}' is not a number", where, column, value);
  return std::isfinite(*number) ? *number : std::numeric_limits<double>::quiet_NaN();
}

std::string gender_of(const std::string& value) {
  const std::string lower = to_lower(value);
  if (lower == "m" || lower == "male") return "male";
  if (lower == "f" || lower == "female") return "female";
  return lower == "unknown" ? "" : value;
}

}  // namespace

const std::vector<std::string>& manifest_columns() {
  static const std::vector<std::string> columns{
      "id",   "wav",     "start",     "end",     "speaker", "gender",    "age",          "session", "language",
      "text", "emotion", "intensity", "arousal", "valence", "dominance", "distribution", "split"};
  return columns;
}

bool is_manifest_column(const std::string& column) {
  const auto& columns = manifest_columns();
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

Distribution parse_distribution(const std::string& text, const std::string& where) {
  Distribution distribution;
  for (const std::string& word : split_words(text)) {
    const auto colon = word.rfind(':');
    const auto value =
        colon == std::string::npos ? std::nullopt : parse_double(std::string_view(word).substr(colon + 1));
    if (!value || !(*value >= 0) || !std::isfinite(*value))
      throw_error<DataError>("{}: distribution entry '{}' is not label:probability", where, word);
    distribution.emplace_back(word.substr(0, colon), *value);
  }
  return distribution;
}

void set_column(Manifest& manifest, Utterance& u, const std::string& column, const std::string& value,
                const std::string& where) {
  if (!is_manifest_column(column)) {
    if (std::find(manifest.extra_columns.begin(), manifest.extra_columns.end(), column) == manifest.extra_columns.end())
      manifest.extra_columns.push_back(column);
    u.extra[column] = value;
    return;
  }
  std::string* const texts[] = {&u.id,       &u.wav,  &u.speaker, &u.age,       &u.session,
                                &u.language, &u.text, &u.emotion, &u.intensity, &u.split};
  const char* const text_names[] = {"id",       "wav",  "speaker", "age",       "session",
                                    "language", "text", "emotion", "intensity", "split"};
  for (std::size_t i = 0; i < std::size(texts); ++i)
    if (column == text_names[i]) *texts[i] = value;
  if (column == "gender") u.gender = gender_of(value);
  if (column == "start") u.start = number_of(value, column, where);
  if (column == "end") u.end = number_of(value, column, where);
  if (column == "arousal") u.arousal = number_of(value, column, where);
  if (column == "valence") u.valence = number_of(value, column, where);
  if (column == "dominance") u.dominance = number_of(value, column, where);
  if (column == "distribution") u.distribution = parse_distribution(value, where);
}

const std::string& extra_value(const Utterance& utterance, const std::string& column) {
  static const std::string none;
  const auto found = utterance.extra.find(column);
  return found == utterance.extra.end() ? none : found->second;
}

LabelMap label_map_of(const CorpusDefinition& definition, const PrepareOptions& options) {
  LabelMap map = definition.labels;
  for (const std::string& entry : options.label_map) {
    const auto equals = entry.find('=');
    const std::string raw{trim(std::string_view(entry).substr(0, equals))};
    const std::string canonical =
        equals == std::string::npos ? "" : std::string(trim(std::string_view(entry).substr(equals + 1)));
    if (raw.empty() || canonical.empty() || canonical.find_first_of(" \t:") != std::string::npos)
      throw_error<UsageError>("label_map: '{}' is not raw=label", entry);
    map.add(raw, canonical);
  }
  return map;
}

void finish_ids(Manifest& manifest, const std::string& prefix) {
  for (Utterance& u : manifest.utterances) {
    u.id = prefix + u.id;
    for (char& c : u.id)
      if (c == ' ' || c == '\t') c = '_';
  }
  std::sort(manifest.utterances.begin(), manifest.utterances.end(),
            [](const Utterance& a, const Utterance& b) { return std::tie(a.id, a.wav) < std::tie(b.id, b.wav); });
  for (std::size_t i = 1; i < manifest.utterances.size(); ++i)
    if (manifest.utterances[i].id == manifest.utterances[i - 1].id)
      throw_error<DataError>("the id {} is used for {} and for {}", manifest.utterances[i].id,
                             manifest.utterances[i - 1].wav, manifest.utterances[i].wav);
}

void map_emotions(Manifest& manifest, const LabelMap& map, const CorpusDefinition& definition,
                  const std::string& source) {
  std::set<std::string> used, unknown;
  const auto canonical = [&](const std::string& raw) -> std::string {
    if (const auto label = map.find(raw)) return *label;
    for (const std::string& label : definition.vocabulary)
      if (to_lower(raw) == label) return label;
    unknown.insert(raw);
    return raw;
  };
  for (Utterance& u : manifest.utterances) {
    if (!u.emotion.empty()) used.insert(u.emotion = canonical(u.emotion));
    for (auto& [label, probability] : u.distribution) used.insert(label = canonical(label));
  }
  if (!unknown.empty()) {
    const std::vector<std::string> names(unknown.begin(), unknown.end());
    throw_error<DataError>(
        "{}: no canonical label is known for: {}; say what they mean by --label-map '{}=anger,...' or under 'labels' "
        "in "
        "a definition of your own",
        source, join(names, ", "), names.front());
  }
  for (const std::string& label : definition.vocabulary)
    if (used.erase(label)) manifest.labels.push_back(label);
  manifest.labels.insert(manifest.labels.end(), used.begin(), used.end());
}

}  // namespace ser
