// Encoders against transformers' hidden states: tiny random models of every kind, alone and padded.
#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/nn/embedding.h>
#include <ser/nn/encoders/byol_s.h>
#include <ser/nn/encoders/load_encoder.h>
#include <ser/nn/encoders/model_config.h>
#include <ser/nn/encoders/wav2vec2.h>
#include <ser/nn/encoders/whisper.h>
#include <support/files.h>
#include <support/npy_tensor.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>

using namespace ser;
using namespace ser::test;

namespace {

constexpr double tolerance = 1e-4;

at::Tensor reference(const std::string& name) { return read_npy_tensor(golden("encoders/" + name)); }

/// Of one clip of a batch: [layers + 1, frames, dimension], its own frames only.
at::Tensor states_of(const HiddenStates& states, std::int64_t clip) {
  return at::stack(states.layers).select(1, clip).narrow(1, 0, states.frames[static_cast<std::size_t>(clip)]);
}

at::Tensor states_of(const Encoder& encoder, const at::Tensor& clip) {
  const torch::NoGradGuard no_grad;
  return states_of(encoder.encode({clip.unsqueeze(0), {clip.size(0)}}), 0);
}

HiddenStates batch_states(const Encoder& encoder, const at::Tensor& longer, const at::Tensor& shorter) {
  const torch::NoGradGuard no_grad;
  const at::Tensor padded = at::constant_pad_nd(shorter, {0, longer.size(0) - shorter.size(0)});
  return encoder.encode({at::stack({longer, padded}), {longer.size(0), shorter.size(0)}});
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  return (a - b).abs().max().item<double>();
}

std::vector<std::string> models() {
  std::istringstream text(read_file(golden("encoders/models.tsv")));
  std::vector<std::string> names;
  for (std::string line; std::getline(text, line);)
    if (line[0] != '#') names.push_back(split(line, '\t')[0]);
  return names;
}

std::shared_ptr<Encoder> load(const std::string& name, const EncoderOptions& options = {}) {
  return load_encoder(golden("encoders/" + name), options);
}

EncoderOptions whisper(const std::string& pad) {
  EncoderOptions options;
  options.whisper_pad = pad;
  return options;
}

/// Clip 0 or 1 of the Whisper references: pieces of w1.wav.
at::Tensor whisper_clip(std::size_t which) {
  const Waveform w1 = read_audio(golden("w1.wav"));
  const auto [first, count] =
      which == 0 ? std::pair<std::size_t, std::size_t>{0, 20800} : std::pair<std::size_t, std::size_t>{4000, 11111};
  return batch_of_clip(std::span(w1.samples).subspan(first, count)).samples[0];
}

std::optional<std::filesystem::path> real_models() {
  const char* folder = std::getenv("SER_MODELS");
  if (!folder) WARN("skipped: SER_MODELS is not set");
  return folder ? std::optional<std::filesystem::path>(folder) : std::nullopt;
}

}  // namespace

TEST_CASE("Hidden states of wav2vec 2.0, HuBERT and WavLM are those of transformers, a clip alone") {
  const at::Tensor clip0 = reference("clip0.npy"), clip1 = reference("clip1.npy");
  REQUIRE(models().size() >= 9);
  for (const std::string& name : models()) {
    INFO(name);
    const auto encoder = load(name);
    CHECK(distance(states_of(*encoder, clip0), reference(name + "/hidden_clip0.npy")) < tolerance);
    CHECK(distance(states_of(*encoder, clip1), reference(name + "/hidden_clip1.npy")) < tolerance);
  }
}

TEST_CASE("A clip padded in a batch has the hidden states of the clip alone, group norms included") {
  const at::Tensor clip0 = reference("clip0.npy"), clip1 = reference("clip1.npy");
  for (const std::string& name : models()) {
    INFO(name);
    const auto encoder = load(name);
    const HiddenStates both = batch_states(*encoder, clip0, clip1);
    CHECK(distance(states_of(both, 0), states_of(*encoder, clip0)) < tolerance);
    CHECK(distance(states_of(both, 1), states_of(*encoder, clip1)) < tolerance);
  }
}

