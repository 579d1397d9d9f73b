#include <ser/audio/reader.h>
#include <ser/augment/noise.h>
#include <ser/base/error.h>

#include <catch2/catch.hpp>

#include "support.h"

using namespace ser;
using namespace ser::test;

namespace {

std::vector<float> difference(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> d(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) d[i] = a[i] - b[i];
  return d;
}

double snr_db(const Waveform& clip, const Waveform& noisy) {
  return 10 * std::log10(power(clip.samples) / power(difference(noisy.samples, clip.samples)));
}

}  // namespace

TEST_CASE("noise lies at the asked signal-to-noise ratio", "[augment]") {
  const Waveform clip = tone(300, 1), noise = white(1, 3);
  for (const double wanted : {-5., 0., 12.5, 40.}) {
    Waveform noisy = clip;
    REQUIRE(add_at_snr(noisy.samples, noise.samples, wanted));
    CHECK(snr_db(clip, noisy) == Approx(wanted).margin(1e-3));
  }
  std::vector<float> silence(noise.samples.size());
  CHECK_FALSE(add_at_snr(silence, noise.samples, 10));
  CHECK(power(silence) == 0);
  Waveform same = clip;
  CHECK_FALSE(add_at_snr(same.samples, std::vector<float>(clip.samples.size()), 10));
  CHECK(same.samples == clip.samples);
  CHECK_THROWS_AS(add_at_snr(silence, std::vector<float>(3, 1.f), 10), UsageError);
}

TEST_CASE("noise recordings are cropped at random, repeated when short, resampled to the clip's rate", "[augment]") {
  const TemporaryFolder folder;
  const Waveform clip = tone(300, 1);
  write_wav(folder / "long/rumble.wav", white(5, 4), true);
  write_wav(folder / "short/click.wav", white(0.1, 5, 8000), true);
  for (const std::string which : {"long", "short"}) {
    const auto at = [&](std::uint64_t epoch) {
      return augment({{"noise.probability", "1"}, {"noise.folder", (folder / which).string()}, {"noise.snr_db", "3"}},
                     clip, {7, epoch, "a"});
    };
    const AugmentedWave first = at(0), second = at(1);
    CHECK(snr_db(clip, first.wave) == Approx(3).margin(1e-3));
    CHECK(first.wave.samples.size() == clip.samples.size());
    CHECK(first.wave.samples != second.wave.samples);
    REQUIRE(first.draws.size() == 1);
    CHECK(first.draws[0].parameters[0] == std::pair<std::string, std::string>{"snr_db", "3"});
    CHECK(first.draws[0].parameters[1].first == "file");
  }
  const AugmentedWave looped =
      augment({{"noise.probability", "1"}, {"noise.folder", (folder / "short").string()}, {"noise.snr_db", "0"}}, clip);
  const std::vector<float> noise = difference(looped.wave.samples, clip.samples);
  for (std::size_t i = 0; i + 1600 < noise.size(); i += 97) CHECK(noise[i] == Approx(noise[i + 1600]).margin(1e-6));
}

TEST_CASE("a list names recordings relative to itself, and what is no recording is named", "[augment]") {
  const TemporaryFolder folder;
  write_wav(folder / "n/a.wav", white(0.5), true);
  write_file(folder / "list.txt", "# noises\nn/a.wav\n\n");
  const Waveform clip = tone(300, 0.2);
  const auto with_list = [&](const std::string& name) {
    return augment({{"noise.probability", "1"}, {"noise.list", (folder / name).string()}}, clip);
  };
  CHECK(with_list("list.txt").draws[0].parameters[1].second == "n/a.wav");
  write_file(folder / "missing.txt", "n/b.wav\n");
  CHECK_THROWS_WITH(with_list("missing.txt"), Catch::Matchers::Contains("n/b.wav: does not exist"));
  write_file(folder / "empty.txt", "# none\n");
  CHECK_THROWS_AS(with_list("empty.txt"), DataError);
  CHECK_THROWS_WITH(augment({{"noise.probability", "1"}}, clip), Catch::Matchers::StartsWith("noise.folder: "));
}

TEST_CASE("silent noise and silent clips are skipped, and the draw says so", "[augment]") {
  const TemporaryFolder folder;
  write_wav(folder / "silence.wav", {std::vector<float>(8000), 16000, 16});
  const Waveform clip = tone(300, 0.2);
  const AugmentedWave same = augment({{"noise.probability", "1"}, {"noise.folder", folder.path().string()}}, clip);
  CHECK(same.wave.samples == clip.samples);
  CHECK(draws_text(same.draws) == "noise skipped=silent noise file=silence.wav");
  const AugmentedWave silent =
      augment({{"white_noise.probability", "1"}, {"white_noise.snr_db", "10"}}, {std::vector<float>(100), 16000, 16});
  CHECK(draws_text(silent.draws) == "white_noise skipped=silent clip");
}

TEST_CASE("white noise has the given deviation, or lies at a ratio", "[augment]") {
  const Waveform clip = tone(300, 2);
  const AugmentedWave published = augment({{"white_noise.probability", "1"}}, clip);
  CHECK(std::sqrt(power(difference(published.wave.samples, clip.samples))) == Approx(0.005).epsilon(0.02));
  const AugmentedWave by_ratio = augment({{"white_noise.probability", "1"}, {"white_noise.snr_db", "15"}}, clip);
  CHECK(snr_db(clip, by_ratio.wave) == Approx(15).margin(1e-3));
  const AugmentedWave on_silence = augment({{"white_noise.probability", "1"}}, {std::vector<float>(9000), 16000, 16});
  CHECK(std::sqrt(power(on_silence.wave.samples)) == Approx(0.005).epsilon(0.05));
}
