// Augmentation of waveforms: which steps, how often, and their keyed draws.
#pragma once

#include <ser/augment/key.h>
#include <ser/augment/mixup.h>
#include <ser/augment/step.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

struct AugmentStepEntry {
  std::string name;  ///< section of its options: augment.<name>.probability
  std::string summary;
  std::function<std::unique_ptr<AugmentStep>()> make;
};

/// All steps, in the order in which they are applied unless `order` says otherwise: what the speaker does (speed,
/// pitch), what the room and the surroundings add, what the recording does.
const std::vector<AugmentStepEntry>& augment_steps();

/// The options of all steps, and of mixing clips. As made, every probability is 0: nothing is changed.
class AugmentOptions {
 public:
  AugmentOptions();
  AugmentOptions(const AugmentOptions& other);
  AugmentOptions& operator=(const AugmentOptions& other);
  ~AugmentOptions();

  std::vector<std::string> order;  ///< names of steps; empty: as in augment_steps()
  MixupOptions mixup;              ///< of clips that have been through the steps; `Augmenter` mixes nothing
  /// By name. Throws UsageError for an unknown one.
  AugmentStep& step(std::string_view name);
  const AugmentStep& step(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<AugmentStep>> steps_;
};
/// `order`, one section per step ("noise.probability", "noise.snr_db", ...) and the section "mixup".
void describe_options(OptionTable& table, AugmentOptions& options);

/// A step that was applied.
struct AugmentDraw {
  std::string step;
  DrawnParameters parameters;
};

struct AugmentedWave {
  Waveform wave;  ///< may exceed full scale; longer or shorter than the input after `speed` only
  std::vector<AugmentDraw> draws;
};

/// Applies the steps of its options. Thread-safe once made; copies share what was made ready.
class Augmenter {
 public:
  /// Copies the options, checks them and looks through the noise and room recordings of the steps that are on. Throws
  /// UsageError (a range upside down, an unknown step in `order` or one that is on and left out of it, no recordings
  /// named) and DataError (recordings that cannot be read).
  explicit Augmenter(const AugmentOptions& options);

  /// False when every step's probability is 0.
  bool active() const { return !active_.empty(); }

  /// Each step has draws of its own, keyed by seed, step, epoch and id: turning one on or off leaves the others' as
  /// they are. Throws DataError for a clip without samples, or a recording that can no longer be read.
  AugmentedWave apply(Waveform wave, const AugmentKey& key) const;

 private:
  struct ActiveStep {
    std::string name;
    std::shared_ptr<const AugmentStep> step;
  };
  std::vector<ActiveStep> active_;
};

/// "noise snr_db=12.3 file=rain.wav; gain db=-2.1", empty for none.
std::string draws_text(const std::vector<AugmentDraw>& draws);

}  // namespace ser
