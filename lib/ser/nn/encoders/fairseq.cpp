#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/nn/encoders/fairseq.h>
#include <ser/nn/encoders/load_encoder.h>

#include <algorithm>
#include <array>
#include <regex>

namespace ser {
namespace {

const std::string landmark = "feature_extractor.conv_layers.0.0.weight";

/// Replacements of the beginning of a name, and of what follows "encoder.layers.<i>.".
using Replacements = std::vector<std::pair<std::string, std::string>>;

const Replacements& of_names() {
  static const Replacements list{{"mask_emb", "masked_spec_embed"},
                                 {"post_extract_proj.", "feature_projection.projection."},
                                 {"layer_norm.", "feature_projection.layer_norm."}};
  return list;
}

const Replacements& of_layers() {
  static const Replacements list{{"self_attn.relative_attention_bias.", "attention.rel_attn_embed."},
                                 {"self_attn.grep_linear.", "attention.gru_rel_pos_linear."},
                                 {"self_attn.grep_a", "attention.gru_rel_pos_const"},
                                 {"self_attn.", "attention."},
                                 {"self_attn_layer_norm.", "layer_norm."},
                                 {"fc1.", "feed_forward.intermediate_dense."},
                                 {"fc2.", "feed_forward.output_dense."}};
  return list;
}

std::string replaced(const std::string& name, const Replacements& list) {
  for (const auto& [from, to] : list)
    if (name.starts_with(from)) return to + name.substr(from.size());
  return name;
}

/// batch_norm: whether one stands before the convolution of the positions.
std::string transformers_name(const std::string& name, bool batch_norm) {
  static const std::regex convolution(R"((feature_extractor\.conv_layers\.\d+\.)0\.(weight|bias))"),
      norm(R"((feature_extractor\.conv_layers\.\d+\.)2\.(1\.)?(weight|bias))"),
      layer(R"((encoder\.layers\.\d+\.)(.*))");
  const std::string positions = "encoder.pos_conv.";
  std::smatch match;
  if (std::regex_match(name, match, convolution)) return match.str(1) + "conv." + match.str(2);
  if (std::regex_match(name, match, norm)) return match.str(1) + "layer_norm." + match.str(3);
  if (std::regex_match(name, match, layer)) return match.str(1) + replaced(match.str(2), of_layers());
  if (name.starts_with(positions))
    return "encoder.pos_conv_embed." +
           replaced(name.substr(positions.size()),
                    batch_norm ? Replacements{{"0.", "batch_norm."}, {"1.", "conv."}} : Replacements{{"0.", "conv."}});
  return replaced(name, of_names());
}

bool is_for_training_only(const std::string& name) {
  static constexpr std::array parts{"quantizer.",    "input_quantizer.", "project_q.",
                                    "project_inp.",  "final_proj.",      "target_glu.",
                                    "output_layer.", "task_embedding.",  "label_embs_concat"};
  return std::any_of(parts.begin(), parts.end(), [&](const char* part) { return name.starts_with(part); });
}

/// The setting whose last key is `key` and that is nested least.
const PlainSetting* find_setting(const NamedSettings& settings, const std::string& key) {
  const PlainSetting* best = nullptr;
  std::ptrdiff_t fewest = 0;
  for (const auto& [name, value] : settings) {
    if (name != key && !name.ends_with("." + key)) continue;
    const auto dots = std::count(name.begin(), name.end(), '.');
    if (!best || dots < fewest) best = &value, fewest = dots;
  }
  return best;
}

template <class T>
std::optional<T> setting(const NamedSettings& settings, const std::string& key, const std::string& source) {
  const PlainSetting* found = find_setting(settings, key);
  if (!found) return std::nullopt;
  if (const T* value = std::get_if<T>(found)) return *value;
  throw_error<DataError>("{}: the setting {} is of another type than it should be", source, key);
}

/// A share, which a file may give as a whole number.
double share(const NamedSettings& settings, const std::string& key, double otherwise, const std::string& source) {
  const PlainSetting* found = find_setting(settings, key);
  if (found && std::holds_alternative<std::int64_t>(*found))
    otherwise = static_cast<double>(std::get<std::int64_t>(*found));
  else
    otherwise = setting<double>(settings, key, source).value_or(otherwise);
  if (!(otherwise >= 0 && otherwise < 1)) throw_error<DataError>("{}: the setting {} is {}", source, key, otherwise);
  return otherwise;
}

/// "[(512,10,5)] + [(512,3,2)] * 4": channels, kernel, stride of each convolution. Empty when it cannot be read.
std::vector<std::array<std::int64_t, 3>> parse_convolutions(const std::string& text) {
  static const std::regex all(R"(\s*(\[[^\]]*\](\s*\*\s*\d{1,2})?\s*\+?\s*)+)"),
      group(R"(\[([^\]]*)\](\s*\*\s*(\d{1,2}))?)"), one(R"(\(\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*\))");
  std::vector<std::array<std::int64_t, 3>> found;
  if (text.size() > 1000 || !std::regex_match(text, all)) return found;
  for (std::sregex_iterator part(text.begin(), text.end(), group), end; part != end; ++part) {
    const std::string inside = part->str(1);
    const int times = part->length(3) ? std::stoi(part->str(3)) : 1;
    for (int i = 0; i < times; ++i)
      for (std::sregex_iterator triple(inside.begin(), inside.end(), one); triple != end; ++triple)
        found.push_back({std::stoll(triple->str(1)), std::stoll(triple->str(2)), std::stoll(triple->str(3))});
  }
  return found;
}

/// Sizes of tensors by name.
class Shapes {
 public:
  Shapes(const NamedTensors& tensors, std::string source) : tensors_(tensors), source_(std::move(source)) {}
  bool has(const std::string& name) const { return tensors_.contains(name); }
  at::IntArrayRef of(const std::string& name, std::int64_t dimensions) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw_error<DataError>("{}: tensor {} of the model is missing", source_, name);
    if (found->second.dim() != dimensions || found->second.numel() == 0)
      throw_error<DataError>("{}: tensor {} has the shape [{}], which no such model has", source_, name,
                             fmt::join(found->second.sizes(), ", "));
    return found->second.sizes();
  }

