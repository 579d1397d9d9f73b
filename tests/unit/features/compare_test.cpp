// ComParE_2016 against openSMILE: the worked example W1 stage by stage, and edge cases.
#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/features/compare.h>
#include <ser/features/compare_contours.h>
#include <support/agreement.h>
#include <support/csv_columns.h>
#include <support/files.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <set>

using namespace ser;
using namespace ser::test;

namespace {

const CompareContours& w1_contours() {
  static const CompareContours contours = [] {
    const Waveform wave = read_audio(golden("w1.wav"));
    return CompareDescriptors(wave.rate_hz).compute(wave);
  }();
  return contours;
}

struct NamedValues {
  std::vector<std::string> names;
  std::vector<double> values;
};

NamedValues read_functionals() {
  std::ifstream file(golden("compare/w1-compare-func.csv"));
  NamedValues out;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto fields = split(line, ';');
    out.names.push_back(fields[1]);
    out.values.push_back(parse_double(fields[2]).value());
  }
  return out;
}

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

Waveform silence(std::size_t samples, int rate_hz = 16000) { return {std::vector<float>(samples), rate_hz, 16}; }

}  // namespace

TEST_CASE("W1: every descriptor of ComParE before smoothing") {
  const Csv stages = read_csv("compare/w1-compare-stages.csv");
  const CompareContours& c = w1_contours();
  CHECK(c.pitch_frames == 245);
  CHECK(c.short_frames == 249);
  CHECK(c.decided_frames == 244);
  std::vector<std::pair<std::string, std::size_t>> names{
      {"F0_gated", compare::pitch},       {"voicing", compare::voicing},
      {"jitterLocal", compare::jitter},   {"jitterDDP", compare::jitter_ddp},
      {"shimmerLocal", compare::shimmer}, {"logHNR", compare::log_hnr},
      {"RMSenergy", compare::energy},     {"zcr", compare::zero_crossings},
      {"audspecL1", compare::loudness},   {"audspecRastaL1", compare::rasta_loudness}};
  const auto first = std::find(stages.names.begin(), stages.names.end(), "fband250-650") - stages.names.begin();
  for (std::size_t i = 0; i < spectral::descriptor_count; ++i)
    names.emplace_back(stages.names[static_cast<std::size_t>(first) + i], compare::spectrum + i);
  for (const auto& [name, descriptor] : names) {
    const std::vector<double>& reference = stages.columns.at(name);
    INFO(name);
    CHECK(quantile(errors(c.values[descriptor], reference, 1e-3 * largest_magnitude(reference)), 1) < 5e-5);
  }
}

TEST_CASE("W1: RASTA starts with five frames of a filter at rest") {
  const auto band = [&](std::size_t m, std::size_t t) {
    return static_cast<double>(w1_contours().values[compare::rasta_band + m][t]);
  };
  const std::map<std::size_t, std::array<double, 3>> wanted{{0, {0.129216, 0.14203, 0.159115}},
                                                            {5, {0.765896, 0.783412, 0.782964}},
                                                            {12, {1.21713, 1.16005, 1.01351}},
                                                            {25, {0.594331, 0.580438, 0.584595}}};
  for (const auto& [m, values] : wanted) {
    for (std::size_t t = 0; t < 5; ++t) CHECK(band(m, t) == Approx(values[0]).epsilon(1e-5));
    CHECK(band(m, 5) == Approx(values[1]).epsilon(1e-5));
    CHECK(band(m, 6) == Approx(values[2]).epsilon(1e-5));
  }
}

TEST_CASE("W1: the deltas of the voicing columns shrink as the reference's do") {
  const Csv stages = read_csv("compare/w1-compare-stages.csv");
  const CompareSmoothed smoothed(w1_contours());
  for (std::size_t d = 0; d < compare::loudness; ++d) {
    const std::string name = compare_descriptor_name(d, true);
    std::vector<double> reference = stages.columns.at(name);
    reference.resize(smoothed.visible_frames - 2);
    INFO(name);
    CHECK(quantile(errors(smoothed.deltas[d], reference, 1e-3 * largest_magnitude(reference)), 1) < 1e-3);
  }
}

