#include <ser/base/error.h>
#include <ser/features/mel.h>
#include <ser/nn/encoders/layers.h>
#include <ser/nn/encoders/model_config.h>
#include <ser/nn/encoders/passt.h>

#include <cmath>

namespace ser {
namespace {

namespace nn = torch::nn;

constexpr std::int64_t sample_rate_hz = 32000, bands = 128, fft_length = 1024, window_length = 800, leading = 2;
constexpr double norm_eps = 1e-6;

nn::LayerNorm norm_of(std::int64_t width) { return nn::LayerNorm(nn::LayerNormOptions({width}).eps(norm_eps)); }

struct AttentionImpl : nn::Module {
  AttentionImpl(std::int64_t width, std::int64_t head_count)
      : heads(head_count),
        qkv(register_module("qkv", nn::Linear(width, 3 * width))),
        proj(register_module("proj", nn::Linear(width, width))) {}
  at::Tensor forward(const at::Tensor& x, const std::optional<at::Tensor>& keys) const {
    const std::int64_t batch = x.size(0), tokens = x.size(1), width = x.size(2);
    const at::Tensor all = apply_linear(qkv, x).view({batch, tokens, 3, heads, width / heads}).permute({2, 0, 3, 1, 4});
    const at::Tensor mixed = at::scaled_dot_product_attention(all[0], all[1], all[2], keys);
    return apply_linear(proj, mixed.transpose(1, 2).reshape({batch, tokens, width}));
  }
  std::int64_t heads;
  nn::Linear qkv, proj;
};
TORCH_MODULE(Attention);

struct MlpImpl : nn::Module {
  MlpImpl(std::int64_t width, std::int64_t inner)
      : fc1(register_module("fc1", nn::Linear(width, inner))), fc2(register_module("fc2", nn::Linear(inner, width))) {}
  at::Tensor forward(const at::Tensor& x, const TrainingNoise& noise) const {
    return apply_linear(fc2, dropped(at::gelu(apply_linear(fc1, x)), noise.activation));
  }
  nn::Linear fc1, fc2;
};
TORCH_MODULE(Mlp);

struct BlockImpl : nn::Module {
  explicit BlockImpl(const PasstConfig& c)
      : norm1(register_module("norm1", norm_of(c.width))),
        attn(register_module("attn", Attention(c.width, c.heads))),
        norm2(register_module("norm2", norm_of(c.width))),
        mlp(register_module("mlp", Mlp(c.width, c.mlp_width))) {}
  at::Tensor forward(at::Tensor h, const std::optional<at::Tensor>& keys, const TrainingNoise& noise) const {
    h = h + dropped(attn->forward(apply_norm(norm1, h), keys), noise.hidden);
    return h + dropped(mlp->forward(apply_norm(norm2, h), noise), noise.hidden);
  }
  nn::LayerNorm norm1;
  Attention attn;
  nn::LayerNorm norm2;
  Mlp mlp;
};
TORCH_MODULE(Block);

struct PatchEmbedImpl : nn::Module {
  explicit PatchEmbedImpl(const PasstConfig& c)
      : proj(register_module("proj", nn::Conv2d(nn::Conv2dOptions(1, c.width, c.patch).stride(c.stride)))) {}
  /// [width, rows, columns] of log mel [bands, frames].
  at::Tensor forward(const at::Tensor& log_mel) const {
    const at::Tensor x = log_mel.unsqueeze(0).unsqueeze(0).to(proj->weight.scalar_type());
    return at::conv2d(x, proj->weight, proj->bias, *proj->options.stride())[0].to(at::kFloat);
  }
  nn::Conv2d proj;
};
TORCH_MODULE(PatchEmbed);

/// [bands, fft_length / 2 + 1]: triangles of Kaldi from 0 to 15000 Hz, without the bin at half the rate. In float32 as
/// in the published code: the roundings of its weights are as large as 1e-4 in the last tokens.
at::Tensor mel_filters() {
  const double step = hz_to_mel(15000, "htk") / (bands + 1), bin_hz = static_cast<double>(sample_rate_hz) / fft_length;
  const at::Tensor band = at::arange(bands, at::kFloat).unsqueeze(1);
  const at::Tensor left = band * step, centre = (band + 1) * step, right = (band + 2) * step;
  const at::Tensor mel = (at::arange(fft_length / 2, at::kFloat) * bin_hz / 700 + 1).log() * 1127;
  const at::Tensor rise = (mel - left) / (centre - left), fall = (right - mel) / (right - centre);
  return at::constant_pad_nd(at::minimum(rise, fall).clamp_min(0), {0, 1});
}

class PasstModel final : public Passt {
 public:
  explicit PasstModel(const PasstConfig& c)
      : config_(c),
        filters_(mel_filters()),
        cls_token_(register_parameter("cls_token", at::zeros({1, 1, c.width}))),
        dist_token_(register_parameter("dist_token", at::zeros({1, 1, c.width}))),
        clip_positions_(register_parameter("new_pos_embed", at::zeros({1, leading, c.width}))),
        row_positions_(register_parameter("freq_new_pos_embed", at::zeros({1, c.width, c.rows, 1}))),
        column_positions_(register_parameter("time_new_pos_embed", at::zeros({1, c.width, 1, c.columns}))),
        patch_embed_(register_module("patch_embed", PatchEmbed(c))),
        blocks_(register_module("blocks", nn::ModuleList())),
        norm_(register_module("norm", norm_of(c.width))) {
    for (std::int64_t i = 0; i < c.depth; ++i) blocks_->push_back(Block(c));
    if (c.classes == 0) return;
    head_ = register_module(
        "head", nn::ModuleList(nn::LayerNorm(nn::LayerNormOptions({c.width})), nn::Linear(c.width, c.classes)));
    register_module("head_dist", nn::Linear(c.width, c.classes));  // in the files, and unused in the model too
  }

