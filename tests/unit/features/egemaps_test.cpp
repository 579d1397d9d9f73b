// eGeMAPSv02 against openSMILE: the worked example W1 stage by stage, and edge cases.
#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/features/egemaps.h>
#include <support/agreement.h>
#include <support/csv_columns.h>
#include <support/files.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <sstream>

using namespace ser;
using namespace ser::test;

namespace {

const EgemapsContours& w1_contours() {
  static const EgemapsContours contours = [] {
    const Waveform wave = read_audio(golden("w1.wav"));
    return EgemapsDescriptors(wave.rate_hz).compute(wave);
  }();
  return contours;
}

struct Frame {
  std::vector<float> samples;
  Frame(const Waveform& wave, std::size_t t, std::size_t length) {
    scale_like_opensmile(wave, samples);
    samples = {samples.begin() + static_cast<std::ptrdiff_t>(160 * t),
               samples.begin() + static_cast<std::ptrdiff_t>(160 * t + length)};
  }
};

Waveform silence(std::size_t samples, int rate_hz = 16000) { return {std::vector<float>(samples), rate_hz, 16}; }

}  // namespace

TEST_CASE("Integers are scaled by openSMILE's divisors") {
  std::vector<float> x;
  scale_like_opensmile({{32767 / 32768.f, -1}, 16000, 16}, x);
  CHECK(x[0] == 1);
  CHECK(x[1] == static_cast<float>(-32768.0 / 32767));
  scale_like_opensmile({{1 / 8388608.f}, 16000, 24}, x);
  CHECK(x[0] == static_cast<float>(1 / (32767.0 * 256)));
  scale_like_opensmile({{0.25f}, 16000, 0}, x);
  CHECK(x[0] == 0.25f);
}

TEST_CASE("W1: spectra of three frames") {
  const Waveform wave = read_audio(golden("w1.wav"));
  FrameSpectrum long_spectrum("gauss", 960), short_spectrum("hamming", 320);
  std::vector<float> m60(513), m20(257);
  const std::map<std::size_t, std::vector<double>> wanted60{{50, {0.0992573, 11.5154, 1.68629, 0.07826}},
                                                            {87, {0.0441302, 0.0993153, 0.0528838, 0.30817}},
                                                            {130, {0.135479, 9.22805, 1.07822, 0.0518153}}};
  const std::map<std::size_t, std::vector<double>> wanted20{{50, {0.0388459, 6.34087, 4.18094, 2.6549, 0.00585435}},
                                                            {87, {0.166385, 0.0393221, 0.0281335, 0.105088, 0.10488}},
                                                            {130, {0.0174306, 5.93367, 3.6073, 2.47049, 0.018183}}};
  for (const auto& [t, values] : wanted60) {
    long_spectrum.transform(Frame(wave, t, 960).samples, m60);
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(static_cast<double>(m60[std::vector<std::size_t>{0, 8, 9, 18}[i]]) == Approx(values[i]).epsilon(1e-5));
    short_spectrum.transform(Frame(wave, t, 320).samples, m20);
    for (std::size_t i = 0; i < 5; ++i)
      CHECK(static_cast<double>(m20[std::vector<std::size_t>{0, 4, 5, 16, 100}[i]]) ==
            Approx(wanted20.at(t)[i]).epsilon(3e-5));
  }
}