 private:
  const NamedTensors& tensors_;
  std::string source_;
};

void read_convolutions(Wav2vec2Config& c, const Shapes& shapes, const NamedSettings& settings,
                       const std::string& source) {
  const std::vector<std::int64_t> usual_kernels = c.conv_kernel;
  c.conv_dim.clear(), c.conv_kernel.clear();
  const auto name = [](std::size_t i) { return fmt::format("feature_extractor.conv_layers.{}.", i); };
  while (shapes.has(name(c.conv_dim.size()) + "conv.weight")) {
    const at::IntArrayRef sizes = shapes.of(name(c.conv_dim.size()) + "conv.weight", 3);
    c.conv_dim.push_back(sizes[0]), c.conv_kernel.push_back(sizes[2]);
  }
  c.conv_bias = shapes.has("feature_extractor.conv_layers.0.conv.bias");
  c.layer_norm_features = shapes.has("feature_extractor.conv_layers.1.layer_norm.weight");
  auto text = setting<std::string>(settings, "conv_feature_layers", source);
  if (!text) text = setting<std::string>(settings, "extractor_conv_feature_layers", source);
  if (!text) {
    if (c.conv_kernel != usual_kernels)
      throw_error<DataError>("{}: the strides of its convolutions are not known: kernels {}, no conv_feature_layers",
                             source, fmt::join(c.conv_kernel, ", "));
    return;
  }
  c.conv_stride.clear();
  bool fits = true;
  for (const auto& [channels, kernel, stride] : parse_convolutions(*text)) {
    const std::size_t i = c.conv_stride.size();
    fits = fits && i < c.conv_dim.size() && c.conv_dim[i] == channels && c.conv_kernel[i] == kernel;
    c.conv_stride.push_back(stride);
  }
  if (!fits || c.conv_stride.size() != c.conv_dim.size())
    throw_error<DataError>("{}: conv_feature_layers '{}' is not what its convolutions are", source, *text);
}

/// HuBERT X-Large and XLS-R of 1 and 2 billion parameters have 16 wider ones; the others heads of width 64.
std::int64_t published_heads(std::int64_t width) {
  if (width == 1280 || width == 1920) return 16;
  return width % 64 == 0 ? width / 64 : 0;
}

std::int64_t read_heads(const Wav2vec2Config& c, const Shapes& shapes, const NamedSettings& settings,
                        const std::string& source) {
  if (c.model_type == "wavlm") return shapes.of("encoder.layers.0.attention.rel_attn_embed.weight", 2)[1];
  if (const auto heads = setting<std::int64_t>(settings, "encoder_attention_heads", source)) return *heads;
  if (const std::int64_t heads = published_heads(c.hidden_size)) {
    log::info("{}: it does not say encoder_attention_heads: taken as {}", source, heads);
    return heads;
  }
  throw_error<DataError>("{}: the heads of its width {} are not known: no encoder_attention_heads", source,
                         c.hidden_size);
}

}  // namespace

