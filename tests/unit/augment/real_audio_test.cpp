#include <ser/audio/reader.h>
#include <ser/augment/noise.h>
#include <ser/augment/room.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "support.h"

using namespace ser;
using namespace ser::test;

namespace {

/// Shift of b against a, in samples, where their product is largest.
int lag_of(const std::vector<float>& a, const std::vector<float>& b, int most) {
  double highest = 0;
  int best = 0;
  for (int lag = -most; lag <= most; ++lag) {
    double sum = 0;
    for (std::size_t i = static_cast<std::size_t>(most); i + static_cast<std::size_t>(most) < a.size(); ++i)
      sum += static_cast<double>(a[i]) * static_cast<double>(b[static_cast<std::size_t>(static_cast<int>(i) + lag)]);
    if (std::abs(sum) > highest) highest = std::abs(sum), best = lag;
  }
  return best;
}

}  // namespace

TEST_CASE("real rooms neither move a sound nor change its level; real noise lies at its ratio", "[augment][corpora]") {
  const auto root = corpora();
  if (!root || !std::filesystem::exists(*root / "rir") || !std::filesystem::exists(*root / "noise")) {
    WARN("SER_CORPORA is not set, or has no rir/ and noise/: nothing checked");
    return;
  }
  const Waveform clip = read_audio(golden("w1.wav"));
  for (const std::string name : {"rir1.wav", "rir2.wav", "rir3.wav", "rir4.wav"}) {
    CAPTURE(name);
    const Waveform response = read_audio(*root / "rir" / name, {}, clip.rate_hz);
    const std::vector<float> heard = reverberate(clip.samples, response.samples);
    CHECK(heard.size() == clip.samples.size());
    CHECK(power(heard) == Approx(power(clip.samples)).epsilon(1e-4));
    // Noise tells its lag; vowels resonate.
    const Waveform hiss = white(1, 12);
    CHECK(std::abs(lag_of(hiss.samples, reverberate(hiss.samples, response.samples), 400)) <= 1);
  }
  for (std::uint64_t epoch = 0; epoch < 10; ++epoch) {
    const AugmentedWave noisy =
        augment({{"noise.probability", "1"}, {"noise.folder", (*root / "noise").string()}, {"noise.snr_db", "7"}}, clip,
                {5, epoch, "w1"});
    CAPTURE(draws_text(noisy.draws));
    std::vector<float> noise(clip.samples.size());
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = noisy.wave.samples[i] - clip.samples[i];
    CHECK(10 * std::log10(power(clip.samples) / power(noise)) == Approx(7).margin(1e-3));
  }
}