  const PasstConfig& config() const override { return config_; }
  int rate_hz() const override { return sample_rate_hz; }
  std::size_t layer_count() const override { return static_cast<std::size_t>(config_.depth); }
  std::int64_t dimension() const override { return config_.width; }
  std::int64_t clip_states() const override { return leading; }
  /// From column to column of the patches.
  double frame_shift_seconds() const override {
    return static_cast<double>(config_.stride * config_.hop) / sample_rate_hz;
  }
  /// Whole seconds where the table has one: 10 of 10.05.
  double longest_seconds() const override {
    const std::int64_t frames = config_.patch + config_.columns * config_.stride - 1;
    const double seconds = static_cast<double>(frames * config_.hop) / sample_rate_hz;
    return seconds >= 1 ? std::floor(seconds) : seconds;
  }

  at::Tensor log_mel(const at::Tensor& samples) const override;
  PatchGrid grid_of(std::int64_t mel_frames) const override;
  at::Tensor tokens(const at::Tensor& log_mel, const PatchDraw* draw) const override;
  HiddenStates transform(const std::vector<at::Tensor>& tokens) const override;
  HiddenStates encode(const ClipBatch& batch) const override;
  HiddenStates encode_from(std::size_t layer, const at::Tensor& h, std::vector<std::int64_t> frames) const override;
  std::int64_t depth_of(const std::string& parameter) const override {
    if (parameter.starts_with("patch_embed.")) return -1;
    if (parameter.starts_with("blocks.")) return block_of(parameter, "blocks.");
    return parameter.starts_with("norm.") || parameter.starts_with("head") ? config_.depth + 1 : 0;
  }
  at::Tensor logits(const at::Tensor& features) const override;

 private:
  void run_blocks(HiddenStates& states, std::size_t first) const;

