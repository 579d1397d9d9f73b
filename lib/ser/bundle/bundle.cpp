#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/bundle/bundle.h>
#include <ser/config/yaml.h>

#include <cmath>

namespace ser {
namespace fs = std::filesystem;
namespace {

constexpr double selftest_tolerance = 1e-5;

Tensor to_tensor(const Matrix& matrix) {
  Tensor tensor;
  tensor.shape = {static_cast<std::int64_t>(matrix.rows), static_cast<std::int64_t>(matrix.columns)};
  tensor.values.assign(matrix.values.begin(), matrix.values.end());
  tensor.single = true;
  return tensor;
}

Matrix to_matrix(const Tensor& tensor) {
  if (tensor.shape.size() != 2) throw DataError("expected a matrix");
  Matrix matrix(static_cast<std::size_t>(tensor.shape[0]), static_cast<std::size_t>(tensor.shape[1]));
  for (std::size_t i = 0; i < matrix.values.size(); ++i) matrix.values[i] = static_cast<float>(tensor.values[i]);
  return matrix;
}

std::string description_yaml(const BundleDescription& d, const std::string& weights_hash) {
  YAML::Emitter yaml;
  yaml << YAML::BeginMap << YAML::Key << "format" << YAML::Value << "ser-bundle 1" << YAML::Key << "weights_hash"
       << YAML::Value << weights_hash << YAML::Key << "kind" << YAML::Value << d.kind << YAML::Key
       << "learner" << YAML::Value << d.learner << YAML::Key << "learner_options" << YAML::Value
       << YAML::Load(d.learner_options) << YAML::Key << "label_space" << YAML::Value << d.label_space << YAML::Key
       << "classes" << YAML::Value << YAML::Flow << d.classes << YAML::Key << "label_map" << YAML::Value << YAML::Flow
       << d.label_map << YAML::Key << "normalisation" << YAML::Value << d.normalisation
       << YAML::Key << "front_end" << YAML::Value << YAML::Load(d.feature_signature) << YAML::Key << "provenance"
       << YAML::Value << YAML::BeginMap;
  for (const auto& [key, value] : d.provenance) yaml << YAML::Key << key << YAML::Value << value;
  yaml << YAML::EndMap << YAML::Key << "features" << YAML::Value << d.feature_names << YAML::EndMap;
  return std::string(yaml.c_str()) + "\n";
}

/// Keys of `tensors` that start with `prefix`, without it.
TensorMap with_prefix(const TensorMap& tensors, const std::string& prefix) {
  TensorMap found;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(prefix)) found.emplace(name.substr(prefix.size()), tensor);
  return found;
}

/// Scaling by groups has no numbers of its own: there the inputs go to the learner as they are.
Matrix selftest_outputs(const VectorModel& model, const Matrix& inputs) {
  return model.standardiser.needs_groups() ? model.learner->predict(inputs) : model.predict(inputs, {});
}

void check_selftest(const VectorModel& model, const fs::path& path) {
  const TensorMap selftest = read_safetensors(path);
  if (!selftest.contains("inputs") || !selftest.contains("outputs"))
    throw_error<DataError>("{}: has no 'inputs' and 'outputs'", path.string());
  const Matrix outputs = selftest_outputs(model, to_matrix(selftest.at("inputs")));
  const std::vector<double>& expected = selftest.at("outputs").values;
  if (outputs.values.size() != expected.size())
    throw_error<DataError>("{}: the self-test has another size", path.string());
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!(std::abs(static_cast<double>(outputs.values[i]) - expected[i]) <= selftest_tolerance))
      throw_error<DataError>(
          "{}: the self-test gives {} where {} was recorded; the bundle is damaged or this build differs",
          path.string(), outputs.values[i], expected[i]);
}

}  // namespace

Matrix VectorModel::predict(Matrix x, std::span<const std::string> groups) const {
  if (x.columns != description.feature_names.size())
    throw_error<DataError>("the model takes {} features, got {}", description.feature_names.size(), x.columns);
  if (standardiser.needs_groups() && groups.size() != x.rows)
    throw_error<UsageError>(
        "this model scales features {}: it needs a manifest that names corpus and speaker, not bare audio files",
        to_string(standardiser.mode()));
  standardiser.apply(x, groups);
  return learner->predict(x);
}

