#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/parallel.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <optional>

#include "support.h"

using namespace ser;
using namespace ser::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("as made, nothing is changed", "[augment]") {
  const Augmenter augmenter{AugmentOptions{}};
  CHECK_FALSE(augmenter.active());
  const Waveform clip = white(0.1);
  const AugmentedWave same = augmenter.apply(clip, {1, 2, "x"});
  CHECK(same.wave.samples == clip.samples);
  CHECK(same.draws.empty());
  CHECK(draws_text(same.draws).empty());
}

TEST_CASE("gain is in decibels, polarity turns the sign, shift moves in time", "[augment]") {
  const Waveform clip{{0.1f, 0.2f, 0.3f, 0.4f, 0.5f}, 10, 16};
  const AugmentedWave louder = augment({{"gain.probability", "1"}, {"gain.db", "6"}}, clip);
  CHECK(louder.wave.samples[4] == Approx(0.5 * std::pow(10, 0.3)));
  CHECK(louder.wave.pcm_bits == 16);
  CHECK(draws_text(louder.draws) == "gain db=6");
  CHECK(augment({{"polarity.probability", "1"}}, clip).wave.samples ==
        std::vector<float>{-0.1f, -0.2f, -0.3f, -0.4f, -0.5f});
  const auto shifted = [&](const std::string& seconds, const std::string& fill) {
    return augment({{"shift.probability", "1"}, {"shift.seconds", seconds}, {"shift.fill", fill}}, clip).wave.samples;
  };
  CHECK(shifted("0.2", "roll") == std::vector<float>{0.4f, 0.5f, 0.1f, 0.2f, 0.3f});
  CHECK(shifted("-0.2", "roll") == std::vector<float>{0.3f, 0.4f, 0.5f, 0.1f, 0.2f});
  CHECK(shifted("0.7", "roll") == shifted("0.2", "roll"));
  CHECK(shifted("0.2", "zeros") == std::vector<float>{0, 0, 0.1f, 0.2f, 0.3f});
  CHECK(shifted("-0.2", "zeros") == std::vector<float>{0.3f, 0.4f, 0.5f, 0, 0});
  CHECK(shifted("0.9", "zeros") == std::vector<float>(5));
  CHECK(shifted("-0.9", "zeros") == std::vector<float>(5));
}

TEST_CASE("a draw depends on seed, epoch and utterance, not on order or thread", "[augment]") {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", white(2, 8), true);
  write_wav(folder / "b.wav", white(0.1, 9), true);
  const std::string files = folder.path().string();
  const Augmenter augmenter(augment_options({{"speed.probability", "0.5"},
                                             {"pitch.probability", "0.5"},
                                             {"bandlimit.probability", "0.5"},
                                             {"room.probability", "0.5"},
                                             {"room.folder", files},
                                             {"noise.probability", "0.5"},
                                             {"noise.folder", files},
                                             {"white_noise.probability", "0.5"},
                                             {"gain.probability", "0.5"},
                                             {"polarity.probability", "0.5"},
                                             {"shift.probability", "0.5"}}));
  const Waveform clip = tone(200, 0.3);
  const std::size_t n = 24;
  const auto run = [&](std::size_t i) {
    return augmenter.apply(clip, {11, i % 3, "utterance" + std::to_string(i / 3)});
  };
  std::vector<AugmentedWave> forward(n), threaded(n);
  for (std::size_t i = n; i-- > 0;) forward[i] = run(i);
  parallel_for(n, 4, [&](std::size_t i) { threaded[i] = run(i); });
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(forward[i].wave.samples == threaded[i].wave.samples);
    CHECK(draws_text(forward[i].draws) == draws_text(threaded[i].draws));
    if (i > 0) CHECK(draws_text(forward[i].draws) != draws_text(forward[i - 1].draws));
  }
}

TEST_CASE("a step's draws do not depend on which other steps are on", "[augment]") {
  const Waveform clip = tone(200, 0.1);
  const std::string alone = draws_text(augment({{"gain.probability", "1"}}, clip).draws);
  const std::string beside =
      draws_text(augment({{"gain.probability", "1"}, {"white_noise.probability", "1"}}, clip).draws);
  CHECK_THAT(alone, StartsWith("gain db="));
  CHECK(beside == "white_noise sigma=0.005; " + alone);
}

