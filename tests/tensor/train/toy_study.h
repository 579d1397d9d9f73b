// A small study in memory: clips of frames (or tones) whose classes, dimensions and distributions can be learnt.
#pragma once

#include <ser/base/random.h>
#include <ser/experiment/cell.h>
#include <ser/experiment/network_cell.h>
#include <ser/features/embedding_set.h>
#include <ser/features/feature_set.h>
#include <support/files.h>

#include <atomic>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

namespace ser::test {

constexpr std::size_t toy_columns = 8;

class ToyClips final : public ClipReader {
 public:
  Matrix read(std::size_t row) const override {
    const int before = reads++;
    if (before_read) before_read(before);
    return clips[row];
  }
  double seconds(std::size_t row) const override { return static_cast<double>(clips[row].rows) / rate; }

  std::vector<Matrix> clips;
  double rate = 100;
  std::function<void(int)> before_read;  ///< called with the number of reads before
  mutable std::atomic<int> reads = 0;
};

/// Three classes; clip i has class i mod 3. Frames: noise, with 2.5 added to the class's column. Tones: one pitch per
/// class. Arousal, valence, dominance are means of the first three columns; the distribution favours the class.
struct ToyStudy {
  TemporaryFolder folder;
  StudyData data;
  Fold fold;
  ToyClips clips;
  NetworkConfig config;
  int seed = 7, threads = 1;

  explicit ToyStudy(std::size_t train = 24, std::size_t dev = 6, std::size_t test = 3) {
    const std::vector<std::string> classes{"anger", "joy", "sadness"};
    data.protocol.labels = {"toy", classes, {{"anger", 0}, {"joy", 1}, {"sadness", 2}}, false, {}};
    data.protocol.corpora = {{"toy", train + dev + test, "0"}};
    Manifest manifest;
    manifest.corpus = "toy";
    manifest.labels = classes;
    fold = {"1", "self", {"toy"}, {"toy"}, {}};
    for (std::size_t i = 0; i < train + dev + test; ++i) {
      Utterance u;
      u.id = fmt::format("clip{:03}", i);
      u.emotion = classes[i % 3];
      clips.clips.push_back(frames(u.id, i % 3));
      set_targets(u, clips.clips.back(), i % 3);
      manifest.utterances.push_back(u);
      data.protocol.utterances.push_back({0, u.id, static_cast<int>(i % 3), u.id});
      data.utterance_of_row.push_back(i);
      data.manifest_row.push_back(i);
      fold.parts.push_back(i < train ? Part::train : i < train + dev ? Part::dev : Part::test);
    }
    data.manifests.push_back(manifest);
    FeatureConfig front_end;
    front_end.set_name = "mfcc";
    front_end.level_name = "lld";
    data.feature_signature = front_end.signature();
    for (std::size_t k = 0; k < toy_columns; ++k) data.feature_names.push_back("c" + std::to_string(k));
    config.training.batch_clips = 8;
    config.training.learning_rate = 1e-2;
    config.training.warmup = 0;
    config.training.schedule = "constant";
  }

  /// Tones of 0.2 to 0.3 s for a tiny encoder of tests/golden/encoders.
  void hear(const std::string& encoder) {
    clips.rate = 16000;
    for (std::size_t i = 0; i < clips.clips.size(); ++i) {
      Random random(1, "tone", 0, data.id(i));
      Matrix tone(3200 + random.below(1600), 1);
      for (std::size_t t = 0; t < tone.rows; ++t)
        tone.values[t] =
            static_cast<float>(0.1 * random.normal() + 0.3 * std::sin(2 * std::numbers::pi * 300.0 *
                                                                      static_cast<double>((1 + i % 3) * t) / 16000));
      clips.clips[i] = tone;
    }
    FeatureConfig front_end;
    front_end.set_name = "waveform";
    front_end.level_name = "lld";
    front_end.rate_hz = 16000;
    data.feature_signature = front_end.signature();
    data.feature_names = {"sample"};
    config.network.encoder.model = golden(std::string("encoders/") + encoder).string();
    config.network.encoder.model_hash = hash_of_model(config.network.encoder.model);
  }

  NetworkCell cell(const std::string& name = "cell") const {
    BundleDescription description = describe_cell(data, fold, seed);
    description.kind = description.learner = "network";
    return {data, clips, fold, seed, config, folder / name, std::move(description), threads};
  }

 private:
  static Matrix frames(const std::string& id, std::size_t label) {
    Random random(1, "frames", 0, id);
    Matrix clip(20 + random.below(40), toy_columns);
    std::vector<double> offsets;
    for (int k = 0; k < 3; ++k) offsets.push_back(0.5 * random.normal());
    for (std::size_t t = 0; t < clip.rows; ++t)
      for (std::size_t k = 0; k < toy_columns; ++k)
        clip(t, k) = static_cast<float>(0.5 * random.normal() + (k == label ? 2.5 : 0) + (k < 3 ? offsets[k] : 0));
    return clip;
  }
  static void set_targets(Utterance& u, const Matrix& clip, std::size_t label) {
    std::vector<double> means(3);
    for (std::size_t t = 0; t < clip.rows; ++t)
      for (std::size_t k = 0; k < 3; ++k) means[k] += static_cast<double>(clip(t, k)) / static_cast<double>(clip.rows);
    u.arousal = means[0];
    u.valence = means[1];
    u.dominance = means[2];
    const char* const names[] = {"anger", "joy", "sadness"};
    for (std::size_t k = 0; k < 3; ++k) u.distribution.emplace_back(names[k], k == label ? 0.7 : 0.15);
  }
};

}  // namespace ser::test
