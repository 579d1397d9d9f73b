#include <fmt/format.h>
#include <ser/features/acoustic/contour.h>
#include <ser/features/compare.h>
#include <ser/features/compare_contours.h>

#include <algorithm>

namespace ser {
namespace {

using namespace compare;

constexpr std::array<const char*, loudness> voicing_names{"F0final",   "voicingFinalUnclipped", "jitterLocal",
                                                          "jitterDDP", "shimmerLocal",          "logHNR"};
constexpr std::array<const char*, rasta_band - loudness> energy_names{
    "audspec_lengthL1norm", "audspecRasta_lengthL1norm", "pcm_RMSenergy", "pcm_zcr"};
constexpr std::array<const char*, spectral::descriptor_count> spectral_names{
    "fband250-650",        "fband1000-4000",   "spectralRollOff25.0", "spectralRollOff50.0", "spectralRollOff75.0",
    "spectralRollOff90.0", "spectralFlux",     "spectralCentroid",    "spectralEntropy",     "spectralVariance",
    "spectralSkewness",    "spectralKurtosis", "spectralSlope",       "psySharpness",        "spectralHarmonicity"};

std::vector<float> smoothed_voicing(const CompareContours& c, std::size_t descriptor, std::size_t frames) {
  const std::vector<float>& x = c.values[descriptor];
  std::optional<float> next;
  if (descriptor <= voicing && frames < c.pitch_frames) next = x[frames];
  return smooth_three_nonzero_frames({x.data(), frames}, next);
}

/// Of the table: to the end of the signal and one row more, with openSMILE's rows where the undecided frames begin.
std::vector<float> voicing_column(const CompareContours& c, std::size_t descriptor, std::size_t decided) {
  const std::vector<float>& x = c.values[descriptor];
  std::vector<float> smooth = smooth_three_nonzero_frames(x);
  smooth.push_back(x.back());
  if (descriptor > voicing && decided < c.pitch_frames) {
    smooth[decided - 1] = smooth_three_nonzero_frames({x.data(), decided}).back();
    smooth[decided] = x[decided - 1];
  }
  return smooth;
}

/// Where nothing was decided (clips below about 150 ms) all frames count: the reference's result depends on its
/// scheduling there.
std::size_t visible_pitch_frames(const CompareContours& c) {
  return c.decided_frames > 0 ? c.decided_frames : c.pitch_frames;
}

}  // namespace

CompareSmoothed::CompareSmoothed(const CompareContours& c)
    : pitch_frames(c.pitch_frames), short_frames(c.short_frames), visible_frames(visible_pitch_frames(c)) {
  for (std::size_t d = 0; d < descriptor_count; ++d)
    values[d] = d < loudness ? smoothed_voicing(c, d, visible_frames) : smooth_three_frames(c.values[d]);
  auto voicing_deltas = nonzero_delta_contours(std::span(values).first(loudness), visible_frames);
  std::move(voicing_deltas.begin(), voicing_deltas.end(), deltas.begin());
  for (std::size_t d = loudness; d < descriptor_count; ++d) deltas[d] = delta_contour(values[d]);
}

std::string compare_descriptor_name(std::size_t d, bool delta) {
  const std::string suffix = delta ? "_sma_de" : "_sma";
  if (d < loudness) return voicing_names[d] + suffix;
  if (d < rasta_band) return energy_names[d - loudness] + suffix;
  if (d < spectrum) return fmt::format("audSpec_Rfilt{}[{}]", suffix, d - rasta_band);
  if (d < mfcc1) return fmt::format("pcm_fftMag_{}{}", spectral_names[d - spectrum], suffix);
  return fmt::format("mfcc{}[{}]", suffix, d - mfcc1 + 1);
}

std::vector<std::string> compare_lld_names() {
  std::vector<std::string> names;
  for (const bool delta : {false, true})
    for (std::size_t d = 0; d < descriptor_count; ++d) names.push_back(compare_descriptor_name(d, delta));
  return names;
}

Matrix compare_lld_table(const CompareContours& c) {
  const std::size_t rows = c.pitch_frames + 1, decided = visible_pitch_frames(c);
  std::array<std::vector<float>, descriptor_count> columns;
  for (std::size_t d = 0; d < descriptor_count; ++d) {
    columns[d] = d < loudness ? voicing_column(c, d, decided) : smooth_three_frames(c.values[d]);
    // Energy columns end with the table, before their deltas are taken; those of the spectrum go on.
    if (d < rasta_band) columns[d].resize(rows, c.values[d].back());
  }
  const auto voicing_deltas = nonzero_delta_contours(std::span(columns).first(loudness), decided + 1);
  Matrix table(rows, 2 * descriptor_count);
  for (std::size_t d = 0; d < descriptor_count; ++d) {
    const std::vector<float> delta = d < loudness ? voicing_deltas[d] : delta_contour(columns[d]);
    for (std::size_t t = 0; t < rows; ++t) {
      table(t, d) = columns[d][t];
      table(t, descriptor_count + d) = delta[t];
    }
  }
  return table;
}

}  // namespace ser