bool holds_fairseq(const NamedTensors& tensors) { return !prefixes_before(tensors, landmark).empty(); }

NamedTensors with_transformers_names(const NamedTensors& tensors, const std::string& source) {
  const std::vector<std::string> prefixes = prefixes_before(tensors, landmark);
  if (prefixes.size() != 1)
    throw_error<DataError>("{}: holds {} models with fairseq's names ({}); save the one that is meant alone", source,
                           prefixes.size(), fmt::join(prefixes, ", "));
  const std::string& prefix = prefixes.front();
  const bool batch_norm = tensors.contains(prefix + "encoder.pos_conv.1.bias");
  NamedTensors renamed;
  for (const auto& [name, tensor] : tensors) {
    if (!name.starts_with(prefix)) continue;
    const std::string bare = name.substr(prefix.size());
    if (!is_for_training_only(bare)) renamed.emplace(transformers_name(bare, batch_norm), tensor);
  }
  fuse_weight_norm(renamed);
  return renamed;
}

Wav2vec2Config fairseq_config(const NamedTensors& renamed, const NamedSettings& settings, const std::string& source) {
  for (const auto& [key, built] : {std::pair<std::string, std::string>{"activation_fn", "gelu"},
                                   {"attention_type", "original"},
                                   {"layer_type", "transformer"}})
    if (const auto value = setting<std::string>(settings, key, source); value && *value != built)
      throw_error<DataError>("{}: {} '{}' is not supported", source, key, *value);
  const Shapes shapes(renamed, source);
  const std::string first = "encoder.layers.0.";
  Wav2vec2Config c;
  c.model_type = shapes.has(first + "attention.rel_attn_embed.weight") ? "wavlm" : "hubert";
  read_convolutions(c, shapes, settings, source);
  c.hidden_size = shapes.of("feature_projection.projection.weight", 2)[0];
  c.project_layer_norm = shapes.has("feature_projection.layer_norm.weight");
  c.intermediate_size = shapes.of(first + "feed_forward.intermediate_dense.weight", 2)[0];
  c.layers = 0;
  while (shapes.has(fmt::format("encoder.layers.{}.final_layer_norm.weight", c.layers))) ++c.layers;
  c.heads = read_heads(c, shapes, settings, source);
  const at::IntArrayRef positions = shapes.of("encoder.pos_conv_embed.conv.weight", 3);
  c.position_kernel = positions[2];
  c.position_groups = c.hidden_size / positions[1];
  c.position_batch_norm = shapes.has("encoder.pos_conv_embed.batch_norm.weight");
  if (c.model_type == "wavlm") {
    c.buckets = shapes.of(first + "attention.rel_attn_embed.weight", 2)[0];
    c.max_bucket_distance = setting<std::int64_t>(settings, "max_distance", source).value_or(c.max_bucket_distance);
  }
  c.trained_with_masking = shapes.has("masked_spec_embed");
  c.hidden_dropout = share(settings, "dropout", c.hidden_dropout, source);
  c.activation_dropout = share(settings, "activation_dropout", c.activation_dropout, source);
  c.feat_proj_dropout = share(settings, "dropout_input", c.feat_proj_dropout, source);
  c.layerdrop = share(settings, "encoder_layerdrop", c.layerdrop, source);
  const auto pre_norm = setting<bool>(settings, "layer_norm_first", source);
  const auto normalise = setting<bool>(settings, "normalize", source);
  c.pre_norm = pre_norm.value_or(c.layer_norm_features);
  c.normalise_samples = normalise.value_or(c.layer_norm_features);
  if (!pre_norm)
    log::warning("{}: it does not say layer_norm_first: taken as {}, as in the published models of its kind", source,
                 c.pre_norm);
  if (!normalise)
    log::info("{}: it does not say whether it wants normalised samples: they are {}", source,
              c.normalise_samples ? "normalised" : "not");
  check_wav2vec2_config(c, source);
  return c;
}

std::shared_ptr<Encoder> load_fairseq(const NamedTensors& tensors, const NamedSettings& settings,
                                      const std::string& source, GroupNormPadding padding) {
  const NamedTensors renamed = with_transformers_names(tensors, source);
  auto encoder = make_wav2vec2(fairseq_config(renamed, settings, source), padding);
  AssignOptions assign;
  assign.source = source;
  assign_weights(*encoder, renamed, assign);
  return encoder;
}

}  // namespace ser
