#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/nn/encoders/model_config.h>
#include <ser/nn/encoders/wav2vec2_config.h>

#include <algorithm>

namespace ser {

void check_wav2vec2_config(const Wav2vec2Config& c, const std::string& source) {
  const auto fail = [&](const std::string& what) { throw_error<DataError>("{}: {}", source, what); };
  const auto sane = [](std::int64_t n) { return n > 0 && n <= 65536; };
  for (const auto& [name, value] : {std::pair{"hidden_size", c.hidden_size},
                                    {"num_hidden_layers", c.layers},
                                    {"num_attention_heads", c.heads},
                                    {"intermediate_size", c.intermediate_size},
                                    {"num_conv_pos_embeddings", c.position_kernel},
                                    {"num_conv_pos_embedding_groups", c.position_groups},
                                    {"num_buckets", c.buckets},
                                    {"max_bucket_distance", c.max_bucket_distance}})
    if (!sane(value)) fail(fmt::format("{} is {}", name, value));
  if (c.hidden_size % c.heads != 0 || c.hidden_size % c.position_groups != 0)
    fail("hidden_size is no multiple of the heads and of the groups of the positions");
  if (c.conv_dim.empty() || c.conv_dim.size() != c.conv_kernel.size() || c.conv_dim.size() != c.conv_stride.size())
    fail("conv_dim, conv_kernel and conv_stride differ in length");
  for (const auto* list : {&c.conv_dim, &c.conv_kernel, &c.conv_stride})
    if (!std::all_of(list->begin(), list->end(), sane)) fail("conv_dim, conv_kernel and conv_stride must be above 0");
  if (c.model_type == "wavlm" && (c.buckets < 4 || c.max_bucket_distance <= c.buckets / 4))
    fail("num_buckets and max_bucket_distance do not fit");
}

Wav2vec2Config read_wav2vec2_config(const std::filesystem::path& folder) {
  const nlohmann::json json = read_model_config(folder);
  const auto refuse = [&](const std::string& what) {
    throw_error<DataError>("{}/config.json: {} is not supported", folder.string(), what);
  };
  Wav2vec2Config c;
  c.model_type = config_value(json, "model_type", std::string());
  if (c.model_type != "wav2vec2" && c.model_type != "hubert" && c.model_type != "wavlm")
    refuse("model_type '" + c.model_type + "'");
  for (const char* key : {"hidden_act", "feat_extract_activation"})
    if (const std::string name = config_value(json, key, std::string("gelu")); name != "gelu")
      refuse(fmt::format("{} '{}'", key, name));
  if (config_value(json, "add_adapter", false)) refuse("add_adapter");
  if (const auto adapters = json.find("adapter_attn_dim"); adapters != json.end() && !adapters->is_null())
    refuse("adapter_attn_dim");

  c.hidden_size = config_value(json, "hidden_size", c.hidden_size);
  c.layers = config_value(json, "num_hidden_layers", c.layers);
  c.heads = config_value(json, "num_attention_heads", c.heads);
  c.intermediate_size = config_value(json, "intermediate_size", c.intermediate_size);
  c.conv_dim = config_value(json, "conv_dim", c.conv_dim);
  c.conv_kernel = config_value(json, "conv_kernel", c.conv_kernel);
  c.conv_stride = config_value(json, "conv_stride", c.conv_stride);
  c.conv_bias = config_value(json, "conv_bias", c.conv_bias);
  const std::string norm = config_value(json, "feat_extract_norm", std::string("group"));
  if (norm != "group" && norm != "layer") refuse("feat_extract_norm '" + norm + "'");
  c.layer_norm_features = norm == "layer";
  c.project_layer_norm = config_value(json, "feat_proj_layer_norm", true);
  c.pre_norm = config_value(json, "do_stable_layer_norm", false);
  c.position_kernel = config_value(json, "num_conv_pos_embeddings", c.position_kernel);
  c.position_groups = config_value(json, "num_conv_pos_embedding_groups", c.position_groups);
  c.position_batch_norm = config_value(json, "conv_pos_batch_norm", false);
  c.layer_norm_eps = config_value(json, "layer_norm_eps", c.layer_norm_eps);
  c.buckets = config_value(json, "num_buckets", c.buckets);
  c.max_bucket_distance = config_value(json, "max_bucket_distance", c.max_bucket_distance);
  c.trained_with_masking =
      config_value(json, "mask_time_prob", 0.05) > 0 || config_value(json, "mask_feature_prob", 0.0) > 0;
  c.hidden_dropout = config_value(json, "hidden_dropout", c.hidden_dropout);
  c.activation_dropout = config_value(json, "activation_dropout", c.activation_dropout);
  c.feat_proj_dropout = config_value(json, "feat_proj_dropout", c.feat_proj_dropout);
  c.layerdrop = config_value(json, "layerdrop", c.layerdrop);
  c.mask_time_prob =
      config_value(json, "apply_spec_augment", true) ? config_value(json, "mask_time_prob", c.mask_time_prob) : 0;
  c.mask_time_length = config_value(json, "mask_time_length", c.mask_time_length);
  c.mask_time_min_masks = config_value(json, "mask_time_min_masks", c.mask_time_min_masks);
  const nlohmann::json preprocessor = read_preprocessor_config(folder);
  if (preprocessor.empty())
    log::warning(
        "{}: no preprocessor_config.json: whether the model wants normalised samples is not known, they are not",
        folder.string());
  check_preprocessor(preprocessor, {{"sampling_rate", 16000}, {"feature_size", 1}}, folder);
  c.normalise_samples = config_value(preprocessor, "do_normalize", false);
  check_wav2vec2_config(c, (folder / "config.json").string());
  return c;
}

std::int64_t frames_of_samples(const Wav2vec2Config& config, std::int64_t samples) {
  for (std::size_t i = 0; i < config.conv_kernel.size(); ++i) {
    if (samples < config.conv_kernel[i]) return 0;
    samples = (samples - config.conv_kernel[i]) / config.conv_stride[i] + 1;
  }
  return samples;
}

}  // namespace ser
