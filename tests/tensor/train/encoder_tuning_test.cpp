// Encoders inside a network: what is frozen stays, what is tuned changes, and stored layers are as good as audio.
#include <ser/base/error.h>
#include <ser/nn/encoders/load_encoder.h>
#include <ser/train/trainer.h>
#include <tensor/train/toy_study.h>

#include <catch2/catch.hpp>

using namespace ser;

namespace {

/// Names of the parameters that a training of one epoch changes.
std::vector<std::string> changed(const std::string& encoder, const std::string& tune) {
  test::ToyStudy study(8, 2, 2);
  study.hear(encoder);
  study.config.network.encoder.tune = tune;
  study.config.network.encoder.layer_drop = 0;
  study.config.network.encoder.mask_time = 0.3;
  study.config.network.layers = "last";
  study.config.training.encoder_learning_rate = 1e-3;
  study.config.training.select = "last";
  study.config.training.epochs = 1;
  const NetworkCell cell = study.cell();
  Trainer trainer(cell);
  std::map<std::string, at::Tensor> before;
  for (const auto& entry : trainer.network().named_parameters()) before.emplace(entry.key(), entry.value().clone());
  trainer.run();
  std::vector<std::string> names;
  for (const auto& entry : trainer.network().named_parameters())
    if (!entry.value().equal(before.at(entry.key()))) names.push_back(entry.key());
  return names;
}

std::vector<std::string> expected(const std::string& encoder, const std::vector<std::string>& prefixes) {
  EncoderOptions options;
  const auto loaded = load_encoder(test::golden(std::string("encoders/") + encoder).string(), options);
  std::vector<std::string> names;
  for (const auto& entry : loaded->named_parameters())
    for (const std::string& prefix : prefixes)
      // Softmax over keys does not see what all keys share, so a key's bias has no gradient but rounding.
      if (entry.key().starts_with(prefix)) names.push_back("encoder." + entry.key());
  for (const char* const name : {"head.layers.0.weight", "head.layers.0.bias"}) names.emplace_back(name);
  return names;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return name.ends_with("k_proj.bias"); });
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("exactly what is tuned of an encoder changes", "[train]") {
  const std::string post = "wav2vec2-base", pre = "wav2vec2-large";
  CHECK(sorted(changed(post, "none")) == sorted(expected(post, {})));
  CHECK(sorted(changed(post, "1")) == sorted(expected(post, {"encoder.layers.1."})));
  CHECK(sorted(changed(post, "2")) == sorted(expected(post, {"encoder.layers."})));
  CHECK(sorted(changed(post, "blocks")) ==
        sorted(expected(post, {"encoder.", "feature_projection.", "masked_spec_embed"})));
  CHECK(sorted(changed(post, "all")) == sorted(expected(post, {""})));
  CHECK(sorted(changed(pre, "2")) ==
        sorted(expected(pre, {"encoder.layers.1.", "encoder.layers.2.", "encoder.layer_norm."})));
  CHECK(sorted(changed("whisper-80", "1")) == sorted(expected("whisper-80", {"layers.1.", "layer_norm."})));
}

TEST_CASE("more blocks than the encoder has cannot be tuned", "[train]") {
  test::ToyStudy study(4, 2, 2);
  study.hear("wav2vec2-base");
  study.config.network.encoder.tune = "3";
  const NetworkCell cell = study.cell();
  CHECK_THROWS_WITH(Trainer(cell), Catch::Contains("the encoder has 2"));
}

TEST_CASE("a network that goes on from a stored layer equals one that hears the audio", "[train]") {
  for (const std::string name : {"wav2vec2-base", "wav2vec2-large", "wavlm-base", "whisper-80"}) {
    INFO(name);
    const auto load = [&] {
      EncoderOptions options;
      options.whisper_pad = "none";
      return load_encoder(test::golden(std::string("encoders/") + name).string(), options);
    };
    NetworkOptions options;
    options.standardise = false;
    options.encoder.tune = "1";
    options.layers = "last";
    torch::manual_seed(3);
    Network whole(options, {1, 1, {}}, load(), 3);
    torch::manual_seed(3);
    Network continued(options, {32, 1, 1}, load(), 3);
    {
      const at::NoGradGuard no_gradients;
      auto places = continued.named_parameters();
      for (const auto& entry : whole.named_parameters()) places[entry.key()].copy_(entry.value());
    }
    whole.set_training(false);
    continued.set_training(false);
    torch::manual_seed(4);
    const at::Tensor samples = 0.1 * at::randn({2, 4000});
    samples[1].narrow(0, 2500, 1500).zero_();
    const std::vector<std::int64_t> lengths{4000, 2500};
    const HiddenStates states = load()->encode({samples, lengths, {}});
    const at::Tensor wanted = whole.forward({samples, lengths, {}}).outputs,
                     got = continued.forward({states.layers[1].detach(), states.frames, {}}).outputs;
    CHECK((wanted - got).abs().max().item<double>() < 1e-5);
    // Their gradients, too.
    wanted.sum().backward();
    got.sum().backward();
    auto others = continued.named_parameters();
    for (const auto& entry : whole.named_parameters())
      if (entry.value().grad().defined())
        CHECK((entry.value().grad() - others[entry.key()].grad()).abs().max().item<double>() < 1e-4);
  }
}

TEST_CASE("clips longer than the window are cut in training and joined otherwise", "[train]") {
  test::ToyStudy study(6, 3, 3);
  study.hear("wav2vec2-base");
  study.config.network.encoder.tune = "1";
  study.config.network.encoder.max_seconds = 1;
  // One clip of 2.5 s.
  Matrix& clip = study.clips.clips[0];
  const Matrix once = clip;
  while (clip.values.size() < 40000) clip.values.insert(clip.values.end(), once.values.begin(), once.values.end());
  clip.values.resize(40000);
  clip.rows = 40000;
  const NetworkCell cell = study.cell();
  const Loader loader(cell, true, 1);
  const std::vector<std::size_t> rows{0, 1};
  const Batch trained = loader.load(rows, 0), evaluated = loader.load(rows, std::nullopt);
  CHECK(trained.input.lengths[0] == 16000);
  CHECK(evaluated.input.lengths[0] == 40000);
  CHECK_FALSE(loader.load(rows, 1).input.values[0].equal(trained.input.values[0]));
  Trainer trainer(cell);
  const NetworkOutput out = trainer.network().forward(input_of_clip(clip, true));
  // Windows of 16000, 16000 and 8000 samples: 799 + 799 + 399 frames.
  CHECK(out.frames.frames[0] == 1997);
}
