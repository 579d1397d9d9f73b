#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/folder_corpus.h>
#include <ser/corpus/kaldi.h>
#include <ser/corpus/prepare.h>
#include <ser/corpus/utterance_columns.h>

#include <algorithm>
#include <set>

namespace ser {
namespace {

/// A mistyped root and a mistyped name are told apart before any work.
void check_options(const PrepareOptions& options) {
  if (options.corpus.empty() && options.definition.empty())
    throw UsageError("corpus: is missing; --list-corpora shows the known ones");
  const bool is_list = options.corpus == "list" || (!options.list.empty() && !options.definition.empty());
  if (options.root.empty() && !is_list) throw UsageError("root: the folder of the corpus is missing");
  if (!options.list.empty() && !is_list)
    throw_error<UsageError>("list: goes with --corpus list, not with {}", options.corpus);
  if (!options.columns.empty() && !is_list) throw UsageError("columns: goes with --corpus list");
  if (options.allow_pipes && options.corpus != "kaldi") throw UsageError("allow_pipes: goes with --corpus kaldi");
  if (!options.labels_from.empty() && (is_list || options.corpus == "kaldi"))
    throw_error<UsageError>("labels_from: the corpus {} has one kind of label", options.corpus);
}

CorpusDefinition definition_for(const PrepareOptions& options) {
  if (!options.definition.empty()) return load_corpus_definition(options.definition);
  return load_corpus_definition(corpus_definition_path(options.corpus == "kaldi" ? "list" : options.corpus));
}

std::size_t speaker_count(const Manifest& manifest) {
  std::set<std::string> speakers;
  for (const Utterance& u : manifest.utterances)
    if (!u.speaker.empty()) speakers.insert(u.speaker);
  return speakers.size();
}

void compare_counts(const CorpusDefinition& definition, PrepareResult& result) {
  const auto compare = [&](const std::string& what, std::size_t expected, std::size_t found) {
    if (expected != found) result.differences.push_back({what, expected, found});
  };
  const auto& utterances = result.manifest.utterances;
  if (definition.expected_utterances) compare("utterances", *definition.expected_utterances, utterances.size());
  if (definition.expected_speakers) compare("speakers", *definition.expected_speakers, speaker_count(result.manifest));
  if (!definition.label_sources.empty() && result.label_source != definition.label_sources.front().name) return;
  for (const ExpectedCount& count : definition.expected) {
    const auto counted = std::count_if(utterances.begin(), utterances.end(), [&](const Utterance& u) {
      return std::find(count.labels.begin(), count.labels.end(), u.emotion) != count.labels.end();
    });
    compare(count.what, count.count, static_cast<std::size_t>(counted));
  }
}

}  // namespace

void describe_options(OptionTable& table, PrepareOptions& options) {
  table.add("corpus", options.corpus, "name of a known corpus (--list-corpora), 'list' for a CSV or TSV, or 'kaldi'");
  table.add("root", options.root, "folder of the corpus as it was unpacked; lists: what paths are relative to");
  table.add("out", options.out, "folder of the manifest to write");
  table.add("definition", options.definition, "corpus definition (YAML) in place of the shipped one");
  table.add("labels_from", options.labels_from,
            "which label becomes the emotion, where a corpus has several (crema-d: acted, voice, audiovisual); "
            "default: the first of the definition");
  table.add("name", options.name,
            "short name of the corpus in protocols and tables, for lists and Kaldi folders; by default that of the "
            "definition");
  table.add("id_prefix", options.id_prefix, "put before every id, to keep ids of several corpora apart");
  table.add("list", options.list, "CSV or TSV with a header line, for --corpus list");
  table.add("columns", options.columns,
            "lists: which column is which, as wav=clip,emotion=Label; others are found by their usual names");
  table.add("label_map", options.label_map, "raw labels to canonical ones, as joyful=happiness,irate=anger");
  table.add("speaker_pattern", options.speaker_pattern,
            "regular expression searched in the relative path; its named groups, such as (?<speaker>[A-Z]+), fill the "
            "columns of these names");
  table.add("kaldi_out", options.kaldi_out, "also write a Kaldi data folder here");
  table.add("allow_pipes", options.allow_pipes, "kaldi: run the commands in wav.scp and store what they write");
}

void Tallies::add(const std::string& what, const std::string& example) {
  auto at = std::find_if(tallies_.begin(), tallies_.end(), [&](const Tally& tally) { return tally.what == what; });
  if (at == tallies_.end()) at = tallies_.insert(tallies_.end(), {what, 0, {}});
  ++at->count;
  if (at->examples.size() < 5) at->examples.push_back(example);
}

std::size_t Tallies::count(const std::string& what) const {
  const auto at =
      std::find_if(tallies_.begin(), tallies_.end(), [&](const Tally& tally) { return tally.what == what; });
  return at == tallies_.end() ? 0 : at->count;
}

PrepareResult prepare_corpus(const PrepareOptions& options) {
  check_options(options);
  const CorpusDefinition definition = definition_for(options);
  PrepareResult result;
  result.manifest.corpus = !options.name.empty()    ? options.name
                           : options.corpus.empty() ? definition.name
                                                    : options.corpus;
  result.title = options.corpus == "kaldi" ? "Kaldi data folder" : definition.title;
  if (options.corpus == "kaldi")
    prepare_kaldi(definition, options, result);
  else if (definition.patterns.empty())
    prepare_list(definition, options, result);
  else
    prepare_folder(definition, options, result);
  finish_ids(result.manifest, options.id_prefix);
  compare_counts(definition, result);
  if (!options.out.empty()) {
    if (is_manifest(options.out))
      if (const std::string before = read_manifest(options.out).corpus; before != result.manifest.corpus)
        throw_error<UsageError>("{}: holds the manifest of {}; choose another --out, or remove it first", options.out,
                                before);
    write_manifest(result.manifest, options.out);
  }
  if (!options.kaldi_out.empty()) export_kaldi(result.manifest, options.kaldi_out);
  return result;
}

}  // namespace ser
