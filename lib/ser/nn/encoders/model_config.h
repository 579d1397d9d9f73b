// Configuration files beside the weights in Hugging Face folders.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ser {

/// config.json. Throws DataError when it is missing or no JSON object.
nlohmann::json read_model_config(const std::filesystem::path& folder);
/// preprocessor_config.json, or feature_extractor of processor_config.json; an empty object where there is neither.
nlohmann::json read_preprocessor_config(const std::filesystem::path& folder);

/// Throws DataError where the preprocessor is said to do something else than what is built here.
void check_preprocessor(const nlohmann::json& preprocessor,
                        const std::vector<std::pair<std::string, std::int64_t>>& wanted,
                        const std::filesystem::path& folder);

/// The value of a key, or a default where the file has none (or null). Throws DataError for a value of another type.
template <class T>
T config_value(const nlohmann::json& config, const std::string& key, T otherwise);
extern template std::int64_t config_value(const nlohmann::json&, const std::string&, std::int64_t);
extern template double config_value(const nlohmann::json&, const std::string&, double);
extern template bool config_value(const nlohmann::json&, const std::string&, bool);
extern template std::string config_value(const nlohmann::json&, const std::string&, std::string);
extern template std::vector<std::int64_t> config_value(const nlohmann::json&, const std::string&,
                                                       std::vector<std::int64_t>);

}  // namespace ser