std::string scaling_group(const Standardiser& standardiser, const std::string& corpus, const std::string& speaker,
                          const std::string& id) {
  if (standardiser.mode() == Standardisation::per_corpus) return corpus;
  if (standardiser.mode() != Standardisation::per_speaker) return "";
  if (speaker.empty()) throw_error<DataError>("{}: the speaker is unknown, but features are scaled per speaker", id);
  return corpus + "/" + speaker;
}

void write_bundle(const VectorModel& model, const Matrix& samples, const fs::path& folder) {
  TensorMap tensors;
  for (auto& [name, tensor] : model.standardiser.save()) tensors.emplace("standardiser." + name, tensor);
  for (auto& [name, tensor] : model.learner->save()) tensors.emplace("learner." + name, tensor);
  make_folder(folder);
  write_safetensors(folder / "model.safetensors", tensors);
  write_safetensors(folder / "selftest.safetensors",
                    {{"inputs", to_tensor(samples)}, {"outputs", to_tensor(selftest_outputs(model, samples))}});
  BundleDescription description = model.description;
  description.normalisation = to_string(model.standardiser.mode());
  write_bundle_description(description, folder);
}

void write_bundle_description(const BundleDescription& description, const fs::path& folder) {
  write_file(folder / "model.yaml", description_yaml(description, hash_file(folder / "model.safetensors")));
}

BundleDescription read_bundle_description(const fs::path& folder) {
  const fs::path path = folder / "model.yaml";
  std::error_code code;
  if (!fs::exists(path, code)) throw_error<DataError>("{}: is no model bundle (no model.yaml in it)", folder.string());
  const YAML::Node yaml = read_yaml<DataError>(path.string());
  BundleDescription d;
  std::string weights_hash;
  try {
    if (yaml["format"].as<std::string>() != "ser-bundle 1")
      throw_error<DataError>("{}: format '{}' is not known to this version", path.string(),
                             yaml["format"].as<std::string>());
    weights_hash = yaml["weights_hash"].as<std::string>();
    d.kind = yaml["kind"].as<std::string>();
    d.learner = yaml["learner"].as<std::string>();
    d.learner_options = YAML::Dump(yaml["learner_options"]);
    d.label_space = yaml["label_space"].as<std::string>();
    d.classes = yaml["classes"].as<std::vector<std::string>>();
    d.label_map = yaml["label_map"].as<std::map<std::string, std::string>>();
    d.normalisation = yaml["normalisation"].as<std::string>();
    d.feature_signature = YAML::Dump(yaml["front_end"]);
    d.feature_names = yaml["features"].as<std::vector<std::string>>();
    for (const auto& entry : yaml["provenance"])
      d.provenance.emplace_back(entry.first.as<std::string>(), entry.second.as<std::string>());
  } catch (const YAML::Exception& error) {
    throw_error<DataError>("{}: is no description of a bundle: {}", path.string(), error.what());
  }
  if (hash_file(folder / "model.safetensors") != weights_hash)
    throw_error<DataError>("{}: the weights differ from what model.yaml describes; the bundle is damaged",
                           folder.string());
  return d;
}

VectorModel read_bundle(const fs::path& folder) {
  VectorModel model;
  model.description = read_bundle_description(folder);
  const BundleDescription& d = model.description;
  const TensorMap tensors = read_safetensors(folder / "model.safetensors");
  model.standardiser = Standardiser::load(with_prefix(tensors, "standardiser."));
  model.learner = make_learner(d.learner);
  OptionTable table;
  model.learner->describe(table);
  table.load_yaml_text(d.learner_options, (folder / "model.yaml").string());
  model.learner->load(with_prefix(tensors, "learner."));
  check_selftest(model, folder / "selftest.safetensors");
  return model;
}

}  // namespace ser
