// Manifests made in memory for tests of protocols.
#pragma once

#include <ser/base/random.h>
#include <ser/corpus/label_space.h>
#include <ser/corpus/manifest.h>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ser::made {

inline const std::vector<std::string> emotions{"anger", "happiness", "neutral", "sadness"};

inline void add(Manifest& manifest, const std::string& speaker, const std::string& emotion, int count) {
  for (int n = 0; n < count; ++n) {
    Utterance u;
    u.id = manifest.corpus + "-" + speaker + "-" + emotion + "-" + std::to_string(n);
    u.wav = u.id + ".wav";
    u.speaker = speaker;
    u.emotion = emotion;
    manifest.utterances.push_back(u);
  }
}

inline Manifest empty(const std::string& corpus) {
  Manifest manifest;
  manifest.corpus = corpus;
  manifest.labels = emotions;
  manifest.source = "/made/" + corpus;
  return manifest;
}

/// Every speaker says every emotion equally often.
inline Manifest balanced(const std::string& corpus, int speakers, int per_cell) {
  Manifest manifest = empty(corpus);
  for (int s = 0; s < speakers; ++s)
    for (const std::string& emotion : emotions) add(manifest, "s" + std::to_string(s), emotion, per_cell);
  return manifest;
}

/// Speakers with random numbers of utterances, none of some emotions; every emotion has at least four speakers.
inline Manifest uneven(const std::string& corpus, std::uint64_t seed) {
  Random random(seed, "uneven corpus");
  Manifest manifest = empty(corpus);
  const int speakers = 8 + static_cast<int>(random.below(20));
  for (int s = 0; s < speakers; ++s)
    for (std::size_t e = 0; e < emotions.size(); ++e)
      if (s < 4 || random.uniform() < 0.6)
        add(manifest, "s" + std::to_string(s), emotions[e], 1 + static_cast<int>(random.below(12)));
  return manifest;
}

inline LabelSpace four_classes() {
  return {"4class", emotions, {{"anger", 0}, {"happiness", 1}, {"neutral", 2}, {"sadness", 3}}, false, {}};
}

/// A folder that is removed at the end of the test.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path(std::filesystem::temp_directory_path() / ("ser-" + name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code code;
    std::filesystem::remove_all(path, code);
  }
  std::filesystem::path path;
};

}  // namespace ser::made
