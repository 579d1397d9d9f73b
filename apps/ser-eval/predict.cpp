// ser-eval predict: a bundle on audio files, folders or a manifest.
#include <common/verbs.h>
#include <ser-eval/verbs.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/bundle/bundle.h>
#include <ser/corpus/manifest.h>
#include <ser/eval/predictions.h>
#include <ser/experiment/feature_extraction.h>

namespace ser {
namespace {

/// Collects the vectors of a few utterances in memory.
class MatrixSink final : public FeatureExport {
 public:
  void add(const std::string& name, const std::string&, const Matrix& matrix, double) override {
    ids.push_back(name);
    x.columns = matrix.columns;
    x.values.insert(x.values.end(), matrix.values.begin(), matrix.values.end());
    ++x.rows;
  }
  void finish() override {}
  Matrix x;
  std::vector<std::string> ids;
};

class PredictVerb final : public Verb {
 public:
  std::string name() const override { return "predict"; }
  std::string summary() const override {
    return "class probabilities of audio files, folders or a manifest by a trained bundle";
  }
  std::string examples() const override {
    return "  ser-eval predict --model exp/ravdess/mfcc-logreg/fold_1/seed_1/bundle recording.wav\n"
           "  ser-eval predict --model BUNDLE data/crema-d --output predictions.tsv\n";
  }
  void describe(OptionTable& table) override {
    table.add("input", inputs_, "one manifest folder, or audio files and folders").positional().required();
    table.add("model", model_, "bundle folder").required();
    table.add("output", output_, "TSV of id, part, fold, seed, label and p_<class>; - for standard output").transient();
    table.add("max_failures", max_failures_, "utterances that may fail before the exit status is 4")
        .range(0, 1e9)
        .transient();
  }
  void run(const OptionTable&, const CommonOptions& common) override {
    refuse_output_over_input(output_, inputs_);
    const VectorModel model = read_bundle(model_);
    const bool manifest_given = is_manifest(inputs_[0]);
    if (manifest_given && inputs_.size() > 1)
      throw UsageError("only one manifest can be given, and no audio files beside it");
    const Manifest manifest = manifest_given ? read_manifest(inputs_[0]) : manifest_of_files(inputs_);
    const std::unique_ptr<FeatureConfig> front_end = FeatureConfig::from_signature(model.description.feature_signature);
    front_end->prepare();
    MatrixSink sink;
    const ExtractionResult extraction = extract_to_export(manifest, *front_end, sink, common.threads);
    write_output(output_, format_predictions(predictions(model, manifest, manifest_given, std::move(sink))));
    log::info("{}", extraction.summary);
    check_failures(extraction.failed, max_failures_);
  }

 private:
  PredictionTable predictions(const VectorModel& model, const Manifest& manifest, bool manifest_given,
                              MatrixSink sink) const {
    PredictionTable table;
    table.classes = model.description.classes;
    if (sink.ids.empty()) return table;
    const std::map<std::string, std::size_t> index = manifest.index();
    std::vector<std::string> groups;
    if (manifest_given)
      for (const std::string& id : sink.ids)
        groups.push_back(
            scaling_group(model.standardiser, manifest.corpus, manifest.utterances[index.at(id)].speaker, id));
    const Matrix probabilities = model.predict(std::move(sink.x), groups);
    const std::map<std::string, std::string>& classes = model.description.label_map;
    for (std::size_t i = 0; i < sink.ids.size(); ++i) {
      const std::span<const float> row = probabilities.row(i);
      const auto label = classes.find(manifest.utterances[index.at(sink.ids[i])].emotion);
      table.rows.push_back(
          {sink.ids[i], "predict", "", 0, label == classes.end() ? "" : label->second, {row.begin(), row.end()}});
    }
    return table;
  }

  std::vector<std::string> inputs_;
  std::string model_, output_ = "-";
  int max_failures_ = 0;
};

}  // namespace

std::unique_ptr<Verb> make_predict_verb() { return std::make_unique<PredictVerb>(); }

}  // namespace ser
