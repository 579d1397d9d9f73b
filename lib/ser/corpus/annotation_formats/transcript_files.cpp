// "transcript-files": one text file per utterance, named after it.
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>

namespace ser {
namespace {

void read(const AnnotationDefinition&, AnnotationTable& table) {
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    std::vector<std::string> words;
    for_each_line(read_file(table.files[file]), [&](std::size_t, std::string_view line) {
      for (std::string& word : split_words(line)) words.push_back(std::move(word));
    });
    table.add(table.files[file].stem().string(), file, 1).values[0] = join(words, " ");
  }
}

}  // namespace

AnnotationFormat transcript_files_format() {
  return {"transcript-files", "one text file per utterance, named after it", {"text"}, {}, read};
}

}  // namespace ser
