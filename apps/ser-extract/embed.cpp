// ser-extract embed: hidden states of a pretrained encoder, of a manifest or of plain audio files and folders.
#include <common/verbs.h>
#include <ser-extract/verbs.h>
#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/experiment/feature_extraction.h>
#include <ser/features/embedding_set.h>

namespace ser {
namespace {

class EmbedVerb final : public Verb {
 public:
  std::string name() const override { return "embed"; }
  std::string summary() const override { return "hidden states of a pretrained encoder (Whisper, WavLM, HuBERT ...)"; }
  std::string examples() const override {
    return "  ser-extract embed data/ravdess --model whisper-base --layer 3 --whisper-pad none --output feats/whisper\n"
           "  ser-extract embed a.wav recordings/ --model wavlm-base --layer all --pool none --format npy --output "
           "out\n"
           "  ser-extract embed data/crema-d --model hubert-base --precision bf16 --shard 2/8 --output feats/hubert\n";
  }
  void describe(OptionTable& table) override {
    table.add("input", inputs_, "one manifest folder, or audio files and folders").positional();
    describe_model_options(table, options_);
    table.add("pool", options_.pool, "over the frames of a clip; first: PaSST's feature of the clip; none keeps them")
        .choices({"none", "mean", "max", "mean+max", "first"});
    table.add("format", format_, "store, or one .npy file per input: [frames, d] or [d], layers first")
        .choices({"store", "npy"});
    config_.describe_store_precision(table);
    table.add("output", output_, "folder").transient();
    table.add("shard", shard_, "do part i of n (i/n) of a store; join with 'ser-extract merge'").transient();
    table.add("overwrite", overwrite_, "replace a finished store of other options or utterances").transient();
    table.add("max_failures", max_failures_, "utterances that may fail before the exit status is 4")
        .range(0, 1e9)
        .transient();
  }

  void run(const OptionTable&, const CommonOptions& common) override {
    if (inputs_.empty()) throw UsageError("input is missing: a manifest folder, or audio files and folders");
    if (output_.empty()) throw UsageError("--output FOLDER is missing");
    refuse_output_over_input(output_, inputs_);
    const bool manifest_given = is_manifest(inputs_[0]);
    if (manifest_given && inputs_.size() > 1)
      throw UsageError("only one manifest can be given, and no audio files beside it");
    const Shard shard = shard_.empty() ? Shard{} : parse_shard(shard_);
    if (shard.count > 1 && format_ != "store") throw UsageError("--shard needs --format store");
    FeatureConfig& config = config_;
    configure(config);
    const Manifest manifest = manifest_given ? read_manifest(inputs_[0]) : manifest_of_files(inputs_);
    const ExtractionResult result = format_ == "store"
                                        ? extract_to_store(manifest, config, output_, shard, common.threads, overwrite_)
                                        : run_export(manifest, config, common.threads);
    log::info("{}", result.summary);
    check_failures(result.failed, max_failures_);
  }

 private:
  /// The set "embedding" with these options, so that stores, bundles and predictions treat it like any other.
  void configure(FeatureConfig& config) {
    config.set_name = "embedding";
    config.level_name = options_.pool == "none" ? "lld" : "functionals";
    EmbeddingOptions options = options_;
    if (options.pool == "none") options.pool = "mean";
    OptionTable ours, theirs;
    describe_options(ours, options);
    config.describe(theirs);
    for (const Option& option : ours.options()) theirs.assign("embedding." + option.key(), option.values());
    config.prepare();
  }

  ExtractionResult run_export(const Manifest& manifest, const FeatureConfig& config, int threads) {
    ExportOptions options;
    options.output = output_;
    options.columns = config.set().columns(config.level());
    options.vectors = config.level() == FeatureLevel::functionals;
    if (options_.layer == "all") options.planes = config.set().planes();
    options.file_each = true;
    const std::unique_ptr<FeatureExport> out = make_feature_export("npy", options);
    return extract_to_export(manifest, config, *out, threads, true);
  }

  std::vector<std::string> inputs_;
  EmbeddingOptions options_;
  FeatureConfig config_;
  std::string format_ = "store", output_, shard_;
  int max_failures_ = 0;
  bool overwrite_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_embed_verb() { return std::make_unique<EmbedVerb>(); }

}  // namespace ser
