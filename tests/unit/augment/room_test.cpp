#include <ser/audio/reader.h>
#include <ser/augment/room.h>
#include <ser/base/error.h>

#include <catch2/catch.hpp>

#include "support.h"

using namespace ser;
using namespace ser::test;

TEST_CASE("a room that is a unit impulse changes nothing, wherever the impulse lies and however loud it is",
          "[augment]") {
  const Waveform clip = white(0.7, 2);
  for (const std::size_t at : {0u, 1u, 500u}) {
    std::vector<float> response(800);
    response[at] = -0.25f;
    const std::vector<float> heard = reverberate(clip.samples, response);
    REQUIRE(heard.size() == clip.samples.size());
    for (std::size_t i = 0; i < heard.size(); ++i) REQUIRE(heard[i] == Approx(-clip.samples[i]).margin(1e-6));
  }
}

TEST_CASE("the response is convolved, aligned by its direct path, at the clip's power", "[augment]") {
  const Waveform clip = white(0.4, 6);
  std::vector<float> response(3000);
  response[40] = 0.1f, response[100] = 1, response[101] = -0.5f, response[2900] = 0.4f;
  const std::vector<float> heard = reverberate(clip.samples, response);
  std::vector<float> expected(clip.samples.size());
  const auto clip_at = [&](std::ptrdiff_t i) {
    return i < 0 || i >= static_cast<std::ptrdiff_t>(expected.size()) ? 0.f : clip.samples[static_cast<std::size_t>(i)];
  };
  for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(expected.size()); ++i)
    expected[static_cast<std::size_t>(i)] =
        0.1f * clip_at(i + 60) + clip_at(i) - 0.5f * clip_at(i - 1) + 0.4f * clip_at(i - 2800);
  const double scale = std::sqrt(power(clip.samples) / power(expected));
  for (std::size_t i = 0; i < expected.size(); ++i) REQUIRE(heard[i] == Approx(scale * expected[i]).margin(1e-6));
  CHECK(power(heard) == Approx(power(clip.samples)).epsilon(1e-5));
}

TEST_CASE("rooms come from files, and silence is no room", "[augment]") {
  const TemporaryFolder folder;
  Waveform response{std::vector<float>(1600), 16000, 16};
  response.samples[200] = 1;
  write_wav(folder / "unit.wav", response, true);
  const Waveform clip = white(0.3);
  const AugmentedWave heard = augment({{"room.probability", "1"}, {"room.folder", folder.path().string()}}, clip);
  CHECK(draws_text(heard.draws) == "room file=unit.wav");
  CHECK(heard.wave.samples[777] == Approx(clip.samples[777]).margin(1e-6));
  CHECK_THROWS_AS(reverberate(clip.samples, std::vector<float>(10)), DataError);
  CHECK_THROWS_AS(reverberate(clip.samples, {}), DataError);
  const std::vector<float> silence(100);
  CHECK(reverberate(silence, response.samples) == silence);
}
