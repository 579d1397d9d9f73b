// Tiny corpora in their official layouts, with made-up annotations and half a second of noise per clip.
#pragma once

#include <ser/audio/reader.h>
#include <ser/base/file.h>
#include <ser/base/random.h>
#include <ser/corpus/prepare.h>

#include <string>

#include "support/files.h"

namespace ser::test {

/// Noise that depends on `seed` alone; two clips of one seed are the same audio.
inline Waveform clip(const std::string& seed, double seconds = 0.5, int rate_hz = 16000) {
  Random random(1, "clip", 0, seed);
  Waveform wave{{}, rate_hz};
  const auto samples = static_cast<std::size_t>(seconds * rate_hz);
  for (std::size_t i = 0; i < samples; ++i) wave.samples.push_back(static_cast<float>(random.uniform(-0.1, 0.1)));
  return wave;
}

struct CorpusTree {
  TemporaryFolder folder;

  void audio(const std::string& name, const std::string& seed = "") const {
    write_wav(folder / name, clip(seed.empty() ? name : seed));
  }
  void text(const std::string& name, const std::string& content) const { write_file(folder / name, content); }

  PrepareOptions options(const std::string& corpus) const {
    PrepareOptions options;
    options.corpus = corpus;
    options.root = folder.path().string();
    const std::string file = corpus == "kaldi" ? "list" : corpus;
    options.definition = (std::filesystem::path(SER_SOURCE_DIR) / "corpora" / (file + ".yaml")).string();
    return options;
  }
  PrepareResult prepare(const std::string& corpus) const { return prepare_corpus(options(corpus)); }

  /// The message of the error that preparing ends with; empty when there is none.
  std::string error(const std::string& corpus) const {
    try {
      prepare(corpus);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

inline const Utterance& utterance(const PrepareResult& result, const std::string& id) {
  for (const Utterance& u : result.manifest.utterances)
    if (u.id == id) return u;
  throw std::runtime_error("no utterance " + id);
}

}  // namespace ser::test