TEST_CASE("W1: logarithmic spectrum and pitch candidates") {
  const Waveform wave = read_audio(golden("w1.wav"));
  const Csv stages = read_csv("egemaps/w1-stages.csv");
  FrameSpectrum spectrum("gauss", 960);
  Log2Spectrum log2_spectrum(513, 15.625);
  SubharmonicSummation summation({}, log2_spectrum);
  CHECK(log2_spectrum.points_per_octave() == Approx(61.64437).epsilon(1e-6));
  std::vector<float> magnitude(513), s(513);
  for (std::size_t t = 0; t < stages.columns.at("nCand").size(); ++t) {
    spectrum.transform(Frame(wave, t, 960).samples, magnitude);
    log2_spectrum.transform(magnitude, s);
    if (t == 50) {
      CHECK(static_cast<double>(s[100]) == Approx(1.65366).epsilon(1e-5));
      CHECK(static_cast<double>(s[150]) == Approx(5.50578).epsilon(1e-5));
      CHECK(static_cast<double>(s[300]) == Approx(0.061349).epsilon(1e-5));
    }
    const PitchCandidates found = summation.candidates(s);
    REQUIRE(static_cast<double>(found.count) == stages.columns.at("nCand")[t]);
    for (std::size_t i = 0; i < pitch_candidate_slots; ++i) {
      const std::string slot = std::to_string(i + 1);
      REQUIRE(static_cast<double>(found.frequency_hz[i]) == Approx(stages.columns.at("F" + slot)[t]).epsilon(5e-5));
      REQUIRE(static_cast<double>(found.voicing[i]) == Approx(stages.columns.at("V" + slot)[t]).epsilon(5e-5));
      REQUIRE(static_cast<double>(found.score[i]) == Approx(stages.columns.at("score" + slot)[t]).epsilon(5e-5));
    }
  }
}

TEST_CASE("W1: the Viterbi contour from the reference's own candidates is the reference's") {
  const Csv stages = read_csv("egemaps/w1-stages.csv");
  ViterbiPitch pitch(40);
  const std::size_t frames = stages.columns.at("nCand").size();
  for (std::size_t t = 0; t < frames; ++t) {
    PitchCandidates c;
    for (std::size_t i = 0; i < pitch_candidate_slots; ++i) {
      const std::string slot = std::to_string(i + 1);
      c.frequency_hz[i] = static_cast<float>(stages.columns.at("F" + slot)[t]);
      c.voicing[i] = static_cast<float>(stages.columns.at("V" + slot)[t]);
    }
    pitch.push(c);
  }
  CHECK(pitch.decisions().size() == 244);
  pitch.finish();
  for (std::size_t t = 0; t < frames; ++t) {
    REQUIRE(pitch.decisions()[t].frequency_hz == static_cast<float>(stages.columns.at("F0_viterbi")[t]));
    REQUIRE(pitch.decisions()[t].voicing == static_cast<float>(stages.columns.at("voicing_viterbi")[t]));
  }
}

TEST_CASE("W1: jitter and shimmer from the reference's own pitch are the reference's") {
  const Csv stages = read_csv("egemaps/w1-stages.csv");
  const Waveform wave = read_audio(golden("w1.wav"));
  std::vector<float> samples;
  scale_like_opensmile(wave, samples);
  PeriodMatching matching({}, 16000, 960, 160);
  for (std::size_t t = 0; t < stages.columns.at("F0_gated").size(); ++t) {
    const auto found = matching.frame(samples, t, static_cast<float>(stages.columns.at("F0_gated")[t]));
    REQUIRE(static_cast<double>(found.jitter_local) == Approx(stages.columns.at("jitterLocal")[t]).epsilon(3e-7));
    REQUIRE(static_cast<double>(found.shimmer_local_db) ==
            Approx(stages.columns.at("shimmerLocaldB")[t]).epsilon(3e-7));
  }
}

TEST_CASE("W1: formants from the reference's own predictors are the reference's") {
  const Csv stages = read_csv("egemaps/w1-stages.csv");
  for (std::size_t t = 0; t < stages.columns.at("a1").size(); ++t) {
    std::array<float, 11> a;
    for (std::size_t i = 0; i < a.size(); ++i)
      a[i] = static_cast<float>(stages.columns.at("a" + std::to_string(i + 1))[t]);
    const Formants found = formants_of_predictor(a, 11000);
    for (std::size_t i = 0; i < formant_count; ++i) {
      const std::string n = std::to_string(i + 1);
      REQUIRE(static_cast<double>(found.frequency_hz[i]) == Approx(stages.columns.at("F" + n + "#2")[t]).epsilon(1e-6));
      REQUIRE(static_cast<double>(found.bandwidth_hz[i]) == Approx(stages.columns.at("B" + n)[t]).epsilon(1e-5));
    }
  }
}