  PasstConfig config_;
  at::Tensor filters_;
  at::Tensor cls_token_, dist_token_, clip_positions_, row_positions_, column_positions_;
  PatchEmbed patch_embed_;
  nn::ModuleList blocks_;
  nn::LayerNorm norm_;
  nn::ModuleList head_{nullptr};
};

at::Tensor PasstModel::log_mel(const at::Tensor& samples) const {
  const std::int64_t n = samples.size(0);
  if (n - 1 <= fft_length / 2)
    throw_error<DataError>("the clip has {} samples, too few for one frame of the encoder", n);
  const at::Tensor emphasised = samples.narrow(0, 1, n - 1) - 0.97 * samples.narrow(0, 0, n - 1);
  const at::Tensor spectrum =
      at::stft(emphasised, fft_length, config_.hop, window_length,
               at::hann_window(window_length, false, samples.options()), true, "reflect", false, true, true);
  const at::Tensor power = at::view_as_real(spectrum).square().sum(-1);
  return ((at::matmul(filters_.to(samples.device()), power) + 1e-5).log() + 4.5) / 5;
}

PatchGrid PasstModel::grid_of(std::int64_t mel_frames) const {
  if (mel_frames < config_.patch)
    throw_error<DataError>("the clip has {} mel frames, too few for one patch of {}", mel_frames, config_.patch);
  const PatchGrid grid{(bands - config_.patch) / config_.stride + 1, (mel_frames - config_.patch) / config_.stride + 1};
  if (grid.columns > config_.columns)
    throw_error<DataError>("the clip has {} columns of patches, the model's position table {}", grid.columns,
                           config_.columns);
  return grid;
}

at::Tensor PasstModel::tokens(const at::Tensor& log_mel, const PatchDraw* draw) const {
  const PatchGrid grid = grid_of(log_mel.size(1));
  const at::Tensor columns = column_positions_[0].narrow(2, draw ? draw->time_offset : 0, grid.columns);
  at::Tensor patches = (patch_embed_->forward(log_mel) + columns + row_positions_[0]).flatten(1).transpose(0, 1);
  if (draw) patches = patches.index_select(0, at::tensor(draw->kept, at::kLong).to(patches.device()));
  const at::Tensor clip = at::cat({cls_token_[0], dist_token_[0]}) + clip_positions_[0];
  return at::cat({clip, patches});
}

/// Appends the outputs of the blocks from `first` on to what states.layers ends with.
void PasstModel::run_blocks(HiddenStates& states, std::size_t first) const {
  const TrainingNoise active = is_training() ? noise : TrainingNoise{};
  at::Tensor h = states.layers.back();
  const std::optional<at::Tensor> keys = key_mask(valid_frames(states.frames, h.size(1), h.device()));
  for (std::size_t i = first; i < top_layer(); ++i) {
    const bool skip = active.layer_drop > 0 && at::rand({1}).item<double>() < active.layer_drop;
    if (!skip) h = blocks_->at<BlockImpl>(i).forward(h, keys, active);
    states.layers.push_back(h);
  }
  if (top_layer() == layer_count()) states.layers.back() = apply_norm(norm_, h);
}

HiddenStates PasstModel::transform(const std::vector<at::Tensor>& tokens) const {
  HiddenStates out;
  for (const at::Tensor& one : tokens) out.frames.push_back(one.size(0));
  const at::Tensor h = nn::utils::rnn::pad_sequence(tokens, true);
  out.layers.push_back(is_training() ? dropped(h, noise.hidden) : h);
  run_blocks(out, 0);
  return out;
}

HiddenStates PasstModel::encode(const ClipBatch& batch) const {
  std::vector<at::Tensor> clips;
  for (std::size_t i = 0; i < batch.lengths.size(); ++i) {
    const at::Tensor mel = log_mel(batch.samples[static_cast<std::int64_t>(i)].narrow(0, 0, batch.lengths[i]));
    if (is_training() && !batch.mask_keys.empty()) {
      const PatchDraw draw =
          draw_patches(grid_of(mel.size(1)), config_.columns, patchout, batch.mask_keys.at(i), 0, {});
      clips.push_back(tokens(mel, &draw));
    } else {
      clips.push_back(tokens(mel, nullptr));
    }
  }
  return transform(clips);
}

HiddenStates PasstModel::encode_from(std::size_t layer, const at::Tensor& h, std::vector<std::int64_t> frames) const {
  if (layer >= layer_count()) return Encoder::encode_from(layer, h, std::move(frames));
  HiddenStates out{{h}, std::move(frames)};
  run_blocks(out, layer);
  return out;
}

at::Tensor PasstModel::logits(const at::Tensor& features) const {
  if (!head_) throw UsageError("this PaSST was made without its heads");
  const auto& norm = head_->at<nn::LayerNormImpl>(0);
  const auto& map = head_->at<nn::LinearImpl>(1);
  const at::Tensor normed =
      at::layer_norm(features, norm.options.normalized_shape(), norm.weight, norm.bias, norm.options.eps());
  return at::linear(normed.to(map.weight.scalar_type()), map.weight, map.bias).to(at::kFloat);
}

const std::string landmark = "time_new_pos_embed";

/// What the names have in front of the released ones: "" in the released files.
std::string prefix_of(const NamedTensors& tensors, const std::string& source) {
  const std::vector<std::string> prefixes = prefixes_before(tensors, landmark);
  if (prefixes.empty()) throw_error<DataError>("{}: holds no PaSST: there is no {}", source, landmark);
  if (prefixes.size() > 1)
    throw_error<DataError>("{}: holds {} models ({}); save the one that is meant alone", source, prefixes.size(),
                           fmt::join(prefixes, ", "));
  return prefixes.front();
}

const at::Tensor& tensor_of(const NamedTensors& tensors, const std::string& name, std::int64_t dimensions,
                            const std::string& source) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw_error<DataError>("{}: tensor {} of a PaSST is missing", source, name);
  if (found->second.dim() != dimensions || found->second.numel() == 0)
    throw_error<DataError>("{}: tensor {} has the shape [{}], which no PaSST has", source, name,
                           fmt::join(found->second.sizes(), ", "));
  return found->second;
}

}  // namespace

