#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/annotations.h>
#include <ser/corpus/canonical_distribution.h>
#include <ser/corpus/file_tree.h>
#include <ser/corpus/folder_corpus.h>
#include <ser/corpus/utterance_columns.h>

#include <algorithm>
#include <set>
#include <unordered_set>

namespace ser {
namespace fs = std::filesystem;
namespace {

/// An audio file whose name follows the grammar.
struct NamedFile {
  std::string path, stem;
  NameGroups groups;
};

/// One kind of annotation with its entries and which of them found audio.
struct LoadedAnnotation {
  const AnnotationDefinition* definition;
  AnnotationTable table;
  std::unordered_set<std::string> used;
  bool present = false;
};

/// The entries that belong to one utterance, one per annotation, or null.
using Entries = std::vector<const AnnotationEntry*>;

bool is_audio(const CorpusDefinition& definition, const fs::path& path) {
  const std::string extension = to_lower(path.extension().string());
  return std::any_of(definition.extensions.begin(), definition.extensions.end(),
                     [&](const std::string& known) { return extension == "." + known; });
}

[[noreturn]] void throw_wrong_root(const CorpusDefinition& definition, const FileTree& tree, std::size_t audio_files) {
  throw_error<DataError>("{}: no audio file here is named as in {} ({} files, {} of them .{}); expected:\n{}",
                         tree.root.string(), definition.title, tree.files.size(), audio_files,
                         join(definition.extensions, " or ."), definition.layout);
}

std::vector<NamedFile> named_files(const CorpusDefinition& definition, const FileTree& tree, Tallies& left_out) {
  std::vector<NamedFile> found;
  std::size_t audio_files = 0;
  for (const std::string& file : tree.files) {
    const fs::path path(file);
    if (!is_audio(definition, path)) continue;
    ++audio_files;
    const std::string without_extension = fs::path(path).replace_extension().generic_string();
    std::optional<NameGroups> groups;
    for (std::size_t i = 0; i < definition.patterns.size() && !groups; ++i)
      groups = definition.patterns[i].match_end(without_extension);
    if (groups) {
      found.push_back({file, path.stem().string(), std::move(*groups)});
      continue;
    }
    const auto ignored = std::find_if(definition.ignored.begin(), definition.ignored.end(), [&](const auto& entry) {
      return entry.first.match_end(without_extension).has_value();
    });
    left_out.add(
        ignored != definition.ignored.end() ? ignored->second : "audio files whose name does not follow the grammar",
        file);
  }
  if (found.empty()) throw_wrong_root(definition, tree, audio_files);
  return found;
}

std::vector<LoadedAnnotation> load_annotations(const CorpusDefinition& definition, const FileTree& tree,
                                               PrepareResult& result) {
  std::vector<LoadedAnnotation> loaded;
  for (const AnnotationDefinition& annotation : definition.annotations) {
    std::vector<fs::path> files = find_by_globs(tree, annotation.globs, annotation.where);
    const bool present = !files.empty();
    if (!present && annotation.required)
      throw_error<DataError>("{}: {} was not found below it; expected:\n{}", tree.root.string(),
                             join(annotation.globs, " or "), definition.layout);
    if (!present)
      result.notes.push_back(fmt::format("no {} here ({})", annotation.name, join(annotation.globs, " or ")));
    AnnotationTable table;
    if (present) table = read_annotations(annotation, std::move(files));
    for (const std::string& note : table.notes) result.notes.push_back(annotation.name + ": " + note);
    loaded.push_back({&annotation, std::move(table), {}, present});
  }
  return loaded;
}

/// Values of variables for one utterance: "stem", "path", "folder", named groups and "<annotation>.<field>".
std::string variable_value(std::string_view name, const NamedFile& file, const std::vector<LoadedAnnotation>& loaded,
                           const Entries& entries) {
  if (const auto dot = name.find('.'); dot != std::string_view::npos) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (loaded[i].definition->name != name.substr(0, dot) || !entries[i]) continue;
      const auto& fields = loaded[i].table.fields;
      const auto at = std::find(fields.begin(), fields.end(), name.substr(dot + 1));
      if (at != fields.end()) return entries[i]->values[static_cast<std::size_t>(at - fields.begin())];
    }
    return "";
  }
  if (name == "stem") return file.stem;
  if (name == "path") return fs::path(file.path).replace_extension().generic_string();
  if (name == "folder") return fs::path(file.path).parent_path().filename().string();
  const auto group = file.groups.find(std::string(name));
  return group == file.groups.end() ? "" : group->second;
}

/// Where the raw value of a rule came from, for messages: the annotation's line, else the audio file.
std::string origin_of(const ColumnRule& rule, const NamedFile& file, const std::vector<LoadedAnnotation>& loaded,
                      const Entries& entries) {
  for (const NameTemplate& text : rule.from)
    for (const std::string& name : text.variables())
      for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i] && name.starts_with(loaded[i].definition->name + ".")) return loaded[i].table.where(*entries[i]);
  return file.path;
}

const Distribution* raw_distribution(const std::string& name, const std::vector<LoadedAnnotation>& loaded,
                                     const Entries& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string& annotation = loaded[i].definition->name;
    if (!entries[i] || !name.starts_with(annotation + ".")) continue;
    const auto& names = loaded[i].table.distributions;
    const auto at = std::find(names.begin(), names.end(), name.substr(annotation.size() + 1));
    if (at != names.end()) return &entries[i]->distributions[static_cast<std::size_t>(at - names.begin())];
  }
  return nullptr;
}

