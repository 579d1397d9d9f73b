#include <ser/augment/recordings.h>
#include <ser/augment/room.h>
#include <ser/augment/steps.h>
#include <ser/base/error.h>
#include <ser/features/fft.h>

#include <algorithm>
#include <cmath>
#include <complex>

namespace ser {
namespace {

/// Overlap-add: full convolution, clip.size() + response.size() - 1 samples.
std::vector<float> convolve(std::span<const float> clip, std::span<const float> response) {
  const std::size_t length = next_power_of_two(std::max<std::size_t>(2 * response.size(), 1024));
  const std::size_t block = length - response.size() + 1;
  const RealFft forward(length);
  const InverseRealFft inverse(length);
  std::vector<float> buffer(length);
  std::vector<std::complex<float>> transfer(forward.bins()), spectrum(forward.bins());
  std::copy(response.begin(), response.end(), buffer.begin());
  forward.transform(buffer, transfer);
  for (auto& value : transfer) value /= static_cast<float>(length);
  std::vector<float> out(clip.size() + response.size() - 1);
  for (std::size_t start = 0; start < clip.size(); start += block) {
    const std::span<const float> part = clip.subspan(start, std::min(block, clip.size() - start));
    std::fill(std::copy(part.begin(), part.end(), buffer.begin()), buffer.end(), 0.f);
    forward.transform(buffer, spectrum);
    for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= transfer[k];
    inverse.transform(spectrum, buffer);
    for (std::size_t i = 0; i < part.size() + response.size() - 1; ++i) out[start + i] += buffer[i];
  }
  return out;
}

struct RoomOptions {
  std::string folder, list;
};

void describe_options(OptionTable& table, RoomOptions& o) {
  table.add("folder", o.folder, "room impulse responses, with sub-folders");
  table.add("list", o.list, "or a text file with one response per line");
}

class RoomStep final : public AugmentStep {
 public:
  void describe_parameters(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override { recordings_ = open_recordings(options_.folder, options_.list); }
  DrawnParameters apply(Waveform& wave, Random& random) const override {
    const Recording& recording = recordings_[random.below(recordings_.size())];
    const Waveform response = read_audio(recording.path, {}, wave.rate_hz);
    if (!(mean_power(response.samples) > 0))
      throw_error<DataError>("{}: is silent, and so no room response", recording.path.string());
    wave.samples = reverberate(wave.samples, response.samples);
    return {{"file", recording.name}};
  }

 private:
  RoomOptions options_;
  std::vector<Recording> recordings_;
};

}  // namespace

std::vector<float> reverberate(std::span<const float> clip, std::span<const float> response) {
  const auto direct =
      std::max_element(response.begin(), response.end(), [](float a, float b) { return std::abs(a) < std::abs(b); });
  if (direct == response.end() || *direct == 0) throw DataError("a room response is empty or silent");
  std::vector<float> dry(clip.begin(), clip.end());
  if (!(mean_power(dry) > 0)) return dry;
  const std::vector<float> full = convolve(clip, response);
  const auto start = full.begin() + (direct - response.begin());
  std::vector<float> wet(start, start + static_cast<std::ptrdiff_t>(clip.size()));
  const double power = mean_power(wet);
  if (!(power > 0)) return dry;
  const double scale = std::sqrt(mean_power(dry) / power);
  for (float& x : wet) x = static_cast<float>(static_cast<double>(x) * scale);
  return wet;
}

std::unique_ptr<AugmentStep> make_room_step() { return std::make_unique<RoomStep>(); }

}  // namespace ser
