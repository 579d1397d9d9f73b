#include <ser/audio/reader.h>
#include <ser/audio/resample.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <sndfile.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace ser;

namespace {

Waveform tone(double hz, int rate, double seconds) {
  Waveform wave{std::vector<float>(static_cast<std::size_t>(seconds * rate)), rate};
  for (std::size_t i = 0; i < wave.samples.size(); ++i)
    wave.samples[i] = 0.5f * static_cast<float>(std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
  return wave;
}

void write_with_format(const std::filesystem::path& path, const Waveform& wave, int format, int channels = 1) {
  SF_INFO info{};
  info.samplerate = wave.rate_hz;
  info.channels = channels;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  REQUIRE(file);
  for (const float x : wave.samples) {
    std::vector<float> frame(static_cast<std::size_t>(channels), x);
    if (channels == 2) frame[1] = -x / 2;
    sf_writef_float(file, frame.data(), 1);
  }
  sf_close(file);
}

}  // namespace

TEST_CASE("WAV of every kind, FLAC, OGG and MP3 are read to the same tone", "[audio]") {
  const test::TemporaryFolder folder;
  const Waveform wave = tone(440, 16000, 0.5);
  struct Case {
    int format;
    double tolerance;
  };
  for (const Case& c :
       {Case{SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 0.01}, Case{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1e-4},
        Case{SF_FORMAT_WAV | SF_FORMAT_PCM_24, 1e-6}, Case{SF_FORMAT_WAV | SF_FORMAT_PCM_32, 1e-7},
        Case{SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0}, Case{SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 0},
        Case{SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 1e-4}, Case{SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1e-4},
        Case{SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.05}, Case{SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, -1}}) {
    const auto path = folder / "x.audio";
    write_with_format(path, wave, c.format);
    const Waveform read = read_audio(path);
    CAPTURE(c.format);
    CHECK(read.rate_hz == 16000);
    if (c.tolerance < 0) {
      // MP3 pads and delays; the tone's power is what remains.
      double power = 0;
      for (const float x : read.samples) power += static_cast<double>(x) * static_cast<double>(x);
      CHECK(power / static_cast<double>(wave.samples.size()) == Approx(0.125).epsilon(0.1));
      continue;
    }
    REQUIRE(read.samples.size() == wave.samples.size());
    for (std::size_t i = 0; i < read.samples.size(); ++i)
      REQUIRE(std::abs(read.samples[i] - wave.samples[i]) <= c.tolerance);
  }
}

TEST_CASE("writing what was read from 16-bit audio gives the same samples, and full scale is clipped", "[audio]") {
  const test::TemporaryFolder folder;
  Waveform wave{{}, 16000};
  for (int i = -32768; i <= 32767; i += 7) wave.samples.push_back(static_cast<float>(i) / 32768.f);
  write_wav(folder / "x.wav", wave);
  CHECK(read_audio(folder / "x.wav").samples == wave.samples);
  write_wav(folder / "x.wav", {{1.5f, -1.5f}, 16000});
  CHECK(read_audio(folder / "x.wav").samples == std::vector<float>{32767.f / 32768.f, -1.f});
}

TEST_CASE("channels are averaged, and that is noted", "[audio]") {
  const test::TemporaryFolder folder;
  write_with_format(folder / "s.wav", tone(100, 8000, 0.1), SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2);
  ReadNotes notes;
  const Waveform read = read_audio(folder / "s.wav", {}, 0, &notes);
  CHECK(notes.mixed_channels == 2);
  CHECK(read.samples[10] == Approx(tone(100, 8000, 0.1).samples[10] / 4));
}

TEST_CASE("a range gives the same samples as cutting the whole file", "[audio]") {
  const test::TemporaryFolder folder;
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16}) {
    write_with_format(folder / "x.audio", tone(333, 16000, 2), format);
    const Waveform whole = read_audio(folder / "x.audio"), part = read_audio(folder / "x.audio", {0.5, 1.25});
    REQUIRE(part.samples.size() == 12000);
    CHECK(std::equal(part.samples.begin(), part.samples.end(), whole.samples.begin() + 8000));
  }
  CHECK_THROWS_WITH(read_audio(folder / "x.audio", {0.5, 3}), Catch::Contains("beyond the end"));
  CHECK_THROWS_WITH(read_audio(folder / "x.audio", {1, 1}), Catch::Contains("empty or negative"));
}

TEST_CASE("a tone keeps frequency, level and length through resampling", "[audio]") {
  const Waveform wave = tone(440, 44100, 1), low = resample(wave, 16000);
  CHECK(low.samples.size() == 16000);
  const Waveform expected = tone(440, 16000, 1);
  for (std::size_t i = 500; i < 15500; ++i) REQUIRE(low.samples[i] == Approx(expected.samples[i]).margin(1e-3));
  CHECK(resample(wave, 44100).samples == wave.samples);
}

TEST_CASE("what aliasing would bring back is removed", "[audio]") {
  const Waveform low = resample(tone(10000, 44100, 0.5), 16000);
  for (std::size_t i = 1000; i < low.samples.size() - 1000; ++i) REQUIRE(std::abs(low.samples[i]) < 1e-4);
}

TEST_CASE("bad audio is refused with the file's name and the reason", "[audio]") {
  const test::TemporaryFolder folder;
  const auto path = folder / "bad.wav";
  CHECK_THROWS_WITH(read_audio(path), Catch::Contains("bad.wav") && Catch::Contains("does not exist"));
  CHECK_THROWS_WITH(read_audio(folder.path()), Catch::Contains("is a folder"));
  write_file(path, "");
  CHECK_THROWS_WITH(read_audio(path), Catch::Contains("0 bytes"));
  write_file(path, "this is text, not audio, and long enough to look at");
  CHECK_THROWS_WITH(read_audio(path), Catch::Contains("not readable as audio"));
  write_wav(path, {{}, 16000});
  CHECK_THROWS_WITH(read_audio(path), Catch::Contains("holds no samples"));
  write_wav(path, {{0.f, std::nanf(""), 0.f}, 16000}, true);
  CHECK_THROWS_WITH(read_audio(path), Catch::Contains("sample 1 is not a finite number"));
  write_wav(path, tone(440, 16000, 1));
  std::string bytes = read_file(path);
  for (const std::size_t at : {24, 25, 26, 27}) bytes[at] = '\xff';
  write_file(path, bytes);
  CHECK_THROWS_WITH(read_audio(path), Catch::Contains("bad.wav"));
}

TEST_CASE("a FLAC that breaks off is an error, not a shorter clip", "[audio]") {
  const test::TemporaryFolder folder;
  write_with_format(folder / "x.flac", tone(440, 16000, 3), SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  const std::string bytes = read_file(folder / "x.flac");
  write_file(folder / "x.flac", bytes.substr(0, bytes.size() / 2));
  CHECK_THROWS_AS(read_audio(folder / "x.flac"), DataError);
}

TEST_CASE("real files that trip naive readers", "[audio][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  std::size_t stereo = 0, files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*corpora / "odd")) {
    if (!entry.is_regular_file() || entry.path().extension() != ".wav") continue;
    ReadNotes notes;
    const Waveform wave = read_audio(entry.path(), {}, 16000, &notes);
    CHECK(wave.seconds() > 0.5);
    stereo += notes.mixed_channels == 2;
    ++files;
  }
  CHECK(files == 8);
  CHECK(stereo == 5);
}
