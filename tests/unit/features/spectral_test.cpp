// Log-mel and MFCC against kaldi-native-fbank and librosa (tests/golden/features, made by make/make_features.py).
#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/features/spectral.h>
#include <ser/features/spectral_sets.h>
#include <ser/features/statistics.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

using namespace ser;
using test::golden;
using test::read_npy;

namespace {

using Words = std::map<std::string, std::string>;

Words words_of(const std::string& text) {
  Words words;
  for (const std::string& word : split_words(text))
    words[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
  return words;
}

/// The options of the reference tool in our terms.
std::vector<std::pair<std::string, std::string>> kaldi_options(const Words& words, bool mfcc) {
  const std::map<std::string, std::string> names{{"num_bins", "num_mels"},         {"window_type", "window"},
                                                 {"low_freq", "low_hz"},           {"high_freq", "high_hz"},
                                                 {"sample_scale", "sample_scale"}, {"num_ceps", "num_ceps"},
                                                 {"cepstral_lifter", "lifter"}};
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto& [key, value] : words) {
    if (names.contains(key)) options.emplace_back(names.at(key), value);
    if (key == "snip_edges") options.emplace_back("framing", value == "true" ? "snip" : "reflect");
    if (key == "use_power") options.emplace_back("spectrum_power", value == "true" ? "2" : "1");
    if (key == "use_energy") options.emplace_back(mfcc ? "replace_c0" : "energy", value);
  }
  return options;
}

std::vector<std::pair<std::string, std::string>> librosa_options(const Words& words) {
  auto options = librosa_preset();
  const std::map<std::string, std::string> names{{"n_fft", "fft_length"},
                                                 {"win_length", "frame_length_samples"},
                                                 {"hop_length", "frame_shift_samples"},
                                                 {"n_mels", "num_mels"},
                                                 {"fmin", "low_hz"},
                                                 {"n_mfcc", "num_ceps"},
                                                 {"lifter", "lifter"}};
  for (const auto& [key, value] : words) {
    if (names.contains(key)) options.emplace_back(names.at(key), value);
    if (key == "fmax" && value != "none") options.emplace_back("high_hz", value);
    if (key == "htk") options.emplace_back("mel_scale", value == "true" ? "htk" : "slaney");
    if (key == "norm") options.emplace_back("mel_normalisation", value);
    if (key == "power") options.emplace_back("spectrum_power", value.substr(0, 1));
    if (key == "center" && value == "false") options.emplace_back("framing", "snip");
    if (key == "output" && value == "ln") options.insert(options.end(), {{"logarithm", "ln"}, {"top_db", "0"}});
  }
  return options;
}

template <class Options>
Options with(const std::vector<std::pair<std::string, std::string>>& values) {
  Options options;
  OptionTable table;
  describe_options(table, options);
  for (const auto& [key, value] : values) table.assign(key, {value});
  return options;
}

/// Largest difference relative to the largest magnitude of the column.
double worst_relative_to_column(const Matrix& ours, const Matrix& reference) {
  REQUIRE(ours.rows == reference.rows);
  REQUIRE(ours.columns == reference.columns);
  double worst = 0;
  for (std::size_t j = 0; j < ours.columns; ++j) {
    double largest = 1e-3, difference = 0;
    for (std::size_t t = 0; t < ours.rows; ++t) {
      largest = std::max(largest, std::abs(static_cast<double>(reference(t, j))));
      difference =
          std::max(difference, std::abs(static_cast<double>(ours(t, j)) - static_cast<double>(reference(t, j))));
    }
    worst = std::max(worst, difference / largest);
  }
  return worst;
}

}  // namespace

TEST_CASE("log-mel and MFCC agree with kaldi-native-fbank and librosa to 1e-4 of each column's maximum",
          "[features][golden]") {
  for (const std::string& line : split(read_file(golden("features/cases.tsv")), '\n')) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = split(line, '\t');
    const std::string &kind = fields[1], &file = fields[2], &audio = fields[3];
    if (kind == "librosa_filters" || kind == "kaldi_deltas") continue;
    CAPTURE(line);
    const Words words = words_of(fields[5]);
    const Waveform wave = read_audio(golden(audio));
    Matrix ours;
    if (kind == "kaldi_fbank")
      ours = LogMelExtractor(with<LogMelOptions>(kaldi_options(words, false)), wave.rate_hz).compute(wave);
    if (kind == "librosa_mel")
      ours = LogMelExtractor(with<LogMelOptions>(librosa_options(words)), wave.rate_hz).compute(wave);
    auto mfcc = kind == "kaldi_mfcc" ? kaldi_options(words, true) : librosa_options(words);
    mfcc.emplace_back("delta_order", "0");
    if (kind == "librosa_mfcc") mfcc.insert(mfcc.end(), {{"lifter_first", "1"}, {"replace_c0", "false"}});
    if (kind.ends_with("mfcc")) ours = MfccExtractor(with<MfccOptions>(mfcc), wave.rate_hz).compute(wave);
    CHECK(worst_relative_to_column(ours, read_npy(golden("features/" + file))) < 1e-4);
  }
}