TEST_CASE("W1: the predictors of all frames are the reference's to the last bit") {
  const Waveform wave = read_audio(golden("w1.wav"));
  const Csv stages = read_csv("egemaps/w1-stages.csv");
  FrameSpectrum spectrum("hamming", 320);
  SpectralResampling resampling(320, 512, 16000, 11000);
  std::vector<float> magnitude(257), y(220), a(11);
  for (std::size_t t = 0; t < stages.columns.at("a1").size(); ++t) {
    spectrum.transform(Frame(wave, t, 320).samples, magnitude);
    resampling.resample(spectrum.real(), spectrum.imaginary(), y);
    linear_prediction(y, a);
    INFO("frame " << t);
    for (std::size_t i = 0; i < a.size(); ++i)
      REQUIRE(a[i] == static_cast<float>(stages.columns.at("a" + std::to_string(i + 1))[t]));
  }
}

TEST_CASE("W1: resampled frame, predictor and mel bands of frame 87") {
  const Waveform wave = read_audio(golden("w1.wav"));
  FrameSpectrum spectrum("hamming", 320);
  std::vector<float> magnitude(257), power(26), loudness(26);
  spectrum.transform(Frame(wave, 87, 320).samples, magnitude);
  SpectralResampling resampling(320, 512, 16000, 11000);
  REQUIRE(resampling.size() == 220);
  std::vector<float> y(220);
  resampling.resample(spectrum.real(), spectrum.imaginary(), y);
  CHECK(static_cast<double>(y[0]) == Approx(7.45355e-05).epsilon(1e-3));
  CHECK(static_cast<double>(y[110]) == Approx(0.0044962).epsilon(1e-4));
  CHECK(static_cast<double>(y[219]) == Approx(0.00494115).epsilon(1e-4));
  std::array<float, 11> a;
  linear_prediction(y, a);
  CHECK(static_cast<double>(a[0]) == Approx(-2.0089).epsilon(1e-3));
  CHECK(static_cast<double>(a[10]) == Approx(0.123711).epsilon(1e-2));

  AuditorySpectrum auditory(257, 31.25);
  CHECK(auditory.centre_hz(0) == Approx(89.61).epsilon(1e-4));
  CHECK(auditory.loudness_weight(5) == Approx(0.44566).epsilon(1e-4));
  auditory.band_powers(magnitude, power);
  auditory.specific_loudness(power, loudness);
  CHECK(static_cast<double>(power[0]) == Approx(0.0156297).epsilon(1e-5));
  CHECK(static_cast<double>(power[25]) == Approx(0.610794).epsilon(1e-5));
  CHECK(static_cast<double>(loudness[12]) == Approx(0.567959).epsilon(1e-5));
  CHECK(static_cast<double>(loudness_of(loudness)) == Approx(0.57382).epsilon(1e-5));
}

TEST_CASE("W1: every descriptor before smoothing") {
  const Csv stages = read_csv("egemaps/w1-stages.csv");
  const EgemapsContours& c = w1_contours();
  CHECK(c.pitch_frames == 245);
  CHECK(c.short_frames == 249);
  CHECK(c.decided_frames == 244);
  const std::map<std::string, egemaps::Descriptor> names{{"semitone_viterbi", egemaps::semitone},
                                                         {"jitterLocal", egemaps::jitter},
                                                         {"shimmerLocaldB", egemaps::shimmer_db},
                                                         {"HNRdB", egemaps::hnr_db},
                                                         {"H1-H2", egemaps::h1_h2},
                                                         {"loudness", egemaps::loudness},
                                                         {"slope0-500", egemaps::slope_0_500},
                                                         {"slope500-1500", egemaps::slope_500_1500},
                                                         {"alphaRatio", egemaps::alpha_ratio},
                                                         {"hammarberg", egemaps::hammarberg_index},
                                                         {"flux", egemaps::spectral_flux},
                                                         {"mfcc1", egemaps::mfcc1},
                                                         {"mfcc2", egemaps::mfcc2},
                                                         {"mfcc3", egemaps::mfcc3},
                                                         {"mfcc4", egemaps::mfcc4}};
  for (const auto& [name, descriptor] : names) {
    std::vector<double> reference = stages.columns.at(name);
    if (name == "semitone_viterbi")
      for (std::size_t t = 0; t < reference.size(); ++t)
        if (stages.columns.at("F0_gated")[t] == 0) reference[t] = 0;
    INFO(name);
    CHECK(quantile(errors(c.values[descriptor], reference, 1e-3 * largest_magnitude(reference)), 1) < 1e-3);
  }
  CHECK(quantile(errors(c.mean_square, stages.columns.at("meansquare20"), 1e-9), 1) < 1e-6);
  for (const auto& [name, descriptor] :
       {std::pair{"F1#2", egemaps::f1_frequency}, {"F2#2", egemaps::f2_frequency}, {"F3#2", egemaps::f3_frequency}}) {
    INFO(name);
    CHECK(quantile(errors(c.values[descriptor], stages.columns.at(name), 1), 1) < 1e-6);
  }
}