TEST_CASE("a probability is the share of clips that get the step", "[augment]") {
  const Augmenter augmenter(augment_options({{"polarity.probability", "0.3"}}));
  int changed = 0;
  for (int i = 0; i < 2000; ++i)
    changed += augmenter.apply({{0.5f}, 16000, 16}, {0, 0, std::to_string(i)}).wave.samples[0] < 0;
  CHECK(changed == Approx(600).margin(60));
}

TEST_CASE("an order replaces the usual one and must hold every step that is on", "[augment]") {
  const Waveform clip = white(0.2);
  const std::vector<std::pair<std::string, std::string>> both{
      {"gain.probability", "1"}, {"gain.db", "20"}, {"white_noise.probability", "1"}};
  auto reversed = both;
  reversed.emplace_back("order", "gain,white_noise");
  CHECK_THAT(draws_text(augment(both, clip).draws), StartsWith("white_noise"));
  CHECK_THAT(draws_text(augment(reversed, clip).draws), StartsWith("gain"));
  CHECK_THROWS_WITH(augment({{"gain.probability", "0.5"}, {"order", "pitch"}}, clip),
                    Contains("leaves out gain, which has probability 0.5"));
  CHECK_THROWS_WITH(augment({{"order", "gainn"}}, clip), Contains("did you mean 'gain'"));
  CHECK_THROWS_WITH(augment({{"order", "gain,gain"}}, clip), Contains("listed twice"));
}

TEST_CASE("options out of range are refused before any work", "[augment]") {
  const Waveform clip = white(0.1);
  CHECK_THROWS_AS(augment({{"gain.probability", "1.5"}}, clip), UsageError);
  CHECK_THROWS_AS(augment({{"speed.factor", "0.01"}}, clip), UsageError);
  CHECK_THROWS_AS(augment({{"pitch.semitones", "-30"}}, clip), UsageError);
  CHECK_THROWS_WITH(augment({{"gain.probability", "1"}, {"gain.db", "6,-6"}}, clip), "gain.db: low 6 is above high -6");
  CHECK_THROWS_WITH(augment({{"gain.probability", "1"}, {"gain.db", "1,2,3"}}, clip), StartsWith("gain.db: expected"));
  CHECK_THROWS_WITH(augment({{"bandlimit.probability", "1"}, {"bandlimit.semitones", "0.5"}}, clip),
                    StartsWith("bandlimit.semitones: "));
  CHECK_THROWS_AS(augment({{"shift.fill", "mirror"}}, clip), UsageError);
  CHECK_THROWS_AS(augment({}, {{}, 16000, 16}), DataError);
}

TEST_CASE("a copy outlives the augmenter it was made from", "[augment]") {
  std::optional<Augmenter> first(augment_options({{"gain.probability", "1"}, {"gain.db", "6"}}));
  const Augmenter copy = *first;
  first.reset();
  CHECK(draws_text(copy.apply(white(0.1), {0, 0, "a"}).draws) == "gain db=6");
}

TEST_CASE("clips of a few samples pass through every step", "[augment]") {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", white(0.2, 8, 44100), true);
  write_wav(folder / "b.wav", {{0.5f}, 16000, 16}, true);
  const std::string files = folder.path().string();
  for (const std::string factor : {"0.25", "4"}) {
    const Augmenter augmenter(augment_options({{"speed.probability", "1"},
                                               {"speed.factor", factor},
                                               {"pitch.probability", "1"},
                                               {"pitch.semitones", "-24,24"},
                                               {"bandlimit.probability", "1"},
                                               {"bandlimit.rate_hz", "1000"},
                                               {"room.probability", "1"},
                                               {"room.folder", files},
                                               {"noise.probability", "1"},
                                               {"noise.folder", files},
                                               {"white_noise.probability", "1"},
                                               {"gain.probability", "1"},
                                               {"polarity.probability", "1"},
                                               {"shift.probability", "1"}}));
    for (const std::size_t length : {1u, 2u, 7u, 30u})
      for (std::uint64_t epoch = 0; epoch < 8; ++epoch) {
        const AugmentedWave out = augmenter.apply({std::vector<float>(length, 0.1f), 16000, 16}, {3, epoch, "a"});
        CHECK(out.draws.size() == 9);
        CHECK_FALSE(out.wave.samples.empty());
        CHECK(std::all_of(out.wave.samples.begin(), out.wave.samples.end(), [](float x) { return std::isfinite(x); }));
      }
  }
}
