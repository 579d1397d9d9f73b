#include <ser/features/acoustic/contour.h>
#include <ser/features/acoustic/contour_peaks.h>
#include <ser/features/acoustic/contour_segments.h>
#include <ser/features/egemaps.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

using namespace egemaps;
using Contour = std::span<const float>;

const std::array<const char*, descriptor_count> descriptor_names{"Loudness",
                                                                 "alphaRatio",
                                                                 "hammarbergIndex",
                                                                 "slope0-500",
                                                                 "slope500-1500",
                                                                 "spectralFlux",
                                                                 "mfcc1",
                                                                 "mfcc2",
                                                                 "mfcc3",
                                                                 "mfcc4",
                                                                 "F0semitoneFrom27.5Hz",
                                                                 "jitterLocal",
                                                                 "shimmerLocaldB",
                                                                 "HNRdBACF",
                                                                 "logRelF0-H1-H2",
                                                                 "logRelF0-H1-A3",
                                                                 "F1frequency",
                                                                 "F1bandwidth",
                                                                 "F1amplitudeLogRelF0",
                                                                 "F2frequency",
                                                                 "F2bandwidth",
                                                                 "F2amplitudeLogRelF0",
                                                                 "F3frequency",
                                                                 "F3bandwidth",
                                                                 "F3amplitudeLogRelF0"};

/// "slope0-500" with infix "V" is "slopeV0-500".
std::string masked_name(Descriptor descriptor, const std::string& infix) {
  std::string name = descriptor_names[descriptor];
  name.insert(name.starts_with("slope") ? 5 : name.size(), infix);
  return name;
}

constexpr std::array masked_descriptors{
    alpha_ratio, hammarberg_index, slope_0_500, slope_500_1500, spectral_flux, mfcc1, mfcc2, mfcc3, mfcc4};
constexpr std::size_t unvoiced_descriptors = 5;  ///< the first of them also over unvoiced frames

std::size_t visible_pitch_frames(const EgemapsContours& c) {
  return c.decided_frames > 0 ? c.decided_frames : c.pitch_frames;
}

/// Appends functionals in the order of the set.
class Functionals {
 public:
  void mean_and_deviation(Contour x) {
    const MeanAndDeviation m = mean_and_normalised_deviation(x);
    out_.insert(out_.end(), {m.mean, m.normalised_deviation});
  }
  void mean(Contour x) { out_.push_back(mean_and_normalised_deviation(x).mean); }
  void ten(Contour x) {
    mean_and_deviation(x);
    constexpr std::array percents{20.0, 50.0, 80.0};
    const std::vector<float> p = percentiles(x, percents);
    const PeakSlopes s = peak_slopes(x, contour_extrema(x), AnalysisFrames::shift_seconds);
    out_.insert(out_.end(), {p[0], p[1], p[2], std::abs(p[2] - p[0]), s.mean_rising, s.deviation_rising, s.mean_falling,
                             s.deviation_falling});
  }
  void add(float value) { out_.push_back(value); }
  std::vector<float> take() { return std::move(out_); }

 private:
  std::vector<float> out_;
};

std::vector<float> masked_and_smoothed(const EgemapsContours& c, Descriptor descriptor, bool voiced) {
  const std::size_t frames = visible_pitch_frames(c);
  const auto value = [&](std::size_t t) {
    return (c.values[semitone][t] > 0) == voiced ? c.values[descriptor][t] : 0.f;
  };
  std::vector<float> masked(frames);
  for (std::size_t t = 0; t < frames; ++t) masked[t] = value(t);
  std::optional<float> next;
  if (frames < c.pitch_frames) next = value(frames);
  return smooth_three_nonzero_frames(masked, next);
}

/// Contours of the pitch frames. Formant frequencies and bandwidths count in voiced frames only; amplitudes are -201
/// elsewhere, which is a number like any other.
std::vector<float> smoothed_pitch_contour(const EgemapsContours& c, std::size_t descriptor) {
  const std::vector<float>& x = c.values[descriptor];
  const std::size_t frames = visible_pitch_frames(c);
  const bool formant = descriptor >= f1_frequency && (descriptor - f1_frequency) % 3 != 2;
  std::vector<float> masked(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(frames));
  if (formant)
    for (std::size_t t = 0; t < frames; ++t)
      if (c.values[semitone][t] <= 1e-6f) masked[t] = 0;
  std::optional<float> next;
  if (descriptor == semitone && frames < c.pitch_frames) next = x[frames];
  return smooth_three_nonzero_frames(masked, next);
}

