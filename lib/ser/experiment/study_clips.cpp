#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/experiment/study_clips.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

class StoreClips final : public ClipReader {
 public:
  explicit StoreClips(const StudyData& data) : data_(data) {}
  Matrix read(std::size_t row) const override { return store(row).read(data_.id(row)); }
  double seconds(std::size_t row) const override { return store(row).find(data_.id(row))->audio_seconds; }

 private:
  const FeatureStore& store(std::size_t row) const {
    return data_.stores[data_.protocol.utterances[data_.utterance_of_row[row]].corpus];
  }
  const StudyData& data_;
};

class AudioClips final : public ClipReader {
 public:
  AudioClips(const StudyData& data, int rate_hz) : data_(data), rate_hz_(rate_hz) {
    for (std::size_t row = 0; row < data.size(); ++row) {
      const Utterance& u = data.utterance(row);
      const double whole = probe_audio(manifest_of(row).audio_path(u)).seconds();
      seconds_.push_back(std::min(whole, u.range().end_seconds) - u.range().start_seconds);
    }
  }
  Matrix read(std::size_t row) const override { return read_clip(manifest_of(row), data_.utterance(row), rate_hz_); }
  double seconds(std::size_t row) const override { return seconds_[row]; }

 private:
  const Manifest& manifest_of(std::size_t row) const {
    return data_.manifests[data_.protocol.utterances[data_.utterance_of_row[row]].corpus];
  }
  const StudyData& data_;
  int rate_hz_;
  std::vector<double> seconds_;
};

}  // namespace

Matrix read_clip(const Manifest& manifest, const Utterance& u, int rate_hz) {
  const std::filesystem::path file = manifest.audio_path(u);
  Waveform wave = read_audio(file, u.range(), rate_hz);
  if (wave.samples.empty()) throw_error<DataError>("{}: {} has no samples", file.string(), u.id);
  Matrix clip;
  clip.rows = wave.samples.size();
  clip.columns = 1;
  clip.values = std::move(wave.samples);
  return clip;
}

std::unique_ptr<ClipReader> read_from_stores(const StudyData& data) { return std::make_unique<StoreClips>(data); }

std::unique_ptr<ClipReader> read_from_audio(const StudyData& data, int rate_hz) {
  return std::make_unique<AudioClips>(data, rate_hz);
}

}  // namespace ser
