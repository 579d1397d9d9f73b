// Checkpoints of fairseq, Microsoft and s3prl against the hidden states of their own code, and against Hugging Face's.
#include <ser/base/error.h>
#include <ser/nn/encoders/fairseq.h>
#include <ser/nn/encoders/load_encoder.h>
#include <support/files.h>
#include <support/npy_tensor.h>

#include <catch2/catch.hpp>

using namespace ser;
using namespace ser::test;

namespace {

constexpr double tolerance = 1e-4;

at::Tensor reference(const std::string& name) { return read_npy_tensor(golden("encoders/" + name)); }

double distance(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  return (a - b).abs().max().item<double>();
}

at::Tensor states_of(const Encoder& encoder, const at::Tensor& clip) {
  const torch::NoGradGuard no_grad;
  const HiddenStates states = encoder.encode({clip.unsqueeze(0), {clip.size(0)}});
  return at::stack(states.layers).select(1, 0);
}

std::filesystem::path checkpoint(const std::string& name) { return golden("encoders/fairseq/" + name + ".pt"); }

NamedTensors renamed(const std::string& name) { return with_transformers_names(read_weights(checkpoint(name)), name); }

Wav2vec2Config config_of(const std::string& name) {
  return fairseq_config(renamed(name), read_settings(checkpoint(name)), name);
}

}  // namespace

TEST_CASE("Checkpoints of fairseq, Microsoft and s3prl give the hidden states of the code that made them") {
  for (const std::string name : {"hubert-base", "wav2vec2-large", "wavlm-large", "distilhubert"}) {
    INFO(name);
    const auto encoder = load_encoder(checkpoint(name), {});
    for (const std::string clip : {"clip0", "clip1"})
      CHECK(distance(states_of(*encoder, reference(clip + ".npy")),
                     reference("fairseq/" + name + "_" + clip + ".npy")) < tolerance);
  }
}

TEST_CASE("A checkpoint under fairseq's names is the model under Hugging Face's") {
  for (const std::string name : {"wavlm-base", "hubert-batch-norm"}) {
    INFO(name);
    const auto ours = load_encoder(checkpoint("as-" + name), {}), theirs = load_encoder(golden("encoders/" + name), {});
    const auto wanted = theirs->named_parameters(), found = ours->named_parameters();
    REQUIRE(found.size() == wanted.size());
    for (const auto& parameter : wanted) {
      INFO(parameter.key());
      REQUIRE(found.contains(parameter.key()));
      CHECK(found[parameter.key()].equal(parameter.value()));
    }
    const at::Tensor clip = reference("clip0.npy");
    CHECK(states_of(*ours, clip).equal(states_of(*theirs, clip)));
    CHECK(distance(states_of(*ours, clip), reference(name + "/hidden_clip0.npy")) < tolerance);
  }
}

TEST_CASE("What the file says of itself goes before what the published models are like") {
  const Wav2vec2Config hubert = config_of("hubert-base");
  CHECK(hubert.model_type == "hubert");
  CHECK(hubert.heads == 4);
  CHECK(hubert.conv_stride == std::vector<std::int64_t>{5, 2, 2});
  CHECK(hubert.conv_dim == std::vector<std::int64_t>{16, 16, 16});
  CHECK(hubert.position_kernel == 16);
  CHECK(hubert.position_groups == 4);
  CHECK(hubert.project_layer_norm);
  CHECK(hubert.trained_with_masking);
  CHECK_FALSE(hubert.pre_norm);
  CHECK_FALSE(hubert.normalise_samples);
  const Wav2vec2Config wavlm = config_of("wavlm-large");
  CHECK(wavlm.model_type == "wavlm");
  CHECK(wavlm.buckets == 16);
  CHECK(wavlm.max_bucket_distance == 20);
  CHECK(wavlm.pre_norm);
  CHECK(wavlm.normalise_samples);
  CHECK(wavlm.activation_dropout == 0);
  CHECK(hubert.activation_dropout == 0);
  CHECK(config_of("distilhubert").activation_dropout == Approx(0.1));
  CHECK_FALSE(config_of("distilhubert").project_layer_norm);

  NamedSettings settings = read_settings(checkpoint("wavlm-large"));
  settings["cfg.normalize"] = false;
  settings["cfg.layer_norm_first"] = false;
  settings["cfg.more.normalize"] = true;  // nested more
  const Wav2vec2Config told = fairseq_config(renamed("wavlm-large"), settings, "told");
  CHECK_FALSE(told.normalise_samples);
  CHECK_FALSE(told.pre_norm);
}

