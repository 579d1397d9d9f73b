// Pitch candidates by sub-harmonic summation (D. Hermes, JASA 83, 1988), with the details of openSMILE.
#pragma once

#include <ser/features/acoustic/log2_spectrum.h>

#include <array>

namespace ser {

inline constexpr std::size_t pitch_candidate_slots = 6;

/// Candidates of one frame, best first; empty slots hold 0 everywhere.
struct PitchCandidates {
  std::array<float, pitch_candidate_slots> frequency_hz{};
  std::array<float, pitch_candidate_slots> voicing{};  ///< 1 - mean / score of the summed spectrum: 0 to 1
  std::array<float, pitch_candidate_slots> score{};
  std::size_t count = 0;
};

struct SubharmonicSummationOptions {
  double lowest_hz = 55;
  double highest_hz = 1000;
  int harmonics = 15;
  double compression = 0.85;  ///< weight of harmonic h: compression^(h - 1)
};

/// Holds working memory: one object per thread.
class SubharmonicSummation {
 public:
  SubharmonicSummation(const SubharmonicSummationOptions& options, const Log2Spectrum& axis);
  /// spectrum: of Log2Spectrum::transform.
  PitchCandidates candidates(std::span<const float> spectrum);

 private:
  struct Vertex {
    double x, y;  ///< log2 Hz, score
  };
  Vertex vertex_at(std::size_t j) const;

  SubharmonicSummationOptions options_;
  float first_, step_;
  std::vector<std::size_t> shift_;
  std::vector<float> weight_, sum_;
};

}  // namespace ser
