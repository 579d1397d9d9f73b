#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/formats.h>

namespace ser {

const std::vector<AnnotationFormat>& annotation_formats() {
  static const std::vector<AnnotationFormat> formats{
      table_format(),
      id_list_format(),
      transcript_files_format(),
      iemocap_evaluation_format(),
      iemocap_transcription_format(),
      msp_improv_evaluation_format(),
      msp_podcast_consensus_format(),
      msp_podcast_raters_format(),
      crema_d_votes_format(),
  };
  return formats;
}

std::string without_audio_extension(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  const std::string extension = dot == std::string_view::npos ? "" : to_lower(file_name.substr(dot));
  for (const char* known : {".wav", ".flac", ".avi", ".mp4", ".mp3"})
    if (extension == known) return std::string(file_name.substr(0, dot));
  return std::string(file_name);
}

}  // namespace ser
