#include <ser/features/acoustic/contour.h>
#include <ser/features/acoustic/contour_peaks.h>
#include <ser/features/acoustic/contour_regression.h>
#include <ser/features/acoustic/contour_segments.h>
#include <ser/features/acoustic/contour_statistics.h>
#include <ser/features/acoustic/linear_prediction.h>
#include <ser/features/compare.h>
#include <ser/features/compare_contours.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

using namespace compare;
using Values = std::vector<float>;
constexpr double frame_seconds = AnalysisFrames::shift_seconds;

/// A contour with what several functionals of it need.
struct Subject {
  explicit Subject(std::span<const float> contour) : x(contour), range(contour), means(contour_means(contour)) {}
  std::span<const float> x;
  ContourRange range;
  ContourMeans means;
};

/// Functionals that belong together: appends as many values as it has names.
struct Group {
  std::vector<const char*> names;
  void (*append)(const Subject&, Values&);
};

void append(Values& out, std::initializer_list<float> values) { out.insert(out.end(), values); }

const Group mean{{"amean"}, [](const Subject& s, Values& out) { append(out, {s.means.mean}); }};
const Group flatness{{"flatness"}, [](const Subject& s, Values& out) { append(out, {s.means.flatness}); }};
const Group positive_mean{{"posamean"}, [](const Subject& s, Values& out) { append(out, {s.means.positive_mean}); }};
const Group root_mean_square{{"rqmean"},
                             [](const Subject& s, Values& out) { append(out, {s.means.root_mean_square}); }};

const Group extremes{{"range", "maxPos", "minPos"}, [](const Subject& s, Values& out) {
                       const auto n = static_cast<float>(s.x.size());
                       append(out, {s.range.range, static_cast<float>(s.range.highest_at) / n,
                                    static_cast<float>(s.range.lowest_at) / n});
                     }};

const Group quantiles{
    {"quartile1", "quartile2", "quartile3", "iqr1-2", "iqr2-3", "iqr1-3", "percentile1.0", "percentile99.0",
     "pctlrange0-1"},
    [](const Subject& s, Values& out) {
      constexpr std::array percents{1.0, 25.0, 50.0, 75.0, 99.0};
      const Values p = percentiles(s.x, percents);
      append(out, {p[1], p[2], p[3], p[2] - p[1], p[3] - p[2], p[3] - p[1], p[0], p[4], std::abs(p[4] - p[0])});
    }};

const Group moments{{"stddev", "skewness", "kurtosis"}, [](const Subject& s, Values& out) {
                      const ContourMoments m = contour_moments(s.x);
                      append(out, {m.deviation, m.skewness, m.kurtosis});
                    }};

void append_segments(const std::vector<std::size_t>& lengths, std::size_t frames, Values& out) {
  const SegmentStatistics s = segment_statistics(lengths, frames, frame_seconds);
  append(out, {s.mean_seconds, s.longest_seconds, s.shortest_seconds, s.deviation_seconds});
}

const Group crossing_segments{
    {"meanSegLen", "maxSegLen", "minSegLen", "segLenStddev"},
    [](const Subject& s, Values& out) { append_segments(crossing_lengths(s.x), s.x.size(), out); }};

const Group voiced_segments{
    {"meanSegLen", "maxSegLen", "minSegLen", "segLenStddev"},
    [](const Subject& s, Values& out) { append_segments(segment_lengths(s.x, false, 100), s.x.size(), out); }};

const Group share_of_nonzero{{"nnz"}, [](const Subject& s, Values& out) {
                               const auto zeros = std::count(s.x.begin(), s.x.end(), 0.f);
                               append(out, {1 - static_cast<float>(zeros) / static_cast<float>(s.x.size())});
                             }};

const Group times{{"upleveltime25", "upleveltime50", "upleveltime75", "upleveltime90", "risetime", "leftctime"},
                  [](const Subject& s, Values& out) {
                    for (const float level : {0.25f, 0.5f, 0.75f, 0.9f})
                      out.push_back(share_above(s.x, s.range, level));
                    const ContourDirections d = contour_directions(s.x);
                    append(out, {d.rising, d.left_curved});
                  }};

const Group prediction{{"lpgain", "lpc0", "lpc1", "lpc2", "lpc3", "lpc4"}, [](const Subject& s, Values& out) {
                         std::array<float, 5> a;
                         const float residual = linear_prediction(s.x, a);
                         out.push_back(residual / static_cast<float>(s.x.size()));
                         out.insert(out.end(), a.begin(), a.end());
                       }};

