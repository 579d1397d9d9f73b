// "msp-improv-evaluation": Evaluation.txt. Busso et al., IEEE TAFFC 8(1), 2017.
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>
#include <ser/corpus/annotation_formats/semicolon_fields.h>

namespace ser {
namespace {

/// "UTD-IMPROV-S01A-F01-P-FM01.avi" -> "MSP-IMPROV-S01A-F01-P-FM01", the name of the audio file.
std::string utterance_of(const std::string& name) {
  const std::string stem = without_audio_extension(name);
  return stem.starts_with("UTD-") ? "MSP-" + stem.substr(4) : stem;
}

bool names_utterance(const std::string& text) { return text.starts_with("UTD-") || text.starts_with("MSP-"); }

void read(const AnnotationDefinition&, AnnotationTable& table) {
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    RaterVotes raters;
    for_each_line(read_file(table.files[file]), [&](std::size_t line, std::string_view text) {
      const std::vector<std::string> fields = semicolon_fields(text);
      if (fields.empty()) return;
      const std::string where = table.where(file, line);
      if (!names_utterance(fields[0])) return raters.add_line(fields, where);
      if (fields.size() != 6)
        throw_error<DataError>("{}: expected 'name; label; A:..; V:..; D:..; N:..;', found '{}'", where, text);
      raters.finish();
      AnnotationEntry& entry = table.add(utterance_of(fields[0]), file, line);
      entry.values = {fields[1], scored(fields[2], 'A', where), scored(fields[3], 'V', where),
                      scored(fields[4], 'D', where), scored(fields[5], 'N', where)};
      raters.begin(entry);
    });
    raters.finish();
  }
}

}  // namespace

AnnotationFormat msp_improv_evaluation_format() {
  return {"msp-improv-evaluation",
          "MSP-IMPROV Evaluation.txt: consensus, mean activation, valence, dominance, naturalness, raters' votes",
          {"emotion", "arousal", "valence", "dominance", "naturalness"},
          {"raters"},
          read};
}

}  // namespace ser
