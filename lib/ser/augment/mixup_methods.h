// The ways of mixing two clips, and the closed forms that they are made of. Each is defined in the file of its name.
#pragma once

#include <ser/augment/mixup.h>
#include <ser/base/random.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// Adding a method is one file, with its function declared here, and one line in mixup_methods().
struct MixupMethodEntry {
  std::string name;
  std::string summary;
  /// Mixes by parameters drawn from `random` alone. Both clips have samples and one rate. Where nothing is mixed, `own`
  /// comes back with {{"skipped", reason}}. Thread-safe.
  MixedWave (*mix)(const MixupOptions& options, Waveform own, const Waveform& partner, Random& random);
};
const std::vector<MixupMethodEntry>& mixup_methods();

/// Energy-adaptive mixup (Wang et al., Interspeech 2026, eqs 1-4): a piece of the partner is laid over the clip at a
/// signal-to-noise ratio, and the partner's share of the label is its share of the energy there, times the piece's
/// share of the clip. The piece's length is uniform on 1 to ceil(longest * clip) - 1 samples, at most the partner's;
/// both places are uniform over where it fits.
MixedWave mix_by_energy(const MixupOptions& options, Waveform own, const Waveform& partner, Random& random);

/// sqrt(P_own / (10^(snr_db / 10) P_partner)) with P the mean power: what makes 10 log10(P_own / P_partner) equal
/// snr_db over two pieces of one length. Nothing where either is near silence (mean power below 1e-10), whose ratios
/// say nothing. Throws UsageError when the lengths differ.
std::optional<double> overlay_scale(std::span<const float> own, std::span<const float> partner, double snr_db);

/// Adds `piece` times its overlay_scale() to the samples of `own` from `begin` on, and returns the scale; without one
/// `own` is left alone. Throws UsageError where the piece does not fit.
std::optional<double> overlay_at_snr(std::vector<float>& own, std::size_t begin, std::span<const float> piece,
                                     double snr_db);

/// (piece / own) / (1 + 10^(snr_db / 10)): P''_j / (P'_i + P''_j) * l_mix / l_i, which does not depend on the audio.
double overlay_share(std::size_t piece, std::size_t own, double snr_db);

/// Label-adaptive mixup (Kang et al., ICASSP 2023): half of each clip, the shorter one padded, with labels by length.
MixedWave mix_by_length(const MixupOptions& options, Waveform own, const Waveform& partner, Random& random);

/// 0.5 a + 0.5 b, as long as the longer one; the shorter continues with its own mean value. Throws UsageError when
/// either is empty.
std::vector<float> half_of_each(std::span<const float> a, std::span<const float> b);

}  // namespace ser