template <int units>
const Group regression{{"linregc1", "linregc2", "linregerrQ", "qregc1", "qregc2", "qregc3", "qregerrQ", "centroid"},
                       [](const Subject& s, Values& out) {
                         const ContourRegression r = contour_regression(s.x, s.range, units);
                         append(out, {r.line_slope, r.line_offset, r.line_error, r.parabola_curvature, r.parabola_slope,
                                      r.parabola_offset, r.parabola_error, r.centroid});
                       }};

const Group peaks{
    {"meanPeakDist", "peakDistStddev", "peakRangeAbs", "peakRangeRel", "peakMeanAbs", "peakMeanMeanDist", "peakMeanRel",
     "minRangeRel", "meanRisingSlope", "stddevRisingSlope", "meanFallingSlope", "stddevFallingSlope"},
    [](const Subject& s, Values& out) {
      const auto extrema = contour_extrema(s.x);
      const PeakStatistics p = peak_statistics(extrema, s.range.range, s.means.mean, frame_seconds);
      const PeakSlopes slopes = peak_slopes(s.x, extrema, frame_seconds);
      append(out, {p.mean_distance, p.distance_deviation, p.range, p.relative_range, p.mean, p.mean_above_mean,
                   p.relative_mean, p.relative_range_of_minima, slopes.mean_rising, slopes.deviation_rising,
                   slopes.mean_falling, slopes.deviation_falling});
    }};

/// A part of the set: contours first ... end - 1, then, where asked for, their deltas, each with all groups.
struct Block {
  std::size_t first, end;
  std::vector<bool> delta;
  std::vector<const Group*> groups;
  /// Frames that the functionals see.
  std::size_t (*frames)(const CompareSmoothed&);
  bool nonzero_only = false;
  const char* suffix = "";
};

std::size_t without_two(std::size_t frames) { return std::max<std::size_t>(frames, 3) - 2; }
std::size_t pitch_frames_less_two(const CompareSmoothed& c) { return without_two(c.pitch_frames); }

const std::vector<Block>& blocks() {
  static const std::vector<const Group*> shape{&extremes,          &quantiles, &moments,
                                               &crossing_segments, &times,     &prediction};
  static const std::vector<Block> all{
      {loudness, rasta_band, {false, true}, shape, pitch_frames_less_two},
      {rasta_band,
       descriptor_count,
       {false, true},
       shape,
       [](const CompareSmoothed& c) { return without_two(c.short_frames); }},
      {pitch,
       loudness,
       {false, true},
       {&mean, &flatness, &positive_mean, &root_mean_square, &extremes, &regression<1>, &quantiles, &moments, &times,
        &prediction},
       [](const CompareSmoothed& c) { return without_two(c.visible_frames); },
       true},
      {pitch,
       voicing,
       {false},
       {&share_of_nonzero, &voiced_segments},
       [](const CompareSmoothed& c) { return c.visible_frames; },
       false,
       "_ff0"},
      {loudness,
       descriptor_count,
       {false},
       {&mean, &flatness, &root_mean_square, &peaks, &regression<100>},
       [](const CompareSmoothed& c) { return c.pitch_frames; }},
      {loudness,
       descriptor_count,
       {true},
       {&flatness, &positive_mean, &root_mean_square, &peaks},
       pitch_frames_less_two},
  };
  return all;
}

void append_functionals(std::span<const float> contour, const Block& block, Values& out) {
  Values kept;
  if (block.nonzero_only) {
    kept = nonzero_values(contour);
    contour = kept;
  }
  if (contour.empty()) {
    for (const Group* group : block.groups) out.resize(out.size() + group->names.size());
    return;
  }
  const Subject subject(contour);
  for (const Group* group : block.groups) group->append(subject, out);
}

}  // namespace

std::vector<std::string> compare_functional_names() {
  std::vector<std::string> names;
  for (const Block& block : blocks())
    for (const bool delta : block.delta)
      for (std::size_t d = block.first; d < block.end; ++d)
        for (const Group* group : block.groups)
          for (const char* name : group->names)
            names.push_back(compare_descriptor_name(d, delta) + block.suffix + "_" + name);
  return names;
}

std::vector<float> compare_functionals(const CompareContours& contours) {
  const CompareSmoothed smoothed(contours);
  Values out;
  for (const Block& block : blocks())
    for (const bool delta : block.delta)
      for (std::size_t d = block.first; d < block.end; ++d) {
        const std::vector<float>& contour = (delta ? smoothed.deltas : smoothed.values)[d];
        append_functionals({contour.data(), block.frames(smoothed)}, block, out);
      }
  return out;
}

}  // namespace ser