TEST_CASE("W1: smoothed descriptors, names and order") {
  const Csv reference = read_csv("egemaps/w1-egemaps-lld.csv");
  CHECK(egemaps_lld_names() == reference.names);
  const Matrix table = egemaps_lld_table(w1_contours());
  REQUIRE(table.rows == 246);
  for (std::size_t d = 0; d < table.columns; ++d) {
    const std::vector<double>& column = reference.columns.at(reference.names[d]);
    REQUIRE(column.size() == table.rows);
    std::vector<float> ours;
    for (std::size_t t = 0; t < table.rows; ++t) ours.push_back(table(t, d));
    const auto error = errors(ours, column, 1e-3 * largest_magnitude(column));
    INFO(reference.names[d]);
    CHECK(quantile(error, 1) < (reference.names[d].starts_with("mfcc") ? 3e-3 : 1e-4));
  }
}

TEST_CASE("W1: the 88 functionals") {
  const Csv reference = read_csv("egemaps/w1-egemaps-func.csv");
  CHECK(egemaps_functional_names() == reference.names);
  const std::vector<float> ours = egemaps_functionals(w1_contours());
  REQUIRE(ours.size() == 88);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    INFO(reference.names[i]);
    const double error = errors({&ours[i], 1}, reference.columns.at(reference.names[i]), 1e-3)[0];
    CHECK(error < (of_formants(reference.names[i]) ? 1e-6 : 1e-4));
  }
}

TEST_CASE("A clip shorter than one 60 ms frame has no features, and says so") {
  EgemapsDescriptors descriptors(16000);
  CHECK_THROWS_AS(descriptors.compute(silence(1)), DataError);
  CHECK_THROWS_AS(descriptors.compute(silence(944)), DataError);
  CHECK_THROWS_WITH(descriptors.compute(silence(944)), Catch::Contains("0.059 s"));
  CHECK(egemaps_functionals(descriptors.compute(silence(960))).size() == 88);
  CHECK_THROWS_AS(EgemapsDescriptors(4000), DataError);
}

TEST_CASE("Silence, direct current and a full-scale square wave give finite values at every rate") {
  for (const int rate_hz : {8000, 11025, 16000, 22050, 44100, 48000, 96000}) {
    EgemapsDescriptors descriptors(rate_hz);
    for (const int kind : {0, 1, 2}) {
      Waveform wave = silence(static_cast<std::size_t>(rate_hz) / 2, rate_hz);
      for (std::size_t i = 0; i < wave.samples.size(); ++i)
        wave.samples[i] = kind == 0                                         ? 0.f
                          : kind == 1                                       ? 0.5f
                          : i * 440 / static_cast<std::size_t>(rate_hz) % 2 ? 1.f
                                                                            : -1.f;
      const EgemapsContours contours = descriptors.compute(wave);
      const std::vector<float> functionals = egemaps_functionals(contours);
      INFO(rate_hz << " Hz, kind " << kind);
      CHECK(std::all_of(functionals.begin(), functionals.end(), [](float x) { return std::isfinite(x); }));
      const Matrix table = egemaps_lld_table(contours);
      CHECK(std::all_of(table.values.begin(), table.values.end(), [](float x) { return std::isfinite(x); }));
      if (kind == 0) CHECK(functionals.back() == Approx(-120));
    }
  }
}

TEST_CASE("The same clip gives the same values after another one") {
  const Waveform wave = read_audio(golden("w1.wav"));
  EgemapsDescriptors descriptors(wave.rate_hz);
  const auto first = egemaps_functionals(descriptors.compute(wave));
  descriptors.compute(silence(20000));
  CHECK(egemaps_functionals(descriptors.compute(wave)) == first);
}
