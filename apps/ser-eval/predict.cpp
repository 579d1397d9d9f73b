// ser-eval predict: a bundle on audio files, folders or a manifest.
#include <common/verbs.h>
#include <ser-eval/verbs.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/bundle/bundle.h>
#include <ser/bundle/clip_model.h>
#include <ser/corpus/manifest.h>
#include <ser/eval/predictions.h>
#include <ser/experiment/feature_extraction.h>
#include <ser/experiment/study_data.h>

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

/// Predicts with a network clip by clip, so that only one clip is in memory.
class NetworkSink final : public FeatureExport {
 public:
  explicit NetworkSink(const ClipModel& model) : model_(model) {}
  void add(const std::string& name, const std::string&, const Matrix& matrix, double frame_shift_seconds) override {
    try {
      ClipPrediction prediction = model_.predict(matrix);
      outputs.emplace_back(name, std::move(prediction.outputs));
      add_weights(name, prediction, static_cast<double>(matrix.rows) * frame_shift_seconds);
    } catch (const DataError& error) {
      log::error("{}: {}", name, error.what());
      ++failed;
    }
  }
  void finish() override {}
  std::vector<std::pair<std::string, std::vector<float>>> outputs;
  std::string frame_weights = "id\tframe\tbegin\tend\tweight\n";
  std::size_t failed = 0;

 private:
  /// `seconds`: of the clip. A network's body may have made its frames fewer than those of the front end.
  void add_weights(const std::string& name, const ClipPrediction& prediction, double seconds) {
    const double step = prediction.frame_share * seconds;
    for (std::size_t t = 0; t < prediction.frame_weights.size(); ++t)
      frame_weights += fmt::format("{}\t{}\t{:.4f}\t{:.4f}\t{:.6g}\n", name, t, static_cast<double>(t) * step,
                                   std::min(static_cast<double>(t + 1) * step, seconds), prediction.frame_weights[t]);
  }
  const ClipModel& model_;
};

class PredictVerb final : public Verb {
 public:
  std::string name() const override { return "predict"; }
  std::string summary() const override {
    return "class probabilities of audio files, folders or a manifest by a trained bundle";
  }
  std::string examples() const override {
    return "  ser-eval predict --model exp/ravdess/mfcc-logreg/fold_1/seed_1/bundle recording.wav\n"
           "  ser-eval predict --model BUNDLE data/crema-d --output predictions.tsv\n"
           "  ser-eval predict --model BUNDLE recording.wav --frame-weights weights.tsv\n";
  }
  void describe(OptionTable& table) override {
    table.add("input", inputs_, "one manifest folder, or audio files and folders").positional().required();
    table.add("model", model_, "bundle folder").required();
    table.add("output", output_, "TSV of id, part, fold, seed, label and p_<class>; - for standard output").transient();
    table
        .add("frame_weights", frame_weights_,
             "networks whose pooling weighs frames: TSV to write of id, frame, begin, end (seconds) and weight, what "
             "each frame counted; they sum to 1 in a clip")
        .transient();
    table.add("max_failures", max_failures_, "utterances that may fail before the exit status is 4")
        .range(0, 1e9)
        .transient();
  }
  void run(const OptionTable&, const CommonOptions& common) override {
    refuse_output_over_input(output_, inputs_);
    refuse_output_over_input(frame_weights_, inputs_);
    if (!frame_weights_.empty() && frame_weights_ == output_)
      throw UsageError(output_ == "-" ? "--frame-weights -: the predictions are on standard output; give one a file"
                                      : "--frame-weights and --output are the same file");
    const bool network = read_bundle_description(model_).kind == "network";
    const bool manifest_given = is_manifest(inputs_[0]);
    if (manifest_given && inputs_.size() > 1)
      throw UsageError("only one manifest can be given, and no audio files beside it");
    const Manifest manifest = manifest_given ? read_manifest(inputs_[0]) : manifest_of_files(inputs_);
    if (!network && !frame_weights_.empty())
      throw_error<UsageError>("--frame-weights: {} takes one vector per clip and weighs no frames", model_);
    if (network)
      run_network(manifest, common.threads);
    else
      run_vectors(manifest, manifest_given, common.threads);
  }

 private:
  void run_vectors(const Manifest& manifest, bool manifest_given, int threads) {
    const VectorModel model = read_bundle(model_);
    const std::unique_ptr<FeatureConfig> front_end = FeatureConfig::from_signature(model.description.feature_signature);
    front_end->prepare();
    MatrixSink sink;
    const ExtractionResult extraction = extract_to_export(manifest, *front_end, sink, threads);
    write_output(output_, format_predictions(predictions(model, manifest, manifest_given, std::move(sink))));
    log::info("{}", extraction.summary);
    check_failures(extraction.failed, max_failures_);
  }

  void run_network(const Manifest& manifest, int threads) {
    const std::unique_ptr<ClipModel> model = read_clip_model(model_);
    if (!frame_weights_.empty() && !model->weighs_frames())
      throw_error<UsageError>(
          "--frame-weights: the pooling of {} weighs no frames; self-attention and "
          "attentive-statistics do",
          model_);
    const std::unique_ptr<FeatureConfig> front_end = FeatureConfig::from_signature(model->front_end());
    front_end->prepare();
    NetworkSink sink(*model);
    const ExtractionResult extraction = extract_to_export(manifest, *front_end, sink, threads);
    const std::map<std::string, std::size_t> index = manifest.index();
    PredictionTable table;
    table.dimensions = model->dimensions();
    if (table.dimensions.empty()) table.classes = model->description().classes;
    for (const auto& [id, outputs] : sink.outputs) {
      const Utterance& utterance = manifest.utterances[index.at(id)];
      Prediction& row = table.rows.emplace_back();
      row.id = id;
      row.part = "predict";
      if (table.dimensions.empty()) {
        row.label = class_of(model->description(), utterance.emotion);
        row.probabilities.assign(outputs.begin(), outputs.end());
        continue;
      }
      row.estimate.assign(outputs.begin(), outputs.end());
      for (const std::string& name : table.dimensions) row.reference.push_back(dimension_of(utterance, name));
    }
    write_output(output_, format_predictions(table));
    if (!frame_weights_.empty()) write_output(frame_weights_, sink.frame_weights);
    log::info("{}", extraction.summary);
    check_failures(extraction.failed + sink.failed, max_failures_);
  }

  /// The class of a canonical label, empty when it has none.
  static std::string class_of(const BundleDescription& description, const std::string& emotion) {
    const auto label = description.label_map.find(emotion);
    return label == description.label_map.end() ? "" : label->second;
  }

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
    for (std::size_t i = 0; i < sink.ids.size(); ++i) {
      const std::span<const float> row = probabilities.row(i);
      table.rows.push_back({sink.ids[i],
                            "predict",
                            "",
                            0,
                            class_of(model.description, manifest.utterances[index.at(sink.ids[i])].emotion),
                            {row.begin(), row.end()}});
    }
    return table;
  }

  std::vector<std::string> inputs_;
  std::string model_, output_ = "-", frame_weights_;
  int max_failures_ = 0;
};

}  // namespace

std::unique_ptr<Verb> make_predict_verb() { return std::make_unique<PredictVerb>(); }

}  // namespace ser
