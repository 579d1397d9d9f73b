#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/hash.h>
#include <ser/base/module.h>
#include <ser/features/embedding_set.h>

#include <algorithm>
#include <mutex>

namespace ser {
namespace {

class EmbeddingExtractor final : public FeatureExtractor {
 public:
  EmbeddingExtractor(std::shared_ptr<const EmbeddingBackend> backend, FeatureLevel level)
      : backend_(std::move(backend)), pooled_(level == FeatureLevel::functionals) {}
  Matrix compute(const Waveform& wave) override { return backend_->embed(wave, pooled_); }
  double frame_shift_seconds() const override { return backend_->frame_shift_seconds(); }

 private:
  std::shared_ptr<const EmbeddingBackend> backend_;
  bool pooled_;
};

class EmbeddingSet final : public FeatureSet {
 public:
  void describe(OptionTable& table) override { describe_options(table, options_); }
  void prepare() override {
    if (options_.model.empty())
      throw UsageError("the folder or file of the pretrained model is missing (--model, or --embedding.model)");
    if (!std::filesystem::exists(options_.model)) throw_error<DataError>("{}: there is no such model", options_.model);
    options_.model = std::filesystem::absolute(options_.model).lexically_normal().string();
    const std::string hash = hash_of_model(options_.model);
    if (!options_.model_hash.empty() && options_.model_hash != hash)
      throw_error<DataError>("{}: the model is not the one that was used before (hash {}, then {})", options_.model,
                             hash, options_.model_hash);
    options_.model_hash = hash;
  }
  int required_rate_hz() const override { return backend()->rate_hz(); }
  std::size_t planes() const override { return backend()->planes(); }
  std::vector<std::string> columns(FeatureLevel level) const override {
    const std::size_t dimension = backend()->dimension();
    std::vector<std::string> names;
    const auto add = [&](const std::string& suffix) {
      for (std::size_t i = 0; i < dimension; ++i) names.push_back(fmt::format("embedding[{}]{}", i, suffix));
    };
    if (level == FeatureLevel::lld) {
      add("");
    } else {
      if (options_.pool.starts_with("mean")) add("_mean");
      if (options_.pool.ends_with("max")) add("_max");
      if (options_.pool == "first") add("_first");
    }
    return names;
  }
  std::unique_ptr<FeatureExtractor> make_extractor(FeatureLevel level, int rate_hz) const override {
    const auto model = backend();
    if (rate_hz != model->rate_hz())
      throw_error<UsageError>("this encoder hears {} Hz, not {} Hz: give --rate {}", model->rate_hz(), rate_hz,
                              model->rate_hz());
    return std::make_unique<EmbeddingExtractor>(model, level);
  }

 private:
  std::shared_ptr<const EmbeddingBackend> backend() const {
    const std::lock_guard lock(mutex_);
    if (!backend_) {
      using Make = EmbeddingBackend*(const EmbeddingOptions&);
      const auto make = reinterpret_cast<Make*>(tensor_module_symbol("ser_make_embedding_backend"));
      backend_.reset(make(options_));
    }
    return backend_;
  }

  EmbeddingOptions options_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const EmbeddingBackend> backend_;
};

}  // namespace

std::string hash_of_model(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return hash_file(path);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::string text;
  for (const auto& file : files) {
    const std::string extension = file.extension().string();
    if (extension == ".json" || extension == ".safetensors" || extension == ".bin")
      text += file.filename().string() + " " + hash_file(file) + "\n";
  }
  return hash_bytes(text);
}

void describe_model_options(OptionTable& table, EmbeddingOptions& options) {
  table.add("model", options.model,
            "pretrained encoder: Hugging Face folder (config.json, model.safetensors ...) or weights file");
  table.add(
      "layer", options.layer,
      "hidden state: last, all (a store has them side by side), or a number from 0, the input of the first block");
  table
      .add("whisper_pad", options.whisper_pad,
           "Whisper: 30s hears silence up to 30 s as in its training, none does not")
      .choices({"30s", "none"});
  table.add("precision", options.precision, "of the matrix products; bf16 pays where the processor has it")
      .choices({"fp32", "bf16"});
  table.add("byol_s_mean", options.byol_s_mean, "BYOL-S: mean of the corpus' log-mel values; the default is CREMA-D's")
      .range(-1e6, 1e6);
  table.add("byol_s_deviation", options.byol_s_deviation, "BYOL-S: their standard deviation").range(1e-3, 1e3);
  table.add("max_seconds", options.max_seconds, "longer clips are cut into windows whose frames are joined")
      .range(1, 3600)
      .unit("s");
}

void describe_options(OptionTable& table, EmbeddingOptions& options) {
  describe_model_options(table, options);
  table.add("pool", options.pool, "over the frames, at level functionals; first: PaSST's feature of the clip")
      .choices({"mean", "max", "mean+max", "first"});
  table.add("model_hash", options.model_hash, "of the model's files; filled in by the program");
}

std::unique_ptr<FeatureSet> make_embedding_set() { return std::make_unique<EmbeddingSet>(); }

}  // namespace ser
