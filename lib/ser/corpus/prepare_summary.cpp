#include <ser/base/text.h>
#include <ser/corpus/definition.h>
#include <ser/corpus/prepare.h>

#include <algorithm>
#include <map>
#include <set>

namespace ser {
namespace {

/// Values of a column with counts, in the order of `first`, then by name; empty values last as "(unknown)".
std::vector<std::pair<std::string, std::size_t>> value_counts(const Manifest& manifest, const std::string& column,
                                                              const std::vector<std::string>& first = {}) {
  std::map<std::string, std::size_t> counts;
  for (const Utterance& u : manifest.utterances) ++counts[manifest.column(u, column)];
  std::vector<std::pair<std::string, std::size_t>> ordered;
  for (const std::string& value : first)
    if (const auto at = counts.find(value); at != counts.end()) ordered.emplace_back(*at), counts.erase(at);
  const std::size_t unknown = counts[""];
  counts.erase("");
  ordered.insert(ordered.end(), counts.begin(), counts.end());
  if (unknown) ordered.emplace_back("(unknown)", unknown);
  return ordered;
}

std::string counts_line(const std::string& title, const std::vector<std::pair<std::string, std::size_t>>& counts) {
  if (counts.empty() || (counts.size() == 1 && counts[0].first == "(unknown)")) return "";
  std::string line = fmt::format("{:<12}", title + ":");
  for (std::size_t i = 0; i < counts.size(); ++i)
    line += fmt::format("{}{} {}", i ? ", " : " ", counts[i].first, counts[i].second);
  return line + '\n';
}

std::size_t filled(const Manifest& manifest, const std::string& column) {
  return static_cast<std::size_t>(
      std::count_if(manifest.utterances.begin(), manifest.utterances.end(),
                    [&](const Utterance& u) { return !manifest.column(u, column).empty(); }));
}

std::string filled_line(const Manifest& manifest) {
  std::string line;
  for (const char* column : {"text", "age", "arousal", "valence", "dominance", "distribution"})
    if (const std::size_t count = filled(manifest, column))
      line += fmt::format("{}{} {}", line.empty() ? "" : ", ", column, count);
  return line.empty() ? "" : fmt::format("{:<12} {}\n", "annotated:", line);
}

}  // namespace

std::string format_summary(const PrepareResult& result) {
  const Manifest& manifest = result.manifest;
  std::set<std::string> speakers;
  for (const Utterance& u : manifest.utterances)
    if (!u.speaker.empty()) speakers.insert(u.speaker);
  std::string text = fmt::format("{}: {}\nutterances:  {}\nspeakers:    {}\n", manifest.corpus, result.title,
                                 manifest.utterances.size(), speakers.size());
  text += fmt::format("labels from: {}\n", result.label_source);
  text += counts_line("emotions", value_counts(manifest, "emotion", manifest.labels));
  text += counts_line("genders", value_counts(manifest, "gender"));
  text += counts_line("splits", value_counts(manifest, "split", {"train", "dev", "test"}));
  text += filled_line(manifest);
  if (!result.differences.empty()) {
    text += "\nThe complete corpus differs from what is here:\n";
    for (const CountDifference& difference : result.differences)
      text += fmt::format("  {}: {} here, {} in the complete corpus\n", difference.what, difference.found,
                          difference.expected);
  }
  if (!result.left_out.all().empty()) text += "\nLeft out or missing:\n";
  for (const Tally& tally : result.left_out.all())
    text += fmt::format("  {} {}: {}{}\n", tally.count, tally.what, join(tally.examples, ", "),
                        tally.count > tally.examples.size() ? ", ..." : "");
  if (!result.notes.empty()) text += "\nNotes:\n";
  for (const std::string& note : result.notes) text += "  " + note + '\n';
  return text;
}

std::string format_corpus_list() {
  std::string text;
  for (const std::string& name : known_corpora()) {
    const CorpusDefinition definition = load_corpus_definition(corpus_definition_path(name));
    text += fmt::format("{:<12} {}\n", name, definition.title);
    for (const auto& [what, value] :
         {std::pair{"licence", definition.licence}, {"homepage", definition.homepage}, {"obtain", definition.obtain}})
      if (!value.empty()) text += fmt::format("{:<12} {}: {}\n", "", what, join(split_words(value), " "));
  }
  text += fmt::format("{:<12} Kaldi data folder (wav.scp, segments, utt2spk, text, utt2emo, spk2gender)\n", "kaldi");
  return text;
}

}  // namespace ser
