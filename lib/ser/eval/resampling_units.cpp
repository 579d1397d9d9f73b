#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/resampling_units.h>

#include <map>
#include <set>

namespace ser {

ResamplingUnits resampling_units(const PredictionRows& rows, const SpeakerOf& speaker_of, const std::string& unit) {
  ResamplingUnits result;
  std::vector<std::string> keys;
  std::set<std::string> lone;
  bool any = false;
  for (const Prediction* row : rows) {
    const std::string speaker = unit == "utterance" ? "" : speaker_of(*row);
    any |= !speaker.empty();
    if (speaker.empty()) lone.insert(row->id);
    keys.push_back(speaker.empty() ? "utterance\t" + row->id : speaker);
  }
  if (unit == "speaker" && !any)
    throw UsageError("--resample speaker: no speaker is known; give the manifest, or a column 'speaker' in the table");
  if (any) result.kind = "speaker", result.without_speaker = lone.size();
  if (!any) result.reason = unit == "utterance" ? "asked for" : "no speaker is known";
  std::map<std::string, std::size_t> places;
  for (const std::string& key : keys) places.emplace(key, 0);
  for (auto& [key, place] : places) {
    place = result.names.size();
    result.names.push_back(key.starts_with("utterance\t") ? key.substr(10) : key);
  }
  for (const std::string& key : keys) result.of_row.push_back(places.at(key));
  return result;
}

std::string Resampling::text() const {
  if (method == "none") return "no intervals";
  const std::string how = method == "t" ? "jackknife t" : method == "bca" ? "BCa bootstrap" : "percentile bootstrap";
  return fmt::format("{} % by {} ({} {}s, {})", format_number(100 * level), unit, units, unit, how);
}

Resampling describe_resampling(const ResamplingUnits& units, const IntervalOptions& options) {
  return {units.kind,
          chosen_method(options, units.names.size()),
          units.reason,
          units.names.size(),
          units.without_speaker,
          options.level,
          options.draws,
          options.seed};
}

}  // namespace ser
