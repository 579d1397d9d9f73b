#include <ser/audio/reader.h>
#include <ser/augment/time_stretch.h>
#include <ser/base/error.h>

#include <catch2/catch.hpp>

#include "support.h"

using namespace ser;
using namespace ser::test;

TEST_CASE("pitch shift moves a tone by semitones and keeps duration and level", "[augment]") {
  for (const int rate : {8000, 16000, 44100}) {
    const Waveform a = tone(440, 2, rate);
    for (const double semitones : {-12., -2., 0., 0.5, 2., 7.}) {
      const Waveform shifted{pitch_shift(a.samples, rate, semitones), rate, 16};
      CAPTURE(rate, semitones);
      CHECK(shifted.samples.size() == a.samples.size());
      CHECK(peak_hertz(shifted) == Approx(440 * std::exp2(semitones / 12)).epsilon(0.002));
      CHECK(power(shifted.samples) == Approx(power(a.samples)).epsilon(0.05));
    }
  }
  const AugmentedWave up = augment({{"pitch.probability", "1"}, {"pitch.semitones", "2"}}, tone(440, 2));
  CHECK(peak_hertz(up.wave) == Approx(493.88).margin(0.5));
}

TEST_CASE("time stretching keeps the pitch, and by 1 it keeps the clip", "[augment]") {
  const Waveform a = tone(220, 2);
  for (const double factor : {0.5, 0.9, 1.3, 2.}) {
    const Waveform stretched{time_stretch(a.samples, 16000, factor), 16000, 16};
    CHECK(stretched.samples.size() == static_cast<std::size_t>(std::lround(32000 * factor)));
    CHECK(peak_hertz(stretched) == Approx(220).epsilon(0.002));
  }
  const Waveform noise = white(0.5);
  const std::vector<float> same = time_stretch(noise.samples, 16000, 1);
  for (std::size_t i = 0; i < same.size(); ++i) REQUIRE(same[i] == Approx(noise.samples[i]).margin(1e-6));
  CHECK_THROWS_AS(time_stretch(a.samples, 16000, 5), UsageError);
}

TEST_CASE("a click stays in its place when the pitch is shifted", "[augment]") {
  Waveform clip = white(1, 1, 16000, 0.001);
  for (std::size_t i = 8000; i < 8040; ++i) clip.samples[i] += i % 4 < 2 ? 0.9f : -0.9f;
  for (const double semitones : {-3., 3.}) {
    const std::vector<float> shifted = pitch_shift(clip.samples, 16000, semitones);
    const auto peak = std::max_element(shifted.begin(), shifted.end()) - shifted.begin();
    CHECK(std::abs(static_cast<double>(peak) - 8020) < 400);
  }
}

TEST_CASE("very short and silent clips pass through pitch and speed", "[augment]") {
  for (const std::size_t length : {1u, 2u, 50u, 399u}) {
    const std::vector<float> clip(length, 0.1f);
    CHECK(pitch_shift(clip, 16000, 3).size() == length);
  }
  const std::vector<float> silence(4000);
  CHECK(pitch_shift(silence, 16000, -4) == silence);
}

TEST_CASE("speed changes length and pitch together", "[augment]") {
  for (const std::string factor : {"0.9", "1.1", "1.0371"}) {
    const double f = std::stod(factor);
    const AugmentedWave faster = augment({{"speed.probability", "1"}, {"speed.factor", factor}}, tone(440, 3));
    CHECK(faster.wave.samples.size() == static_cast<std::size_t>(std::lround(48000 / f)));
    CHECK(faster.wave.rate_hz == 16000);
    CHECK(peak_hertz(faster.wave) == Approx(440 * f).epsilon(1e-4));
  }
  const Waveform clip = tone(440, 1);
  CHECK(augment({{"speed.probability", "1"}, {"speed.choices", "1"}}, clip).wave.samples == clip.samples);
}

TEST_CASE("the round trip leaves a tone alone and cuts what is above the band", "[augment]") {
  const AugmentedWave low = augment({{"bandlimit.probability", "1"}, {"bandlimit.semitones", "-2"}}, tone(440, 2));
  CHECK(peak_hertz(low.wave) == Approx(440).margin(0.05));
  CHECK(draws_text(low.draws) == "bandlimit semitones=-2 rate_hz=14254");
  const Waveform clip = white(2);
  const AugmentedWave published = augment({{"bandlimit.probability", "1"}, {"bandlimit.semitones", "-2"}}, clip);
  CHECK(published.wave.samples.size() == clip.samples.size());
  CHECK(band_share(published.wave, 7200, 8001) < 1e-4);
  CHECK(band_share(published.wave, 0, 6000) > 0.8);
  const AugmentedWave telephone = augment({{"bandlimit.probability", "1"}, {"bandlimit.rate_hz", "8000"}}, clip);
  CHECK(band_share(telephone.wave, 4050, 8001) < 1e-4);
  CHECK(power(telephone.wave.samples) == Approx(power(clip.samples) / 2).epsilon(0.1));
}
