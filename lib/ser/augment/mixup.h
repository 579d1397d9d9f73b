// Mixing a clip with another clip of the training part, which mixes their labels too.
#pragma once

#include <ser/augment/key.h>
#include <ser/augment/step.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ser {

struct MixupMethodEntry;

/// Off until the probability is set. The defaults of eam are its paper's.
struct MixupOptions {
  double probability = 0;                 ///< of mixing a clip
  std::string method = "eam";             ///< a name of mixup_methods() (mixup_methods.h)
  std::vector<double> snr_db = {-5, 10};  ///< eam: range of 10 log10(P_own / P_partner) over the overlaid piece
  double longest = 0.5;                   ///< eam: the piece is shorter than this share of the clip
};
void describe_options(OptionTable& table, MixupOptions& options);

struct MixedWave {
  Waveform wave;               ///< may exceed full scale; lam: as long as the longer clip
  double partner_share = 0;    ///< lambda: of the partner's label in the mixed label; 0 where nothing was mixed
  DrawnParameters parameters;  ///< what was drawn; {{"skipped", reason}} where nothing was mixed
};

/// Draws are keyed by seed, epoch and the clip's id, as those of the steps of `Augmenter`, and leave these as they are.
/// Clips are cut to the length that the learner hears, and both go through the steps, before they are mixed: a piece
/// that was cut off afterwards would leave its label behind. Thread-safe.
class Mixup {
 public:
  /// Throws UsageError: a range upside down, a share outside 0 to 1, an unknown method.
  explicit Mixup(const MixupOptions& options);

  /// False when the probability is 0.
  bool active() const { return options_.probability > 0; }

  /// Place of the partner among `candidates` clips of which the clip is number `own`: each other one is equally likely.
  /// Nothing when the clip is not mixed in this epoch, or when there is no other.
  std::optional<std::size_t> draw_partner(std::size_t own, std::size_t candidates, const AugmentKey& key) const;

  /// `key` is that of `own`. Where there is nothing to mix (a clip of a few samples, near silence) `own` stays as it
  /// is. Throws UsageError for different rates.
  MixedWave mix(Waveform own, const Waveform& partner, const AugmentKey& key) const;

 private:
  MixupOptions options_;
  const MixupMethodEntry* method_;
};

/// (1 - share) own + share partner, class by class, so that a class of both keeps its mass. Throws UsageError for
/// labels of different size.
std::vector<double> mixed_label(std::span<const double> own, std::span<const double> partner, double share);

}  // namespace ser