TEST_CASE("Without settings, a checkpoint is taken for a published model of its kind") {
  const Wav2vec2Config large = fairseq_config(renamed("wav2vec2-large"), {}, "large");
  CHECK(large.heads == 1);
  CHECK(large.conv_stride == std::vector<std::int64_t>{5, 2, 2, 2, 2, 2, 2});
  CHECK(large.layer_norm_features);
  CHECK(large.conv_bias);
  CHECK(large.pre_norm);
  CHECK(large.normalise_samples);
  for (const auto& [width, heads] : std::vector<std::pair<std::int64_t, std::int64_t>>{{128, 2}, {1280, 16}}) {
    NamedTensors wide = renamed("wav2vec2-large");
    wide["feature_projection.projection.weight"] = at::zeros({width, 8});
    wide["encoder.pos_conv_embed.conv.weight"] = at::zeros({width, width / 16, 128});
    CHECK(fairseq_config(wide, {}, "wide").heads == heads);
  }
  CHECK_THROWS_WITH(fairseq_config(renamed("hubert-base"), {}, "x"), Catch::Contains("strides"));
  const NamedSettings strides{{"a.conv_feature_layers", std::string("[(16,10,5)]+[(16,3,2)] + [(16,2,2)]")}};
  CHECK_THROWS_WITH(fairseq_config(renamed("hubert-base"), strides, "x"), Catch::Contains("encoder_attention_heads"));
  NamedSettings heads = strides;
  heads["encoder_attention_heads"] = std::int64_t{8};
  const Wav2vec2Config base = fairseq_config(renamed("hubert-base"), heads, "x");
  CHECK(base.heads == 8);
  CHECK_FALSE(base.pre_norm);
  CHECK_FALSE(base.normalise_samples);
}

TEST_CASE("Checkpoints that are not built here, or say what they are not, are refused with a reason") {
  const NamedTensors tensors = renamed("hubert-base");
  const NamedSettings good = read_settings(checkpoint("hubert-base"));
  const auto refused = [&](const std::string& key, const PlainSetting& value, const std::string& reason) {
    NamedSettings settings = good;
    settings[key] = value;
    CHECK_THROWS_WITH(fairseq_config(tensors, settings, "x"), Catch::Contains(reason));
  };
  refused("activation_fn", std::string("relu"), "relu");
  refused("layer_type", std::string("conformer"), "conformer");
  refused("attention_type", std::string("sparse"), "sparse");
  refused("encoder_attention_heads", std::string("many"), "another type");
  refused("encoder_attention_heads", std::int64_t{5}, "no multiple");
  refused("dropout", 1.5, "dropout is 1.5");
  refused("encoder_attention_heads", std::int64_t{0}, "num_attention_heads is 0");
  for (const std::string text :
       {"[(16,10,5)]", "[(16,10,5)] + [(16,3,2)] * 2", "__import__('os')", "",
        "[(16,10,5)] + [(16,3,2)] + [(16,2,2)] * 99", "[(16,10,0)] + [(16,3,2)] + [(16,2,2)]"}) {
    INFO(text);
    NamedSettings settings = good;
    settings["conv_feature_layers"] = text;
    CHECK_THROWS_AS(fairseq_config(tensors, settings, "x"), DataError);
  }
  NamedTensors damaged = read_weights(checkpoint("hubert-base"));
  damaged["model.encoder.layers.1.adapter.weight"] = at::zeros({2});
  CHECK_THROWS_WITH(load_fairseq(damaged, good, "x", GroupNormPadding::excluded),
                    Catch::Contains("encoder.layers.1.adapter.weight"));
  damaged["teacher.feature_extractor.conv_layers.0.0.weight"] = at::zeros({2});
  CHECK_THROWS_WITH(load_fairseq(damaged, good, "x", GroupNormPadding::excluded), Catch::Contains("2 models"));
}

TEST_CASE("Settings of a PyTorch file: plain values by their keys; objects and lists are left out") {
  const NamedSettings settings = read_settings(checkpoint("distilhubert"));
  CHECK(std::get<std::string>(settings.at("Config.teacher.model")) == "hubert_base");
  CHECK(std::get<std::int64_t>(settings.at("Config.distiller.encoder_layers")) == 2);
  CHECK(std::get<std::int64_t>(settings.at("Step")) == 200000);
  CHECK_FALSE(settings.contains("Config.distiller.pred_layer_id"));
  CHECK_FALSE(settings.contains("Args"));
  CHECK(std::get<bool>(read_settings(checkpoint("wavlm-large")).at("cfg.normalize")));
  CHECK(std::get<double>(read_settings(checkpoint("wavlm-large")).at("cfg.dropout")) == Approx(0.1));
  CHECK(read_settings(golden("encoders/wavlm-base/model.safetensors")).empty());
}
