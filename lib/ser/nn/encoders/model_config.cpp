#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/nn/encoders/model_config.h>

namespace ser {
namespace {

nlohmann::json read_object(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) throw_error<DataError>("{}: is no file", file.string());
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(read_file(file));
  } catch (const nlohmann::json::exception& error) {
    throw_error<DataError>("{}: no JSON: {}", file.string(), error.what());
  }
  if (!json.is_object()) throw_error<DataError>("{}: a JSON object is expected", file.string());
  return json;
}

}  // namespace

nlohmann::json read_model_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "config.json";
  if (!std::filesystem::exists(file))
    throw_error<DataError>(
        "{}: no config.json; a model in Hugging Face form is expected (config.json, preprocessor_config.json, "
        "model.safetensors)",
        folder.string());
  return read_object(file);
}

nlohmann::json read_preprocessor_config(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder / "preprocessor_config.json"))
    return read_object(folder / "preprocessor_config.json");
  if (!std::filesystem::exists(folder / "processor_config.json")) return nlohmann::json::object();
  const nlohmann::json processor = read_object(folder / "processor_config.json");
  const auto inner = processor.find("feature_extractor");
  return inner != processor.end() && inner->is_object() ? *inner : nlohmann::json::object();
}

void check_preprocessor(const nlohmann::json& preprocessor,
                        const std::vector<std::pair<std::string, std::int64_t>>& wanted,
                        const std::filesystem::path& folder) {
  for (const auto& [key, value] : wanted)
    if (const std::int64_t found = config_value(preprocessor, key, value); found != value)
      throw_error<DataError>("{}: the preprocessor's {} is {}; {} is what is supported", folder.string(), key, found,
                             value);
}

template <class T>
T config_value(const nlohmann::json& config, const std::string& key, T otherwise) {
  const auto at = config.find(key);
  if (at == config.end() || at->is_null()) return otherwise;
  if constexpr (std::is_same_v<T, std::int64_t>)
    if (!at->is_number_integer())
      throw_error<DataError>("config: {} is {}, a whole number is expected", key, at->dump());
  try {
    return at->get<T>();
  } catch (const nlohmann::json::exception&) {
    throw_error<DataError>("config: {} is {}, a value of another kind is expected", key, at->dump().substr(0, 80));
  }
}
template std::int64_t config_value(const nlohmann::json&, const std::string&, std::int64_t);
template double config_value(const nlohmann::json&, const std::string&, double);
template bool config_value(const nlohmann::json&, const std::string&, bool);
template std::string config_value(const nlohmann::json&, const std::string&, std::string);
template std::vector<std::int64_t> config_value(const nlohmann::json&, const std::string&, std::vector<std::int64_t>);

}  // namespace ser
