// "iemocap-evaluation": dialog/EmoEvaluation/<dialog>.txt; "iemocap-transcription": dialog/transcriptions/<dialog>.txt.
// Busso et al., Language Resources and Evaluation 42 (2008).
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>

namespace ser {
namespace {

/// The numbers of "[1.5000, 3.0000, 2.5000]" or "[1.5 - 3.2]", as they are written. Empty when it is not such a list.
std::vector<std::string> bracketed(std::string_view text, char separator, std::size_t count) {
  text = trim(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return {};
  std::vector<std::string> numbers;
  for (const std::string& piece : split(text.substr(1, text.size() - 2), separator)) {
    numbers.emplace_back(trim(piece));
    if (!parse_double(numbers.back())) return {};
  }
  return numbers.size() == count ? numbers : std::vector<std::string>{};
}

/// "Ses01F_impro01_FXX0": the speaker could not be told; such turns have no audio file of their own.
bool is_unattributed(std::string_view turn) { return turn.find("_FXX") != turn.npos || turn.find("_MXX") != turn.npos; }

/// Collects the rater lines of one turn and stores the votes when the next one begins.
struct Turn {
  AnnotationEntry* entry = nullptr;
  std::vector<std::pair<std::string, double>> votes;

  void finish() {
    if (entry) entry->distributions[0] = normalised(votes);
    entry = nullptr;
    votes.clear();
  }
};

AnnotationEntry* read_turn_line(AnnotationTable& table, std::size_t file, std::size_t line, std::string_view text,
                                std::size_t& unattributed) {
  const std::vector<std::string> fields = split(text, '\t');
  const auto times = fields.size() == 4 ? bracketed(fields[0], '-', 2) : std::vector<std::string>{};
  const auto means = fields.size() == 4 ? bracketed(fields[3], ',', 3) : std::vector<std::string>{};
  if (times.empty() || means.empty())
    throw_error<DataError>("{}: expected '[start - end]<TAB>turn<TAB>emotion<TAB>[v, a, d]', found '{}'",
                           table.where(file, line), text);
  const std::string turn{trim(fields[1])};
  if (is_unattributed(turn)) {
    ++unattributed;
    return nullptr;
  }
  AnnotationEntry& entry = table.add(turn, file, line);
  entry.values = {std::string(trim(fields[2])), means[0], means[1], means[2], times[0], times[1]};
  return &entry;
}

/// "C-E1:<TAB>Anger; Frustration;<TAB>(comment)": a rater's categories share the rater's one vote. Self-evaluations
/// (C-F1, C-M1) are left out.
void read_rater_line(std::string_view text, const std::string& where, Turn& turn) {
  const std::vector<std::string> fields = split(text, '\t');
  if (fields.size() < 2 || !fields[0].ends_with(':'))
    throw_error<DataError>("{}: expected 'C-E1:<TAB>categories;', found '{}'", where, text);
  if (!text.starts_with("C-E")) return;
  std::vector<std::string> categories;
  for (const std::string& piece : split(fields[1], ';'))
    if (!trim(piece).empty()) categories.emplace_back(trim(piece));
  for (const std::string& category : categories)
    turn.votes.emplace_back(category, 1.0 / static_cast<double>(categories.size()));
}

void read_evaluation(const AnnotationDefinition&, AnnotationTable& table) {
  std::size_t unattributed = 0;
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    Turn turn;
    for_each_line(read_file(table.files[file]), [&](std::size_t line, std::string_view text) {
      if (trim(text).empty() || text.starts_with('%') || text.starts_with("A-")) return;
      if (text.starts_with("C-")) return read_rater_line(text, table.where(file, line), turn);
      if (!text.starts_with('['))
        throw_error<DataError>("{}: neither a turn '[...' nor a rater's line 'C-...' or 'A-...': '{}'",
                               table.where(file, line), text);
      turn.finish();
      turn.entry = read_turn_line(table, file, line, text, unattributed);
    });
    turn.finish();
  }
  if (unattributed) table.notes.push_back(fmt::format("{} turns of no known speaker (XX) left out", unattributed));
}

/// "Ses01F_impro01_F000 [001.5000-003.2500]: Some words."; other lines are stage directions and overlaps.
void read_transcription(const AnnotationDefinition&, AnnotationTable& table) {
  std::size_t skipped = 0;
  for (std::size_t file = 0; file < table.files.size(); ++file)
    for_each_line(read_file(table.files[file]), [&](std::size_t line, std::string_view text) {
      if (trim(text).empty()) return;
      const auto space = text.find(" [");
      const auto colon = space == text.npos ? text.npos : text.find("]:", space);
      if (!text.starts_with("Ses") || colon == text.npos || is_unattributed(text.substr(0, space))) {
        ++skipped;
        return;
      }
      if (bracketed(text.substr(space, colon + 1 - space), '-', 2).empty())
        throw_error<DataError>("{}: expected 'turn [start-end]: words', found '{}'", table.where(file, line), text);
      table.add(std::string(text.substr(0, space)), file, line).values[0] = trim(text.substr(colon + 2));
    });
  if (skipped) table.notes.push_back(fmt::format("{} lines that are no turn of a known speaker left out", skipped));
}

}  // namespace

AnnotationFormat iemocap_evaluation_format() {
  return {"iemocap-evaluation",
          "IEMOCAP dialog/EmoEvaluation/*.txt: consensus, mean valence, activation, dominance, raters' votes",
          {"emotion", "valence", "arousal", "dominance", "turn_start", "turn_end"},
          {"raters"},
          read_evaluation};
}

AnnotationFormat iemocap_transcription_format() {
  return {"iemocap-transcription",
          "IEMOCAP dialog/transcriptions/*.txt: the words of each turn",
          {"text"},
          {},
          read_transcription};
}

}  // namespace ser