void add_time_functionals(const EgemapsContours& c, Contour pitch, Contour smooth_loudness, Functionals& out) {
  const auto extrema = contour_extrema(smooth_loudness);
  const auto peaks = std::count_if(extrema.begin(), extrema.end(), [](const auto& e) { return e.maximum; });
  out.add(static_cast<float>(static_cast<double>(peaks) /
                             (static_cast<double>(smooth_loudness.size()) * AnalysisFrames::shift_seconds)));
  const SegmentStatistics voiced =
      segment_statistics(segment_lengths(pitch, false), pitch.size(), AnalysisFrames::shift_seconds);
  const SegmentStatistics unvoiced =
      segment_statistics(segment_lengths(pitch, true), pitch.size(), AnalysisFrames::shift_seconds);
  out.add(voiced.per_second);
  for (const SegmentStatistics& s : {voiced, unvoiced}) {
    out.add(s.mean_seconds);
    out.add(s.deviation_seconds);
  }
  double power = 0;
  for (const float square : c.mean_square) power += static_cast<double>(square);
  out.add(static_cast<float>(10 * std::log10(std::max(1e-12, power / static_cast<double>(c.mean_square.size())))));
}

}  // namespace

std::vector<std::string> egemaps_lld_names() {
  std::vector<std::string> names;
  for (std::size_t d = 0; d < descriptor_count; ++d)
    names.push_back(std::string(descriptor_names[d]) + (d < short_frame_descriptors ? "_sma3" : "_sma3nz"));
  return names;
}

std::vector<std::string> egemaps_functional_names() {
  std::vector<std::string> names;
  const auto two = [&](const std::string& name) {
    names.push_back(name + "_amean");
    names.push_back(name + "_stddevNorm");
  };
  for (const std::string name : {"F0semitoneFrom27.5Hz_sma3nz", "loudness_sma3"}) {
    two(name);
    for (const char* functional : {"percentile20.0", "percentile50.0", "percentile80.0", "pctlrange0-2",
                                   "meanRisingSlope", "stddevRisingSlope", "meanFallingSlope", "stddevFallingSlope"})
      names.push_back(name + "_" + functional);
  }
  for (std::size_t d = spectral_flux; d <= mfcc4; ++d) two(std::string(descriptor_names[d]) + "_sma3");
  for (std::size_t d = jitter; d < descriptor_count; ++d) two(std::string(descriptor_names[d]) + "_sma3nz");
  for (const Descriptor d : masked_descriptors) two(masked_name(d, "V") + "_sma3nz");
  for (std::size_t i = 0; i < unvoiced_descriptors; ++i)
    names.push_back(masked_name(masked_descriptors[i], "UV") + "_sma3nz_amean");
  for (const char* name :
       {"loudnessPeaksPerSec", "VoicedSegmentsPerSec", "MeanVoicedSegmentLengthSec", "StddevVoicedSegmentLengthSec",
        "MeanUnvoicedSegmentLength", "StddevUnvoicedSegmentLength", "equivalentSoundLevel_dBp"})
    names.push_back(name);
  return names;
}

Matrix egemaps_lld_table(const EgemapsContours& c) {
  Matrix table(c.pitch_frames + 1, descriptor_count);
  const std::size_t decided = visible_pitch_frames(c);
  for (std::size_t d = 0; d < descriptor_count; ++d) {
    const std::vector<float>& x = c.values[d];
    std::vector<float> smooth = d < short_frame_descriptors ? smooth_three_frames(x) : smooth_three_nonzero_frames(x);
    if (d >= short_frame_descriptors) {
      smooth.push_back(x.back());
      if (decided < c.pitch_frames) {
        const Contour before(x.data(), decided);
        smooth[decided - 1] = smooth_three_nonzero_frames(before).back();
        smooth[decided] = x[decided - 1];
      }
    }
    for (std::size_t t = 0; t < table.rows; ++t) table(t, d) = smooth[t];
  }
  return table;
}

std::vector<float> egemaps_functionals(const EgemapsContours& c) {
  Functionals out;
  const std::vector<float> pitch = smoothed_pitch_contour(c, semitone);
  const std::vector<float> smooth_loudness = smooth_three_frames(c.values[loudness]);
  out.ten(nonzero_values(pitch));
  out.ten(smooth_loudness);
  for (std::size_t d = spectral_flux; d <= mfcc4; ++d) out.mean_and_deviation(smooth_three_frames(c.values[d]));
  for (std::size_t d = jitter; d < descriptor_count; ++d)
    out.mean_and_deviation(nonzero_values(smoothed_pitch_contour(c, d)));
  for (const Descriptor d : masked_descriptors) out.mean_and_deviation(nonzero_values(masked_and_smoothed(c, d, true)));
  for (std::size_t i = 0; i < unvoiced_descriptors; ++i)
    out.mean(nonzero_values(masked_and_smoothed(c, masked_descriptors[i], false)));
  add_time_functionals(c, pitch, smooth_loudness, out);
  return out.take();
}

}  // namespace ser