TEST_CASE("W1: smoothed descriptors of ComParE, names and order") {
  const Csv reference = read_csv("compare/w1-compare-lld.csv");
  const std::vector<std::string> names = compare_lld_names();
  REQUIRE(names.size() == 130);
  CHECK(std::vector<std::string>(names.begin(), names.begin() + 65) == reference.names);
  CHECK(names[65] == "F0final_sma_de");
  CHECK(names[129] == "mfcc_sma_de[14]");
  const Matrix table = compare_lld_table(w1_contours());
  REQUIRE(table.rows == 246);
  for (std::size_t d = 0; d < 65; ++d) {
    const std::vector<double>& column = reference.columns.at(names[d]);
    REQUIRE(column.size() == table.rows);
    std::vector<float> ours;
    for (std::size_t t = 0; t < table.rows; ++t) ours.push_back(table(t, d));
    INFO(names[d]);
    CHECK(quantile(errors(ours, column, 1e-3 * largest_magnitude(column)), 0.99) < 1e-3);
  }
}

TEST_CASE("W1: the 6373 functionals") {
  const NamedValues reference = read_functionals();
  REQUIRE(reference.names.size() == 6373);
  CHECK(compare_functional_names() == reference.names);
  const std::vector<float> ours = compare_functionals(w1_contours());
  REQUIRE(ours.size() == 6373);
  const std::vector<double> error = errors(ours, reference.values, 1e-3);
  std::vector<double> plain, predictors;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const std::string functional = reference.names[i].substr(reference.names[i].rfind('_') + 1);
    (functional.starts_with("lp") ? predictors : plain).push_back(error[i]);
  }
  REQUIRE(plain.size() == 5593);
  CHECK(quantile(plain, 0.999) < 1e-3);
  CHECK(quantile(plain, 1) < 1e-2);
  // The linear predictors of smooth contours are ill-conditioned.
  CHECK(quantile(predictors, 0.95) < 2e-2);
}

TEST_CASE("A clip shorter than one 60 ms frame has no ComParE features; every longer one has finite ones") {
  CompareDescriptors descriptors(16000);
  CHECK_THROWS_WITH(descriptors.compute(silence(944)), Catch::Contains("0.059 s"));
  const Waveform w1 = read_audio(golden("w1.wav"));
  for (const std::size_t samples : {960U, 1120U, 1280U, 1440U, 1600U, 2400U, 4800U}) {
    Waveform wave = w1;
    wave.samples.assign(w1.samples.begin() + 6000, w1.samples.begin() + 6000 + static_cast<std::ptrdiff_t>(samples));
    const CompareContours contours = descriptors.compute(wave);
    INFO(samples << " samples");
    const std::vector<float> functionals = compare_functionals(contours);
    CHECK(functionals.size() == 6373);
    CHECK(all_finite(functionals));
    CHECK(all_finite(compare_lld_table(contours).values));
  }
  CHECK_THROWS_AS(CompareDescriptors(4000), DataError);
}

TEST_CASE("Silence, direct current and a full-scale square wave give finite ComParE values at every rate") {
  for (const int rate_hz : {8000, 11025, 16000, 22050, 44100, 48000, 96000}) {
    CompareDescriptors descriptors(rate_hz);
    for (const int kind : {0, 1, 2}) {
      Waveform wave = silence(static_cast<std::size_t>(rate_hz) / 2, rate_hz);
      for (std::size_t i = 0; i < wave.samples.size(); ++i)
        wave.samples[i] = kind == 0                                         ? 0.f
                          : kind == 1                                       ? 0.5f
                          : i * 440 / static_cast<std::size_t>(rate_hz) % 2 ? 1.f
                                                                            : -1.f;
      const CompareContours contours = descriptors.compute(wave);
      INFO(rate_hz << " Hz, kind " << kind);
      CHECK(all_finite(compare_functionals(contours)));
      CHECK(all_finite(compare_lld_table(contours).values));
    }
  }
}

TEST_CASE("The same clip gives the same ComParE values after another one") {
  const Waveform wave = read_audio(golden("w1.wav"));
  CompareDescriptors descriptors(wave.rate_hz);
  const auto first = compare_functionals(descriptors.compute(wave));
  descriptors.compute(silence(20000));
  CHECK(compare_functionals(descriptors.compute(wave)) == first);
}

TEST_CASE("Names of ComParE's functionals are unique") {
  const auto names = compare_functional_names();
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 6373);
}