TEST_CASE("An encoder that is asked for its lower layers gives these, and runs and tunes no others") {
  const at::Tensor clip = reference("clip0.npy");
  for (const std::string& name : models()) {
    INFO(name);
    const auto whole = load(name), part = load(name);
    part->highest_layer = 1;
    const HiddenStates all = whole->encode({clip.unsqueeze(0), {clip.size(0)}}),
                       lower = part->encode({clip.unsqueeze(0), {clip.size(0)}});
    REQUIRE(lower.layers.size() == 2);
    for (std::size_t layer = 0; layer < 2; ++layer)
      if (layer < whole->layer_count()) CHECK(lower.layers[layer].equal(all.layers[layer]));
    set_tuned(*part, "1");
    for (const auto& parameter : part->named_parameters()) {
      INFO(parameter.key());
      CHECK(parameter.value().requires_grad() == (part->depth_of(parameter.key()) == 1));
    }
  }
}

TEST_CASE("With group_norm hf a padded clip changes as it does in transformers") {
  EncoderOptions options;
  options.group_norm = "hf";
  const at::Tensor clip0 = reference("clip0.npy"), clip1 = reference("clip1.npy");
  for (const std::string name :
       {"wav2vec2-base", "wav2vec2-pretraining", "hubert-base", "hubert-distilled", "wavlm-base"}) {
    INFO(name);
    const auto encoder = load(name, options);
    const at::Tensor padded = states_of(batch_states(*encoder, clip0, clip1), 1);
    CHECK(distance(padded, reference(name + "/hidden_clip1_padded.npy")) < tolerance);
    CHECK(distance(padded, states_of(*encoder, clip1)) > 0.1);
  }
}

TEST_CASE("Whisper's hidden states are those of transformers, with silence to the window's end and without") {
  const auto silent = load("whisper-80", whisper("30s")), bare = load("whisper-80", whisper("none"));
  const torch::NoGradGuard no_grad;
  for (const std::size_t which : {0U, 1U}) {
    const at::Tensor clip = whisper_clip(which);
    const std::string stem = "whisper-80/hidden_clip" + std::to_string(which);
    const HiddenStates whole = silent->encode({clip.unsqueeze(0), {clip.size(0)}});
    CHECK(distance(at::stack(whole.layers).select(1, 0), reference(stem + "_pad_30s.npy")) < tolerance);
    CHECK(whole.frames[0] == (clip.size(0) + 319) / 320);
    CHECK(distance(states_of(*bare, clip), reference(stem + "_pad_none.npy")) < tolerance);
  }
  const at::Tensor clip = whisper_clip(1);
  CHECK(distance(states_of(*load("whisper-128", whisper("none")), clip),
                 reference("whisper-128/hidden_clip1_pad_none.npy")) < tolerance);
}

TEST_CASE("Whisper: a clip padded in a batch has the hidden states of the clip alone") {
  for (const std::string pad : {"30s", "none"}) {
    const auto encoder = load("whisper-80", whisper(pad));
    const HiddenStates both = batch_states(*encoder, whisper_clip(0), whisper_clip(1));
    CHECK(distance(states_of(both, 0), states_of(*encoder, whisper_clip(0))) < tolerance);
    CHECK(distance(states_of(both, 1), states_of(*encoder, whisper_clip(1))) < tolerance);
  }
}

TEST_CASE("Whisper's log-mel spectrum is that of transformers' feature extractor") {
  for (const std::int64_t mels : {80, 128}) {
    const at::Tensor wanted = reference("whisper_mel" + std::to_string(mels) + ".npy");
    const at::Tensor mel = whisper_log_mel(whisper_clip(0), mels, 1500, 480000).transpose(0, 1);
    REQUIRE(mel.size(0) == 3000);
    CHECK(distance(at::cat({mel.narrow(0, 0, 200), mel.narrow(0, 2995, 5)}), wanted) < tolerance);
    // Only as many frames as the clip has: the same frames.
    CHECK(distance(whisper_log_mel(whisper_clip(0), mels, 65, 480000).transpose(0, 1), mel.narrow(0, 0, 130)) < 1e-5);
  }
}

