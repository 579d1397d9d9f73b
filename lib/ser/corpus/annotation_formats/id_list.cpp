// "id-list": one id per line, an optional header line; the file an id stands in says its part.
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>

namespace ser {
namespace {

void read(const AnnotationDefinition& definition, AnnotationTable& table) {
  for (std::size_t file = 0; file < table.files.size(); ++file) {
    const std::string name = table.files[file].filename().string();
    const auto part = definition.parts.find(name);
    if (part == definition.parts.end()) {
      table.notes.push_back(table.files[file].string() + " is under no key of 'parts' and was left out");
      continue;
    }
    for_each_line(read_file(table.files[file]), [&](std::size_t line, std::string_view text) {
      const std::string id = without_audio_extension(trim(text));
      const bool header = line == 1 && id.find_first_of("0123456789") == std::string::npos;
      if (id.empty() || header) return;
      if (id.find_first_of(" \t,;") != std::string::npos)
        throw_error<DataError>("{}: expected one id, found '{}'", table.where(file, line), id);
      table.add(id, file, line).values[0] = part->second;
    });
  }
}

}  // namespace

AnnotationFormat id_list_format() {
  return {"id-list", "one id per line; 'parts' says which value each file name stands for", {"part"}, {}, read};
}

}  // namespace ser