TEST_CASE("mel filters agree with librosa.filters.mel", "[features][golden]") {
  for (const std::string scale : {"slaney", "htk"}) {
    MelBankOptions options{40, 0, 0, scale, "hz", "slaney"};
    const Matrix ours = MelBank(options, 512, 16000).dense(257);
    const Matrix reference = read_npy(golden("features/librosa_filters_" + scale + "40.npy"));
    REQUIRE(ours.values.size() == reference.values.size());
    for (std::size_t i = 0; i < ours.values.size(); ++i)
      REQUIRE(ours.values[i] == Approx(reference.values[i]).margin(1e-8));
  }
}

TEST_CASE("deltas are those of Kaldi's add-deltas", "[features][golden]") {
  const Matrix ours = add_deltas(read_npy(golden("features/kaldi_mfcc13.npy")), 2, 2);
  CHECK(worst_relative_to_column(ours, read_npy(golden("features/kaldi_mfcc13_deltas.npy"))) < 1e-5);
}

TEST_CASE("deltas of a ramp are its slope away from the edges, double deltas are zero there", "[features]") {
  Matrix ramp(20, 1);
  for (std::size_t t = 0; t < 20; ++t) ramp(t, 0) = 3 * static_cast<float>(t);
  const Matrix with_deltas = add_deltas(ramp, 2, 2);
  for (std::size_t t = 4; t < 16; ++t) {
    CHECK(with_deltas(t, 1) == Approx(3));
    CHECK(with_deltas(t, 2) == Approx(0).margin(1e-5));
  }
}

TEST_CASE("statistics agree with numpy and scipy", "[features][golden]") {
  const Matrix frames = read_npy(golden("features/kaldi_fbank40.npy"));
  std::vector<std::string> header;
  std::size_t column = 0;
  for (const std::string& line : split(read_file(golden("features/kaldi_fbank40_statistics.tsv")), '\n')) {
    if (line.empty() || (line[0] == '#' && line.find("\t") == std::string::npos)) continue;
    std::vector<std::string> fields = split(line, '\t');
    if (header.empty()) {
      header = fields;
      continue;
    }
    StatisticsOptions options;
    options.functionals = {"mean", "std", "skewness", "kurtosis", "min", "max", "range",
                           "p1",   "p25", "p50",      "p75",      "p99", "iqr", "slope"};
    const std::vector<float> ours = statistics(frames, options, 0.01);
    REQUIRE(header.size() == options.functionals.size() + 1);
    for (std::size_t k = 0; k < options.functionals.size(); ++k) {
      CAPTURE(column, options.functionals[k]);
      CHECK(ours[column * options.functionals.size() + k] ==
            Approx(*parse_double(fields[k + 1])).epsilon(1e-5).margin(1e-5));
    }
    ++column;
  }
  CHECK(column == frames.columns);
}

TEST_CASE("statistics of a constant column are finite", "[features]") {
  Matrix frames(5, 1);
  for (float& value : frames.values) value = 0.1f;
  StatisticsOptions options;
  for (const float value : statistics(frames, options, 0.01)) CHECK(std::isfinite(value));
}

TEST_CASE("a clip shorter than one frame is an error that says so", "[features]") {
  LogMelExtractor extractor({}, 16000);
  CHECK_NOTHROW(extractor.compute({std::vector<float>(400), 16000}));
  CHECK_THROWS_WITH(extractor.compute({std::vector<float>(399), 16000}), Catch::Contains("too short for one frame"));
}

TEST_CASE("bands beyond half the sample rate are refused", "[features]") {
  LogMelOptions options;
  options.mel.high_hz = 9000;
  CHECK_THROWS_AS(LogMelExtractor(options, 16000), UsageError);
  CHECK_NOTHROW(LogMelExtractor(options, 44100));
}

TEST_CASE("one extractor gives the same numbers for a clip whatever it computed before", "[features]") {
  const Waveform wave = read_audio(golden("w1.wav"));
  LogMelExtractor used({}, wave.rate_hz), fresh({}, wave.rate_hz);
  used.compute({std::vector<float>(5000, 0.7f), 16000});
  CHECK(used.compute(wave).values == fresh.compute(wave).values);
}
