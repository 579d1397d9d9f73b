// Kaldi data folders: wav.scp, segments, utt2spk, text, utt2emo, spk2gender. See "Data preparation" in Kaldi's
// documentation.
#pragma once

#include <ser/corpus/definition.h>
#include <ser/corpus/prepare.h>

#include <filesystem>

namespace ser {

/// Reads a Kaldi data folder; utt2emo holds "<utterance> <label>". A command pipe in wav.scp is a DataError with
/// file:line, unless options.allow_pipes: then the command is run by the shell and its output stored as
/// <out>/wav/<recording>.wav. "flac -c -d -s FILE |" is no pipe to us: the file is read directly. Other malformed
/// lines, missing recordings and unknown labels are DataErrors with file:line too.
void prepare_kaldi(const CorpusDefinition& definition, const PrepareOptions& options, PrepareResult& result);

/// Writes a Kaldi data folder, sorted in the C locale: wav.scp, utt2spk, spk2utt, text, utt2emo, spk2gender and, where
/// utterances are parts of files, segments. FLAC files are given as Kaldi needs them, "flac -c -d -s FILE |". An
/// unknown speaker is the utterance itself, as Kaldi recommends.
void export_kaldi(const Manifest& manifest, const std::filesystem::path& folder);

}  // namespace ser
