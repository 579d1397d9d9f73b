#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/eval/guards.h>

#include <algorithm>
#include <set>

namespace ser {
namespace {

using Kind = Note::Kind;
using Names = std::vector<std::string>;

void note_folds(const RunInfo& run, const PredictionRows& rows, std::vector<Note>& notes) {
  std::set<std::string> folds;
  for (const Prediction* row : rows) folds.insert(row->fold);
  Names missing, unknown;
  for (const FoldInfo& fold : run.folds)
    if (!folds.contains(fold.name)) missing.push_back(fold.name);
  for (const std::string& fold : folds)
    if (!run.folds.empty() && !run.fold(fold)) unknown.push_back(fold);
  if (!missing.empty())
    notes.push_back({Kind::warning, "folds-missing",
                     fmt::format("{} of the {} folds in run.yaml have no predictions here: {}.", missing.size(),
                                 run.folds.size(), first_names(missing))});
  if (!unknown.empty())
    notes.push_back(
        {Kind::warning, "folds-unknown", fmt::format("Folds that run.yaml does not list: {}.", first_names(unknown))});
}

/// run.yaml says in `selection` on which part the options and the epoch of the model were chosen.
void note_selection(const RunInfo& run, std::vector<Note>& notes) {
  const auto at = std::find_if(run.further.begin(), run.further.end(),
                               [](const auto& entry) { return entry.first == "selection"; });
  if (at == run.further.end()) {
    notes.push_back({Kind::not_checked, "selection",
                     "Whether options or epochs were chosen on the test part: not recorded beside the predictions "
                     "(run.yaml, key 'selection')."});
  } else if (at->second.find("test") != std::string::npos) {
    notes.push_back({Kind::warning, "selection-on-test",
                     fmt::format("The model was chosen by its test part (selection: {}): its figures are optimistic.",
                                 at->second)});
  } else {
    notes.push_back({Kind::information, "selection", fmt::format("The model was chosen by: {}.", at->second)});
  }
}

}  // namespace

std::vector<Note> run_notes(const RunInfo& run, const PredictionRows& rows) {
  std::vector<Note> notes;
  note_folds(run, rows, notes);
  if (!run.speaker_dependent)
    notes.push_back({Kind::not_checked, "speaker-dependence",
                     "Whether training and test share speakers: not recorded beside the predictions (run.yaml)."});
  note_selection(run, notes);
  return notes;
}

}  // namespace ser
