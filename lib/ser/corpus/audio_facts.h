#pragma once

#include <ser/corpus/validate.h>

namespace ser {

/// Decodes one utterance and measures it. Never throws DataError: a failure is a fact too.
AudioFacts measure_audio(const Manifest& manifest, const Utterance& utterance, const ValidateOptions& options);

/// Problems of one clip taken by itself.
void check_clip(const Utterance& utterance, const AudioFacts& facts, const std::string& where,
                const ValidateOptions& options, std::vector<Problem>& problems);

/// Problems between clips: the same audio twice, parts of a file that overlap, a rate that few have.
void check_clips_together(const Manifest& manifest, const std::vector<AudioFacts>& facts,
                          const std::vector<std::string>& where, std::vector<Problem>& problems);

/// Distributions, missing speakers and emotions, a speaker with two genders.
void check_annotations(const Manifest& manifest, const std::vector<std::string>& where, const ValidateOptions& options,
                       std::vector<Problem>& problems);

/// Says of each known defect of the corpus whether it is here.
void check_known_defects(const Manifest& manifest, const CorpusDefinition& definition,
                         const std::vector<AudioFacts>& facts, const std::vector<std::string>& where,
                         double silence_rms, std::vector<Problem>& problems);

}  // namespace ser