TEST_CASE("Full-size models have the parameters that their authors count") {
  std::istringstream text(read_file(golden("encoders/parameters.tsv")));
  const TemporaryFolder folder;
  std::size_t seen = 0;
  for (std::string line; std::getline(text, line);) {
    if (line[0] == '#') continue;
    const auto fields = split(line, '\t');
    const auto wanted = parse_integer(fields[2]).value();
    if (fields[0] == "passt" || wanted > 100'000'000) continue;  // large ones: the hidden test
    write_file(folder / "config.json", read_file(golden("encoders/configs/" + std::string(fields[1]) + ".json")));
    const std::shared_ptr<Encoder> encoder =
        fields[0] == "whisper" ? make_whisper(read_whisper_config(folder.path()), WhisperPadding::none)
                               : make_wav2vec2(read_wav2vec2_config(folder.path()));
    INFO(fields[1]);
    // The position convolution has 128 gains in the file, fused into its weights here.
    CHECK(parameter_count(*encoder) == wanted - (fields[0] == "whisper" ? 0 : 128));
    ++seen;
  }
  CHECK(seen >= 6);
}

TEST_CASE("Frames of samples: the recurrence of the convolutions") {
  const Wav2vec2Config config;
  for (const auto& [samples, frames] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {399, 0}, {400, 1}, {720, 2}, {16000, 49}, {32000, 99}, {40000, 124}, {80000, 249}, {160000, 499}})
    CHECK(frames_of_samples(config, samples) == frames);
}

TEST_CASE("WavLM's buckets of distances") {
  for (const auto& [distance, bucket] : std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 0},
                                                                                           {1, 161},
                                                                                           {-1, 1},
                                                                                           {79, 239},
                                                                                           {-79, 79},
                                                                                           {80, 240},
                                                                                           {90, 244},
                                                                                           {100, 247},
                                                                                           {-100, 87},
                                                                                           {200, 271},
                                                                                           {400, 295},
                                                                                           {-400, 135},
                                                                                           {799, 319},
                                                                                           {5000, 319},
                                                                                           {-5000, 159}})
    CHECK(relative_position_bucket(distance, 320, 800) == bucket);
}

TEST_CASE("Weight norm with gains of the directions' norms changes nothing") {
  for (const auto& [gain, direction] :
       {std::pair<std::string, std::string>{"c.weight_g", "c.weight_v"},
        {"c.parametrizations.weight.original0", "c.parametrizations.weight.original1"}}) {
    const at::Tensor v = at::rand({4, 2, 5}, at::make_generator<at::CPUGeneratorImpl>(7));
    NamedTensors tensors{{gain, v.square().sum({0, 1}, true).sqrt()}, {direction, v}};
    fuse_weight_norm(tensors);
    REQUIRE(tensors.size() == 1);
    CHECK(distance(tensors.at("c.weight"), v) < 1e-6);
  }
}

TEST_CASE("bfloat16 keeps three digits of the hidden states") {
  EncoderOptions options;
  options.precision = "bf16";
  const at::Tensor clip = reference("clip0.npy");
  for (const std::string name : {"wav2vec2-large", "wavlm-base"}) {
    const at::Tensor exact = states_of(*load(name), clip), rough = states_of(*load(name, options), clip);
    CHECK(rough.scalar_type() == at::kFloat);
    CHECK(distance(exact, rough) / exact.abs().max().item<double>() < 3e-2);
    CHECK(distance(exact, rough) > 0);
  }
}

