#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/annotations.h>
#include <ser/corpus/definition.h>
#include <ser/corpus/yaml_fields.h>

#include <algorithm>
#include <set>

namespace ser {
namespace fs = std::filesystem;
namespace {

ColumnRule read_rule(const std::string& path, const std::string& column, const YAML::Node& node) {
  ColumnRule rule;
  rule.column = column;
  rule.where = yaml_where(path, node);
  const auto add_templates = [&](const YAML::Node& texts) {
    for (const std::string& text : yaml_texts(path, texts)) rule.from.emplace_back(text, yaml_where(path, texts));
  };
  if (!node.IsMap()) {
    add_templates(node);
    return rule;
  }
  const YamlFields fields(path, node, {"from", "map", "lists", "odd", "even"});
  if (!fields.has("from")) throw_error<UsageError>("{}: the column {} needs 'from'", rule.where, column);
  add_templates(fields.node("from"));
  rule.values = fields.text_map("map");
  if (fields.has("lists")) {
    const YamlFields lists(path, fields.node("lists"), {});
    for (const auto& entry : fields.node("lists"))
      for (const std::string& value : yaml_texts(path, entry.second))
        if (!rule.values.emplace(value, yaml_text(path, entry.first)).second)
          throw_error<UsageError>("{}: '{}' is listed twice for {}", yaml_where(path, entry.second), value, column);
  }
  rule.odd = fields.text("odd", "");
  rule.even = fields.text("even", "");
  if (rule.odd.empty() != rule.even.empty()) throw_error<UsageError>("{}: 'odd' and 'even' go together", rule.where);
  return rule;
}

void read_audio_section(const YamlFields& top, CorpusDefinition& definition) {
  if (!top.has("audio")) return;
  const YamlFields audio(top.path(), top.node("audio"), {"extensions", "pattern", "ignore"});
  if (audio.has("extensions")) {
    definition.extensions.clear();
    for (const std::string& extension : audio.texts("extensions"))
      definition.extensions.push_back(to_lower(extension.starts_with('.') ? extension.substr(1) : extension));
  }
  for (const std::string& text : audio.texts("pattern")) definition.patterns.emplace_back(text, audio.where("pattern"));
  if (definition.patterns.empty()) throw_error<UsageError>("{}: the key 'pattern' is missing", audio.where());
  for (const auto& [expression, reason] : audio.text_map("ignore"))
    definition.ignored.emplace_back(NamePattern(expression, audio.where("ignore")), reason);
}

AnnotationDefinition read_annotation(const std::string& path, const YAML::Node& node) {
  const YamlFields fields(path, node,
                          {"name", "format", "file", "required", "join", "joins_utterances", "key", "key_digits",
                           "fields", "optional_fields", "probabilities", "parts"});
  AnnotationDefinition annotation;
  annotation.where = fields.where();
  annotation.name = fields.text("name");
  annotation.format = fields.text("format");
  annotation_format(annotation.format, fields.where("format"));
  annotation.globs = fields.texts("file");
  if (annotation.globs.empty()) throw_error<UsageError>("{}: the key 'file' is missing", annotation.where);
  annotation.required = fields.flag("required", false);
  annotation.join.emplace(fields.text("join", "{stem}"), fields.where("join"));
  annotation.joins_utterances = fields.flag("joins_utterances", true);
  annotation.key = fields.text("key", "");
  if (fields.has("key_digits"))
    annotation.key_digits = static_cast<int>(std::min<std::size_t>(fields.count("key_digits"), 20));
  annotation.fields = fields.texts("fields");
  annotation.optional_fields = fields.texts("optional_fields");
  annotation.probabilities = fields.texts("probabilities");
  annotation.parts = fields.text_map("parts");
  const bool is_table = annotation.format == "table";
  if (is_table != !annotation.key.empty())
    throw_error<UsageError>("{}: the format table needs 'key', the others have none", annotation.where);
  if (!is_table && (fields.has("fields") || fields.has("optional_fields") || fields.has("probabilities")))
    throw_error<UsageError>("{}: only the format table has 'fields', 'optional_fields' and 'probabilities'",
                            annotation.where);
  return annotation;
}

/// The names that templates may use: groups of the file names, parts of the path, fields of the annotations.
std::vector<std::string> variables_of(const CorpusDefinition& definition) {
  std::set<std::string> names{"stem", "path", "folder"};
  for (const NamePattern& pattern : definition.patterns) names.insert(pattern.names().begin(), pattern.names().end());
  for (const AnnotationDefinition& annotation : definition.annotations)
    for (const std::string& field : annotation_fields(annotation)) names.insert(annotation.name + "." + field);
  return {names.begin(), names.end()};
}

void check_variables(const NameTemplate& text, const std::vector<std::string>& known, const std::string& where) {
  for (const std::string& name : text.variables())
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw_error<UsageError>("{}: unknown variable '{}'{}", where, name, suggestion(name, known));
}

LabelMap read_labels(const YamlFields& top, const std::string& key, const std::vector<std::string>& vocabulary) {
  LabelMap labels;
  if (!top.has(key)) return labels;
  const YAML::Node node = top.node(key);
  const YamlFields fields(top.path(), node, {});
  for (const auto& entry : node) {
    const std::string canonical = yaml_text(top.path(), entry.second);
    if (std::find(vocabulary.begin(), vocabulary.end(), canonical) == vocabulary.end())
      throw_error<UsageError>("{}: '{}' is no canonical label{}", yaml_where(top.path(), entry.second), canonical,
                              suggestion(canonical, vocabulary));
    labels.add(yaml_text(top.path(), entry.first), canonical);
  }
  return labels;
}

std::vector<std::string> distribution_names(const CorpusDefinition& definition) {
  std::vector<std::string> names;
  for (const AnnotationDefinition& annotation : definition.annotations)
    for (const std::string& name : annotation_distributions(annotation)) names.push_back(annotation.name + "." + name);
  return names;
}

void read_label_sources(const YamlFields& top, CorpusDefinition& definition) {
  if (!top.has("labels_from")) return;
  const YamlFields sources(top.path(), top.node("labels_from"), {});
  const std::vector<std::string> distributions = distribution_names(definition);
  for (const auto& entry : top.node("labels_from")) {
    const YamlFields fields(top.path(), entry.second, {"emotion", "distribution", "top"});
    LabelSource source;
    source.name = yaml_text(top.path(), entry.first);
    if (fields.has("emotion")) source.emotion = read_rule(top.path(), "emotion", fields.node("emotion"));
    source.distribution = fields.text("distribution", "");
    source.top = fields.flag("top", false);
    if (!source.distribution.empty() &&
        std::find(distributions.begin(), distributions.end(), source.distribution) == distributions.end())
      throw_error<UsageError>("{}: unknown distribution '{}'{}", fields.where("distribution"), source.distribution,
                              suggestion(source.distribution, distributions));
    definition.label_sources.push_back(std::move(source));
  }
}

void read_expected(const YamlFields& top, CorpusDefinition& definition) {
  if (!top.has("expected")) return;
  const YamlFields expected(top.path(), top.node("expected"), {"utterances", "speakers", "labels", "groups"});
  if (expected.has("utterances")) definition.expected_utterances = expected.count("utterances");
  if (expected.has("speakers")) definition.expected_speakers = expected.count("speakers");
  if (expected.has("labels")) {
    const YamlFields labels(top.path(), expected.node("labels"), definition.vocabulary);
    for (const auto& entry : expected.node("labels")) {
      const std::string label = yaml_text(top.path(), entry.first);
      definition.expected.push_back({label, {label}, labels.count(label)});
    }
  }
  if (!expected.has("groups")) return;
  for (const auto& node : expected.node("groups")) {
    const YamlFields group(top.path(), node, {"what", "labels", "count"});
    definition.expected.push_back({group.text("what"), group.texts("labels"), group.count("count")});
  }
}

void read_defects(const YamlFields& top, CorpusDefinition& definition) {
  if (!top.has("defects")) return;
  static const std::vector<std::string> kinds{"silent", "stereo", "duplicate", "overlap"};
  for (const auto& node : top.node("defects")) {
    const YamlFields fields(top.path(), node, {"kind", "ids"});
    const std::string kind = fields.text("kind");
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
      throw_error<UsageError>("{}: unknown kind of defect '{}'{}", fields.where("kind"), kind, suggestion(kind, kinds));
    definition.defects.push_back({kind, fields.texts("ids")});
  }
}

void read_columns(const YamlFields& top, CorpusDefinition& definition) {
  if (top.has("columns")) {
    const YamlFields columns(top.path(), top.node("columns"), {});
    for (const auto& entry : top.node("columns")) {
      const std::string column = yaml_text(top.path(), entry.first);
      if (column == "wav" || column == "emotion" || column == "distribution")
        throw_error<UsageError>("{}: '{}' is not set here{}", yaml_where(top.path(), entry.first), column,
                                column == "wav" ? "" : " but under 'labels_from'");
      definition.columns.push_back(read_rule(top.path(), column, entry.second));
    }
  }
  const std::vector<std::string> known = variables_of(definition);
  for (const ColumnRule& rule : definition.columns)
    for (const NameTemplate& text : rule.from) check_variables(text, known, rule.where);
  for (const LabelSource& source : definition.label_sources)
    for (const NameTemplate& text : source.emotion.from) check_variables(text, known, source.emotion.where);
  for (const AnnotationDefinition& annotation : definition.annotations)
    check_variables(*annotation.join, known, annotation.where);
}

fs::path labels_file_for(const fs::path& definition) {
  std::error_code code;
  const fs::path beside = definition.parent_path() / "labels.yaml";
  return fs::exists(beside, code) ? beside : data_folder() / "corpora" / "labels.yaml";
}

}  // namespace

std::vector<std::string> CorpusDefinition::canonical_labels() const {
  std::set<std::string> used;
  for (const auto& [raw, label] : labels.entries()) used.insert(label);
  for (const auto& [raw, label] : rater_labels.entries()) used.insert(label);
  for (const LabelSource& source : label_sources)
    if (source.top) used.insert("no-agreement");
  std::vector<std::string> ordered;
  for (const std::string& label : vocabulary)
    if (used.contains(label)) ordered.push_back(label);
  return ordered;
}

CorpusDefinition load_corpus_definition(const fs::path& path) {
  const YamlFields top(path.string(), read_yaml<UsageError>(path.string()),
                       {"name", "title", "licence", "homepage", "obtain", "layout", "audio", "columns", "labels",
                        "rater_labels", "extra_labels", "labels_from", "annotations", "defects", "expected", "list"});
  CorpusDefinition definition;
  definition.name = top.text("name");
  definition.title = top.text("title");
  definition.licence = top.text("licence");
  definition.homepage = top.text("homepage", "");
  definition.obtain = top.text("obtain", "");
  definition.layout = top.text("layout", "");
  definition.vocabulary = read_canonical_labels(labels_file_for(path));
  for (std::string& label : top.texts("extra_labels")) definition.vocabulary.push_back(std::move(label));
  read_audio_section(top, definition);
  definition.labels = read_labels(top, "labels", definition.vocabulary);
  definition.rater_labels = read_labels(top, "rater_labels", definition.vocabulary);
  if (top.has("annotations"))
    for (const auto& node : top.node("annotations"))
      definition.annotations.push_back(read_annotation(top.path(), node));
  read_label_sources(top, definition);
  read_columns(top, definition);
  read_expected(top, definition);
  read_defects(top, definition);
  if (top.has("list"))
    for (const auto& entry : top.node("list"))
      definition.list_columns.emplace(yaml_text(top.path(), entry.first), yaml_texts(top.path(), entry.second));
  return definition;
}

}  // namespace ser
