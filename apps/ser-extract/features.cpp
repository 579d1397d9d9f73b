// ser-extract features: a manifest, or plain audio files and folders, to a feature store or an export.
#include <common/verbs.h>
#include <fmt/format.h>
#include <ser-extract/verbs.h>
#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/experiment/feature_extraction.h>

#include <iostream>

namespace ser {
namespace {

class FeaturesVerb final : public Verb {
 public:
  std::string name() const override { return "features"; }
  std::string summary() const override { return "compute acoustic features of a manifest or of audio files"; }
  std::string examples() const override {
    return "  ser-extract features data/ravdess --set mfcc --output feats/ravdess\n"
           "  ser-extract features a.wav recordings/ --set logmel --level lld --format csv --output out.csv\n"
           "  ser-extract features data/crema-d --set mfcc --shard 2/8 --output feats/crema-d\n";
  }
  void describe(OptionTable& table) override {
    table.add("input", inputs_, "one manifest folder, or audio files and folders").positional();
    config_.describe(table);
    table.add("format", format_, "auto: store for a manifest, csv for files").choices(formats());
    table.add("output", output_, "file or folder; - for standard output (csv, arff)").transient();
    table.add("shard", shard_, "do part i of n (i/n) of a store; join with 'ser-extract merge'").transient();
    table.add("overwrite", overwrite_, "replace a finished store of other options or utterances").transient();
    table.add("max_failures", max_failures_, "utterances that may fail before the exit status is 4")
        .range(0, 1e9)
        .transient();
    table.add("list_sets", list_sets_, "print the feature sets and stop").transient();
    table.add("columns", list_columns_, "print the names of the features and stop").transient();
  }
  void apply_preset(OptionTable& table) override { config_.apply_preset(table); }

  void run(const OptionTable&, const CommonOptions& common) override {
    if (list_sets_) return print_sets();
    if (list_columns_) {
      config_.prepare();
      return print_columns();
    }
    if (inputs_.empty()) throw UsageError("input is missing: a manifest folder, or audio files and folders");
    refuse_output_over_input(output_, inputs_);
    const bool manifest_given = is_manifest(inputs_[0]);
    if (manifest_given && inputs_.size() > 1)
      throw UsageError("only one manifest can be given, and no audio files beside it");
    const std::string format = format_ != "auto" ? format_ : manifest_given ? "store" : "csv";
    if (output_.empty() && format == "store") throw UsageError("a store needs --output FOLDER");
    const Shard shard = shard_.empty() ? Shard{} : parse_shard(shard_);
    if (shard.count > 1 && format != "store") throw UsageError("--shard needs --format store");
    config_.prepare();
    if (config_.set().planes() > 1)
      throw UsageError("several hidden states at once: use ser-extract embed --layer all --format npy");
    const Manifest manifest = manifest_given ? read_manifest(inputs_[0]) : manifest_of_files(inputs_);
    const ExtractionResult result =
        format == "store" ? extract_to_store(manifest, config_, output_, shard, common.threads, overwrite_)
                          : run_export(manifest, format, common.threads);
    log::info("{}", result.summary);
    check_failures(result.failed, max_failures_);
  }

 private:
  static std::vector<std::string> formats() {
    std::vector<std::string> names = export_formats();
    names.insert(names.begin(), {"auto", "store"});
    return names;
  }

  ExtractionResult run_export(const Manifest& manifest, const std::string& format, int threads) {
    ExportOptions options;
    options.output = output_.empty() ? "-" : output_;
    options.columns = config_.set().columns(config_.level());
    options.vectors = config_.level() == FeatureLevel::functionals;
    options.classes = manifest.labels;
    const std::unique_ptr<FeatureExport> out = make_feature_export(format, options);
    return extract_to_export(manifest, config_, *out, threads);
  }

  static void print_sets() {
    for (const FeatureSetEntry& entry : feature_sets())
      std::cout << fmt::format("{:<16} {}\n", entry.name, entry.summary);
  }
  void print_columns() const {
    for (const std::string& column : config_.set().columns(config_.level())) std::cout << column << '\n';
  }

  std::vector<std::string> inputs_;
  FeatureConfig config_;
  std::string format_ = "auto", output_, shard_;
  int max_failures_ = 0;
  bool overwrite_ = false, list_sets_ = false, list_columns_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_features_verb() { return std::make_unique<FeaturesVerb>(); }

}  // namespace ser