TEST_CASE("What is no model, too short or unsupported is refused with a reason") {
  CHECK_THROWS_WITH(load_encoder("/no/such/folder", {}), Catch::Contains("no such model"));
  const TemporaryFolder folder;
  write_file(folder / "config.json", R"({"model_type": "bert"})");
  CHECK_THROWS_WITH(load_encoder(folder.path(), {}), Catch::Contains("model_type 'bert'"));
  for (const auto& [json, reason] : std::vector<std::pair<std::string, std::string>>{
           {R"({"model_type": "wav2vec2", "add_adapter": true})", "add_adapter"},
           {R"({"model_type": "wav2vec2", "hidden_act": "relu"})", "hidden_act"},
           {R"({"model_type": "hubert", "hidden_size": 30, "num_attention_heads": 4})", "no multiple"},
           {R"({"model_type": "wavlm", "conv_dim": [512]})", "differ in length"},
           {R"({"model_type": "wav2vec2", "hidden_size": "big"})", "hidden_size"},
           {R"({"model_type": "whisper", "d_model": -1})", "d_model"},
           {R"({"model_type": "wav2vec2", "hidden_size": 32.5})", "whole number"},
           {"[1, 2", "JSON"}}) {
    write_file(folder / "config.json", json);
    INFO(json);
    CHECK_THROWS_WITH(load_encoder(folder.path(), {}), Catch::Contains(reason));
  }
  write_file(folder / "config.json", R"({"model_type": "wav2vec2"})");
  write_file(folder / "preprocessor_config.json", R"({"sampling_rate": 8000})");
  CHECK_THROWS_WITH(load_encoder(folder.path(), {}), Catch::Contains("sampling_rate is 8000"));
  const auto encoder = load("wav2vec2-base");
  CHECK_THROWS_AS(encoder->encode({at::zeros({1, 20}), {20}}), DataError);
  CHECK_THROWS_WITH(load("whisper-80")->encode({at::zeros({1, 40000}), {40000}}), Catch::Contains("position table"));
}

TEST_CASE("Embeddings of a long clip are those of its windows, joined; pooled ones are means over all frames") {
  const Waveform w1 = read_audio(golden("w1.wav"));
  EmbeddingOptions options;
  options.model = golden("encoders/wav2vec2-large").string();
  options.layer = "1";
  options.max_seconds = 1;
  const EncoderEmbedding windows(options);
  const Matrix frames = windows.embed(w1, false);
  std::size_t row = 0;
  for (std::size_t begin = 0; begin < w1.samples.size(); begin += 16000) {
    Waveform part = w1;
    part.samples.assign(w1.samples.begin() + static_cast<std::ptrdiff_t>(begin),
                        w1.samples.begin() + static_cast<std::ptrdiff_t>(std::min(begin + 16000, w1.samples.size())));
    const Matrix alone = windows.embed(part, false);
    for (std::size_t t = 0; t < alone.rows; ++t, ++row) REQUIRE(std::ranges::equal(alone.row(t), frames.row(row)));
  }
  CHECK(row == frames.rows);
  const Matrix pooled = windows.embed(w1, true);
  REQUIRE(pooled.rows == 1);
  double sum = 0;
  for (std::size_t t = 0; t < frames.rows; ++t) sum += static_cast<double>(frames(t, 5));
  CHECK(static_cast<double>(pooled(0, 5)) == Approx(sum / static_cast<double>(frames.rows)).epsilon(1e-5));
  options.layer = "all";
  CHECK(EncoderEmbedding(options).planes() == 4);
  options.layer = "4";
  CHECK_THROWS_AS(EncoderEmbedding(options), UsageError);
}

TEST_CASE("The real BYOL-S and Whisper base give their reference embeddings", "[models]") {
  const auto folder = real_models();
  if (!folder) return;
  const Waveform w1 = read_audio(golden("w1.wav"));
  const at::Tensor clip = batch_of_clip(w1.samples).samples[0];
  const auto byol_s = load_encoder(*folder / "byol-s/byols_default512.safetensors", {});
  const at::Tensor frames = states_of(*byol_s, clip)[0];
  const at::Tensor embedding = frames.mean(0) + frames.amax(0);
  CHECK(distance(embedding.unsqueeze(0), reference("real/byols_embedding.npy")) < 1e-3);
  for (const std::string pad : {"30s", "none"}) {
    const auto encoder = load_encoder(*folder / "whisper-base-encoder", whisper(pad));
    const at::Tensor wanted = reference("real/whisper_base_means_pad_" + pad + ".npy");
    CHECK(distance(states_of(*encoder, clip).mean(1), wanted) < 1e-3);
  }
}

TEST_CASE("The large models have the parameters that their authors count", "[.large]") {
  const TemporaryFolder folder;
  for (const auto& [name, wanted] : std::vector<std::pair<std::string, std::int64_t>>{
           {"wav2vec2-large-lv60", 315438720}, {"wavlm-large", 315453120}}) {
    write_file(folder / "config.json", read_file(golden("encoders/configs/" + name + ".json")));
    CHECK(parameter_count(*make_wav2vec2(read_wav2vec2_config(folder.path()))) == wanted - 128);
  }
}
