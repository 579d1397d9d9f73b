// The known annotation formats, one file each. To add one: write <name>.cpp, declare it here, list it in registry.cpp.
#pragma once

#include <ser/corpus/annotations.h>

namespace ser {

AnnotationFormat table_format();
AnnotationFormat id_list_format();
AnnotationFormat transcript_files_format();
AnnotationFormat iemocap_evaluation_format();
AnnotationFormat iemocap_transcription_format();
AnnotationFormat msp_improv_evaluation_format();
AnnotationFormat msp_podcast_consensus_format();
AnnotationFormat msp_podcast_raters_format();
AnnotationFormat crema_d_votes_format();

/// "MSP-PODCAST_0001_0008.wav" -> "MSP-PODCAST_0001_0008"; only audio and video extensions are taken off.
std::string without_audio_extension(std::string_view file_name);

}  // namespace ser
