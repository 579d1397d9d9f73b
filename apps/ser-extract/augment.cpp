// ser-extract augment: changed copies of a manifest's utterances, or of audio files, as WAV files.
#include <common/verbs.h>
#include <ser-extract/verbs.h>
#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/experiment/augmented_copies.h>
#include <ser/experiment/protocol_utterances.h>

namespace ser {
namespace {

class AugmentVerb final : public Verb {
 public:
  std::string name() const override { return "augment"; }
  std::string summary() const override {
    return "write augmented copies of audio (noise, rooms, speed, pitch, mixups ...)";
  }
  std::string examples() const override {
    return "  ser-extract augment a.wav --augment.pitch.probability 1 --augment.pitch.semitones 2 --output listen\n"
           "  ser-extract augment data/crema-d --copies 3 --seed 7 --augment.noise.probability 0.8 "
           "--augment.noise.folder musan/noise --augment.noise.snr-db 5,20 --output data/crema-d-noisy\n"
           "  ser-extract augment data/crema-d --augment.mixup.probability 0.5 --originals --output "
           "data/crema-d-mixed\n"
           "  ser-extract augment data/ravdess --config augment.yaml --originals --output data/ravdess-x2\n";
  }
  void describe(OptionTable& table) override {
    table.add("input", inputs_, "one manifest folder, or audio files and folders").positional();
    table.add("output", output_, "folder of the copies, and of their manifest where one was given").transient();
    table.add("copies", copies_.copies, "of each utterance, named <id>~1, <id>~2, ...").range(1, 1000);
    table.add("seed", copies_.seed, "of all draws; copy k has those of epoch k");
    table.add("rate", copies_.rate_hz, "resample to this rate first; 0 keeps the audio's own")
        .range(0, 192000)
        .unit("Hz");
    table.add("float", copies_.as_float, "32-bit float files; otherwise 16 bit, and float only where that would clip");
    table.add("originals", copies_.originals, "list the unchanged utterances in the manifest too");
    table.add("protocol", protocol_,
              "copy and mix only what has a part in this protocol. A mixed copy holds two utterances: train on it only "
              "where both augmented_from and mixed_with are in the training part, as ser-train checks");
    table.add("training_part", training_part_,
              "of the protocol: copy and mix only what trains in some fold. With one fold all copies can then be used");
    table.section("augment", options_);
    table.add("max_failures", max_failures_, "copies that may fail before the exit status is 4")
        .range(0, 1e9)
        .transient();
  }

  void run(const OptionTable& resolved, const CommonOptions& common) override {
    if (inputs_.empty()) throw UsageError("input is missing: a manifest folder, or audio files and folders");
    if (output_.empty()) throw UsageError("--output FOLDER is missing");
    refuse_output_over_input(output_, inputs_);
    copies_.output = output_;
    copies_.manifest = is_manifest(inputs_[0]);
    if (copies_.manifest && inputs_.size() > 1)
      throw UsageError("only one manifest can be given, and no audio files beside it");
    if (copies_.originals && !copies_.manifest)
      throw UsageError("--originals needs a manifest: plain files get none that could list them");
    if (!protocol_.empty() && !copies_.manifest) throw UsageError("--protocol needs the manifest that it was made of");
    if (training_part_ && protocol_.empty()) throw UsageError("--training-part needs --protocol");
    if (training_part_ && copies_.originals)
      throw UsageError(
          "--training-part leaves out what is only tested, so --originals would list a part of the corpus");
    refuse_steps_that_stay_off(resolved);
    const Augmenter augmenter = checked<Augmenter>(options_);
    const Mixup mixup = checked<Mixup>(options_.mixup);
    if (!augmenter.active() && !mixup.active())
      throw UsageError("no augmentation is on: give one a probability, such as --augment.noise.probability 1");
    const Manifest manifest = used_utterances();
    const CopyResult result = write_augmented_copies(manifest, augmenter, mixup, copies_, common.threads);
    if (result.beyond_scale > 0)
      log::info("{} copies exceed full scale and are 32-bit float, so that nothing is clipped", result.beyond_scale);
    if (copies_.manifest && result.unlabelled > 0)
      log::warning("{} mixed copies have no distribution: the emotion of either clip is unknown", result.unlabelled);
    log::info("{}", result.summary);
    check_failures(result.failed, max_failures_);
  }

 private:
  /// A range without a probability would be forgotten without a word.
  static void refuse_steps_that_stay_off(const OptionTable& resolved) {
    std::map<std::string, const Option*> probabilities;
    for (const Option& option : resolved.options())
      if (option.key().ends_with(".probability"))
        probabilities[option.key().substr(0, option.key().rfind('.'))] = &option;
    for (const Option& option : resolved.options()) {
      const auto at = probabilities.find(option.key().substr(0, option.key().rfind('.')));
      if (option.was_set() && at != probabilities.end() && !at->second->was_set())
        throw_error<UsageError>("{} is given, but not {}, which is 0: off", option.flag(), at->second->flag());
    }
  }

  Manifest used_utterances() const {
    if (!copies_.manifest) return manifest_of_files(inputs_);
    const Manifest all = read_manifest(inputs_[0]);
    if (protocol_.empty()) return all;
    Manifest used =
        utterances_of_protocol(all, protocol_, training_part_ ? InProtocol::training_part : InProtocol::any_part);
    log::info("{}: {} of {} utterances {} a fold; the others are left out", protocol_, used.utterances.size(),
              all.utterances.size(), training_part_ ? "train in" : "have a part in");
    return used;
  }

  /// What the options make, with messages that name them in full.
  template <class Made, class Options>
  static Made checked(const Options& options) {
    try {
      return Made(options);
    } catch (const UsageError& error) {
      throw_error<UsageError>("augment.{}", error.what());
    }
  }

  std::vector<std::string> inputs_;
  std::string output_, protocol_;
  bool training_part_ = false;
  CopyOptions copies_;
  AugmentOptions options_;
  int max_failures_ = 0;
};

}  // namespace

std::unique_ptr<Verb> make_augment_verb() { return std::make_unique<AugmentVerb>(); }

}  // namespace ser
