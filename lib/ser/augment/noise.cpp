#include <ser/audio/resample.h>
#include <ser/augment/noise.h>
#include <ser/augment/recordings.h>
#include <ser/augment/steps.h>
#include <ser/base/error.h>

#include <cmath>

namespace ser {
namespace {

struct NoiseOptions {
  std::string folder, list;
  std::vector<double> snr_db{5, 20};
};

void describe_options(OptionTable& table, NoiseOptions& o) {
  table.add("folder", o.folder, "noise recordings, with sub-folders");
  table.add("list", o.list, "or a text file with one recording per line");
  table.add("snr_db", o.snr_db, "signal-to-noise ratio over the whole clip: low, high").range(-100, 100).unit("dB");
}

/// `length` samples of the recording from a random place, at the rate of the clip. One that is shorter is repeated.
std::vector<float> random_crop(const Recording& recording, std::size_t length, int rate_hz, Random& random,
                               double& start_seconds) {
  const double seconds = static_cast<double>(length) / rate_hz;
  const int source_rate = recording.info.rate_hz;
  const auto needed = static_cast<std::int64_t>(std::ceil(seconds * source_rate)) + 1;
  TimeRange range;
  std::size_t offset = 0;
  if (recording.info.frames > needed) {
    const auto start = random.below(static_cast<std::uint64_t>(recording.info.frames - needed + 1));
    range.start_seconds = static_cast<double>(start) / source_rate;
    range.end_seconds = static_cast<double>(start + static_cast<std::uint64_t>(needed)) / source_rate;
  }
  const std::vector<float> source = read_audio(recording.path, range, rate_hz).samples;
  if (source.empty()) throw_error<DataError>("{}: too short for a sample at {} Hz", recording.path.string(), rate_hz);
  if (recording.info.frames <= needed) offset = random.below(source.size());
  start_seconds = range.start_seconds + static_cast<double>(offset) / rate_hz;
  std::vector<float> crop(length);
  for (std::size_t i = 0; i < length; ++i) crop[i] = source[(offset + i) % source.size()];
  return crop;
}

class NoiseStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override {
    check_range(options_.snr_db, "snr_db");
    recordings_ = open_recordings(options_.folder, options_.list);
  }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    const double snr_db = draw_from(options_.snr_db, random);
    const Recording& recording = recordings_[random.below(recordings_.size())];
    double start_seconds = 0;
    const std::vector<float> noise = random_crop(recording, wave.samples.size(), wave.rate_hz, random, start_seconds);
    const bool silent_clip = !(mean_power(wave.samples) > 0);
    if (!add_at_snr(wave.samples, noise, snr_db))
      return {{"skipped", silent_clip ? "silent clip" : "silent noise"}, {"file", recording.name}};
    return {{"snr_db", drawn_text(snr_db)}, {"file", recording.name}, {"start_seconds", drawn_text(start_seconds)}};
  }

 private:
  NoiseOptions options_;
  std::vector<Recording> recordings_;
};

}  // namespace

bool add_at_snr(std::vector<float>& clip, std::span<const float> noise, double snr_db) {
  if (clip.size() != noise.size())
    throw_error<UsageError>("noise of {} samples cannot be added to a clip of {}", noise.size(), clip.size());
  const double clip_power = mean_power(clip), noise_power = mean_power(noise);
  if (!(clip_power > 0) || !(noise_power > 0)) return false;
  const double scale = std::sqrt(clip_power / (noise_power * std::pow(10, snr_db / 10)));
  for (std::size_t i = 0; i < clip.size(); ++i)
    clip[i] = static_cast<float>(static_cast<double>(clip[i]) + scale * static_cast<double>(noise[i]));
  return true;
}

std::unique_ptr<AugmentStep> make_noise_step() { return std::make_unique<NoiseStep>(); }

}  // namespace ser