std::shared_ptr<Passt> make_passt(const PasstConfig& config) { return std::make_shared<PasstModel>(config); }

bool holds_passt(const NamedTensors& tensors) { return !prefixes_before(tensors, landmark).empty(); }

PasstConfig passt_config_of(const NamedTensors& tensors, const std::string& source) {
  const std::string prefix = prefix_of(tensors, source);
  const auto sizes = [&](const std::string& name, std::int64_t dimensions) {
    return tensor_of(tensors, prefix + name, dimensions, source).sizes();
  };
  PasstConfig c;
  c.width = sizes("patch_embed.proj.weight", 4)[0];
  c.patch = sizes("patch_embed.proj.weight", 4)[2];
  c.rows = sizes("freq_new_pos_embed", 4)[2];
  c.columns = sizes(landmark, 4)[3];
  c.mlp_width = sizes("blocks.0.mlp.fc1.weight", 2)[0];
  c.depth = 0;
  while (tensors.contains(fmt::format("{}blocks.{}.norm1.weight", prefix, c.depth))) ++c.depth;
  if (tensors.contains(prefix + "head.1.weight")) c.classes = sizes("head.1.weight", 2)[0];
  c.heads = c.width % 64 == 0 ? c.width / 64 : 0;
  // The authors make tables of 128 / stride rows; of strides with the same, those that they use.
  for (const std::int64_t stride : {10, 12, 14, 16})
    if (bands / stride == c.rows) c.stride = stride;
  return c;
}

std::shared_ptr<Passt> load_passt(const std::filesystem::path& path, const NamedTensors& tensors, bool with_heads) {
  const std::string source = path.string(), prefix = prefix_of(tensors, source);
  PasstConfig c = passt_config_of(tensors, source);
  if (std::filesystem::is_directory(path)) {
    const nlohmann::json json = read_model_config(model_folder(path));
    c.heads = config_value(json, "num_heads", c.heads);
    c.stride = config_value(json, "stride", c.stride);
    c.hop = config_value(json, "hop_length", c.hop);
  }
  if (!with_heads) c.classes = 0;
  for (const std::int64_t size : {c.width, c.mlp_width, c.rows, c.columns, c.classes})
    if (size > 65536) throw_error<DataError>("{}: one of its sizes is {}, which no PaSST has", source, size);
  if (c.patch < 1 || c.patch > bands || c.stride < 1 || c.stride > bands || c.hop < 1 || c.hop > fft_length)
    throw_error<DataError>("{}: patches of {} with stride {} and a hop of {} samples are no PaSST", source, c.patch,
                           c.stride, c.hop);
  if ((bands - c.patch) / c.stride + 1 != c.rows)
    throw_error<DataError>("{}: a table of {} rows does not fit patches of {} with stride {}", source, c.rows, c.patch,
                           c.stride);
  if (c.heads < 1 || c.width % c.heads != 0)
    throw_error<DataError>(
        "{}: {} heads do not fit the width {}; heads of another width than 64 need a folder whose config.json says "
        "num_heads",
        source, c.heads, c.width);
  auto model = make_passt(c);
  AssignOptions assign;
  assign.source = source;
  assign.module_name = [prefix](const std::string& name) {
    return name.starts_with(prefix) ? name.substr(prefix.size()) : std::string();
  };
  if (!with_heads) assign.ignore = {"head.*", "head_dist.*"};
  assign_weights(*model, tensors, assign);
  return model;
}

}  // namespace ser
