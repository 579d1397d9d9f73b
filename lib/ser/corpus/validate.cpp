#include <ser/base/error.h>
#include <ser/base/parallel.h>
#include <ser/base/progress.h>
#include <ser/base/signals.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/config/yaml.h>
#include <ser/corpus/audio_facts.h>
#include <ser/corpus/validate.h>

#include <algorithm>
#include <unordered_map>

namespace ser {
namespace fs = std::filesystem;
namespace {

const char* severity_name(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

/// "utterances.tsv:12" of every utterance.
std::vector<std::string> places_of(const fs::path& folder) {
  const Table table = read_table(folder / "utterances.tsv");
  std::vector<std::string> where;
  for (const std::size_t line : table.lines) where.push_back(fmt::format("utterances.tsv:{}", line));
  return where;
}

void check_checksum(const fs::path& folder, const Manifest& manifest, std::vector<Problem>& problems) {
  const YAML::Node yaml = read_yaml<DataError>((folder / "manifest.yaml").string());
  const YAML::Node checksum = yaml["checksum"];
  if (checksum && checksum.IsScalar() && checksum.Scalar() != manifest.checksum())
    problems.push_back(
        {Severity::warning, "checksum", "", "manifest.yaml", "utterances.tsv was changed after it was written"});
}

std::vector<AudioFacts> measure_all(const Manifest& manifest, const ValidateOptions& options, int threads) {
  std::vector<AudioFacts> facts(manifest.utterances.size());
  Progress progress("validate", facts.size());
  ordered_parallel_for<AudioFacts>(
      facts.size(), threads, [&](std::size_t i) { return measure_audio(manifest, manifest.utterances[i], options); },
      [&](std::size_t i, AudioFacts&& measured) {
        throw_if_interrupted();
        measured.failure.empty() ? progress.done(measured.seconds) : progress.failed();
        facts[i] = std::move(measured);
      });
  return facts;
}

void summarise(const std::vector<AudioFacts>& facts, ValidateResult& result) {
  result.utterances = facts.size();
  bool any = false;
  for (const AudioFacts& one : facts) {
    if (!one.failure.empty()) continue;
    result.audio_seconds += one.seconds;
    result.shortest_seconds = any ? std::min(result.shortest_seconds, one.seconds) : one.seconds;
    result.longest_seconds = std::max(result.longest_seconds, one.seconds);
    ++result.rates[one.rate_hz];
    any = true;
  }
}

/// By utterance; within one, as found.
void sort_problems(const Manifest& manifest, std::vector<Problem>& problems) {
  std::unordered_map<std::string, std::size_t> order;
  for (std::size_t i = 0; i < manifest.utterances.size(); ++i) order[manifest.utterances[i].id] = i;
  const auto place = [&](const Problem& problem) {
    const auto at = order.find(problem.id);
    return at == order.end() ? order.size() : at->second;
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const Problem& a, const Problem& b) { return place(a) < place(b); });
}

}  // namespace

void describe_options(OptionTable& table, ValidateOptions& options) {
  table.add("hash_audio", options.hash_audio, "find duplicate audio by a hash of the decoded samples");
  table.add("min_seconds", options.min_seconds, "shorter clips are named").at_least(0).unit("s");
  table.add("max_seconds", options.max_seconds, "longer clips are named").at_least(0).unit("s");
  table.add("silence_rms", options.silence_rms, "clips with a lower RMS are silent (full scale is 1)").range(0, 1);
  table.add("max_full_scale", options.max_full_scale, "clips with more samples at full scale are clipped").at_least(0);
  table.add("max_sum_error", options.max_sum_error, "distributions further from a sum of 1 are errors").range(0, 1);
}

std::size_t ValidateResult::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(problems.begin(), problems.end(), [&](const Problem& p) { return p.severity == severity; }));
}

ValidateResult validate_manifest(const fs::path& given, const ValidateOptions& options, int threads,
                                 const std::optional<CorpusDefinition>& definition) {
  const fs::path folder = given.filename() == "utterances.tsv" ? given.parent_path() : given;
  const Manifest manifest = read_manifest(folder);
  const std::vector<std::string> where = places_of(folder);
  ValidateResult result;
  const std::vector<AudioFacts> facts = measure_all(manifest, options, threads);
  summarise(facts, result);
  for (std::size_t i = 0; i < facts.size(); ++i)
    check_clip(manifest.utterances[i], facts[i], where[i], options, result.problems);
  check_clips_together(manifest, facts, where, result.problems);
  check_annotations(manifest, where, options, result.problems);
  check_checksum(folder, manifest, result.problems);
  if (definition)
    check_known_defects(manifest, *definition, facts, where, options.silence_rms, result.problems);
  else
    result.problems.push_back({Severity::note, "known-defects", "", "manifest.yaml",
                               fmt::format("not checked: no definition of the corpus '{}'", manifest.corpus)});
  if (!options.hash_audio)
    result.problems.push_back({Severity::note, "duplicate", "", "manifest.yaml", "not checked: no hash was asked for"});
  sort_problems(manifest, result.problems);
  return result;
}

std::string format_problems(const ValidateResult& result) {
  std::string text = tsv_line({"severity", "kind", "id", "where", "message"}) + '\n';
  for (const Problem& p : result.problems)
    text += tsv_line({severity_name(p.severity), p.kind, p.id, p.where, p.message}) + '\n';
  return text;
}

std::string format_validation_summary(const ValidateResult& result) {
  std::string text = fmt::format("{} utterances, {:.2f} h, {:.2f} to {:.2f} s", result.utterances,
                                 result.audio_seconds / 3600, result.shortest_seconds, result.longest_seconds);
  for (const auto& [rate, count] : result.rates) text += fmt::format(", {} at {} Hz", count, rate);
  std::map<std::pair<Severity, std::string>, std::size_t> kinds;
  for (const Problem& p : result.problems) ++kinds[{p.severity, p.kind}];
  text += fmt::format("\n{} errors, {} warnings", result.count(Severity::error), result.count(Severity::warning));
  for (const auto& [kind, count] : kinds)
    text += fmt::format("\n  {:<8} {:<16} {}", severity_name(kind.first), kind.second, count);
  return text;
}

}  // namespace ser
