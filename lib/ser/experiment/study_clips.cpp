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
    std::vector<std::map<std::string, std::size_t>> places;
    for (const Manifest& manifest : data.manifests) places.push_back(manifest.index());
    for (std::size_t row = 0; row < data.utterance_of_row.size(); ++row) {
      const std::size_t corpus = data.protocol.utterances[data.utterance_of_row[row]].corpus;
      const Utterance& u = data.manifests[corpus].utterances[places[corpus].at(data.id(row))];
      const TimeRange range = u.range();
      clips_.push_back({data.manifests[corpus].audio_path(u), range, 0});
      const double whole = probe_audio(clips_.back().file).seconds();
      clips_.back().seconds = std::min(whole, range.end_seconds) - range.start_seconds;
    }
  }
  Matrix read(std::size_t row) const override {
    const Clip& clip = clips_[row];
    Waveform wave = read_audio(clip.file, clip.range, rate_hz_);
    if (wave.samples.empty()) throw_error<DataError>("{}: {} has no samples", clip.file.string(), data_.id(row));
    Matrix out;
    out.rows = wave.samples.size();
    out.columns = 1;
    out.values = std::move(wave.samples);
    return out;
  }
  double seconds(std::size_t row) const override { return clips_[row].seconds; }

 private:
  struct Clip {
    std::filesystem::path file;
    TimeRange range;
    double seconds;
  };
  const StudyData& data_;
  int rate_hz_;
  std::vector<Clip> clips_;
};

}  // namespace

std::unique_ptr<ClipReader> read_from_stores(const StudyData& data) { return std::make_unique<StoreClips>(data); }

std::unique_ptr<ClipReader> read_from_audio(const StudyData& data, int rate_hz) {
  return std::make_unique<AudioClips>(data, rate_hz);
}

}  // namespace ser