class FolderCorpus {
 public:
  FolderCorpus(const CorpusDefinition& definition, const PrepareOptions& options, PrepareResult& result)
      : definition_(definition), result_(result), labels_(label_map_of(definition, options)) {
    choose_source(options.labels_from);
    if (options.speaker_pattern.empty()) return;
    speaker_pattern_.emplace(options.speaker_pattern, "speaker_pattern");
    if (speaker_pattern_->names().empty())
      throw UsageError("speaker_pattern: needs a named group such as (?<speaker>[A-Z]+)");
  }

  void run(const FileTree& tree) {
    if (tree.resource_forks)
      result_.notes.push_back(fmt::format("{} resource files '._*' passed over", tree.resource_forks));
    const std::vector<NamedFile> files = named_files(definition_, tree, result_.left_out);
    loaded_ = load_annotations(definition_, tree, result_);
    for (const ColumnRule& rule : definition_.columns)
      if (!is_manifest_column(rule.column)) result_.manifest.extra_columns.push_back(rule.column);
    for (const NamedFile& file : files) add(file);
    for (const LoadedAnnotation& annotation : loaded_) tally_unused(annotation);
  }

 private:
  void choose_source(const std::string& name) {
    std::vector<std::string> names;
    for (const LabelSource& source : definition_.label_sources) {
      names.push_back(source.name);
      if (source.name == name || (name.empty() && !source_)) source_ = &source;
    }
    if (!source_)
      throw_error<UsageError>("labels_from: {} has no labels '{}'; it has: {}", definition_.name, name,
                              join(names, ", "));
    result_.label_source = source_->name;
  }

  Entries entries_of(const NamedFile& file) {
    Entries entries;
    for (LoadedAnnotation& annotation : loaded_) {
      const std::string key = annotation.definition->join->expand(
          [&](std::string_view name) { return variable_value(name, file, loaded_, entries); });
      const auto at = annotation.table.entries.find(key);
      entries.push_back(at == annotation.table.entries.end() ? nullptr : &at->second);
      if (entries.back())
        annotation.used.insert(key);
      else if (annotation.present)
        result_.left_out.add("audio files without an entry in " + annotation.definition->name, file.path);
    }
    return entries;
  }

  void add(const NamedFile& file) {
    const Entries entries = entries_of(file);
    const VariableLookup value_of = [&](std::string_view name) { return variable_value(name, file, loaded_, entries); };
    Utterance u;
    u.id = file.stem;
    u.wav = file.path;
    for (const ColumnRule& rule : definition_.columns) {
      const std::string origin = origin_of(rule, file, loaded_, entries);
      set_column(result_.manifest, u, rule.column, rule.apply(value_of, origin), origin);
    }
    if (!ids_.insert(u.id).second)
      return result_.left_out.add("audio files whose id was there already in another folder or format", file.path);
    if (const Distribution* raw = raw_distribution(source_->distribution, loaded_, entries))
      u.distribution = canonical_distribution(*raw, definition_, u.id, result_.left_out);
    u.emotion = source_->top ? top_label(u.distribution) : emotion_of(file, entries, value_of);
    if (speaker_pattern_) apply_speaker_pattern(u);
    result_.manifest.utterances.push_back(std::move(u));
  }

  std::string emotion_of(const NamedFile& file, const Entries& entries, const VariableLookup& value_of) const {
    if (source_->emotion.from.empty()) return "";
    const std::string origin = origin_of(source_->emotion, file, loaded_, entries);
    const std::string raw = source_->emotion.apply(value_of, origin);
    if (raw.empty()) return "";
    if (const auto label = labels_.find(raw)) return *label;
    throw_error<DataError>("{}: the label '{}' is not among the labels of {}", origin, raw, definition_.name);
  }

  void apply_speaker_pattern(Utterance& u) {
    const auto groups = speaker_pattern_->search(u.wav);
    if (!groups) return result_.left_out.add("audio files that the speaker pattern does not match", u.wav);
    for (const auto& [column, value] : *groups) set_column(result_.manifest, u, column, value, u.wav);
  }

  void tally_unused(const LoadedAnnotation& annotation) {
    std::set<std::string> unused;
    for (const auto& [key, entry] : annotation.table.entries)
      if (!annotation.used.contains(key)) unused.insert(key);
    const std::string what = fmt::format("entries in {} without audio", annotation.definition->name);
    for (const std::string& key : unused) result_.left_out.add(what, key);
  }

  const CorpusDefinition& definition_;
  PrepareResult& result_;
  LabelMap labels_;
  const LabelSource* source_ = nullptr;
  std::optional<NamePattern> speaker_pattern_;
  std::vector<LoadedAnnotation> loaded_;
  std::unordered_set<std::string> ids_;
};

}  // namespace

void prepare_folder(const CorpusDefinition& definition, const PrepareOptions& options, PrepareResult& result) {
  FolderCorpus corpus(definition, options, result);
  const FileTree tree = list_files(options.root);
  result.manifest.source = tree.root;
  corpus.run(tree);
  result.manifest.labels = definition.canonical_labels();
  const LabelMap labels = label_map_of(definition, options);
  for (const auto& [raw, label] : labels.entries())
    if (std::find(result.manifest.labels.begin(), result.manifest.labels.end(), label) == result.manifest.labels.end())
      result.manifest.labels.push_back(label);
}

}  // namespace ser
