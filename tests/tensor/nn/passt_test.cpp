// PaSST against the published code and plain torch: front end, patches, tokens, features; patchout.
#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/nn/embedding.h>
#include <ser/nn/encoders/load_encoder.h>
#include <ser/nn/encoders/passt.h>
#include <support/files.h>
#include <support/npy_tensor.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace ser;
using namespace ser::test;

namespace {

constexpr double tolerance = 1e-4;

at::Tensor reference(const std::string& name) { return read_npy_tensor(golden("encoders/" + name)); }

double distance(const at::Tensor& a, const at::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  return (a - b).abs().max().item<double>();
}

/// w1.wav's samples, taken as 32 kHz, ten times in a row and ever louder: 400000 samples.
at::Tensor scene_clip() {
  const Waveform w1 = read_audio(golden("w1.wav"));
  const at::Tensor once = batch_of_clip(w1.samples).samples[0];
  std::vector<at::Tensor> tiles;
  for (int i = 1; i <= 10; ++i) tiles.push_back(once * (static_cast<float>(i) / 8));
  return at::cat(tiles);
}
at::Tensor long_clip() { return scene_clip().narrow(0, 0, 320000); }
at::Tensor short_clip() { return scene_clip().narrow(0, 272000, 48000); }
at::Tensor shorter_clip() { return scene_clip().narrow(0, 272000, 9000); }

/// The golden model of heads of width 8, which a folder's config.json has to say.
std::shared_ptr<Passt> passt_of_folder(const TemporaryFolder& folder, bool heads) {
  write_file(folder / "config.json", read_file(golden("encoders/passt/config.json")));
  write_file(folder / "pytorch_model.bin", read_file(golden("encoders/passt/passt.pt")));
  EncoderOptions options;
  options.passt_heads = heads;
  return std::dynamic_pointer_cast<Passt>(load_encoder(folder.path(), options));
}

std::shared_ptr<Passt> passt_of_file(const std::string& name, bool heads = true) {
  EncoderOptions options;
  options.passt_heads = heads;
  return std::dynamic_pointer_cast<Passt>(load_encoder(golden("encoders/" + name + "/" + name + ".pt"), options));
}

HiddenStates states_of(const Encoder& encoder, const at::Tensor& clip) {
  return encoder.encode({clip.unsqueeze(0), {clip.size(0)}});
}

at::Tensor feature_of(const HiddenStates& states, std::int64_t clip = 0) {
  return states.layers.back()[clip].narrow(0, 0, 2).mean(0);
}

/// What the published wrapper gives: logits, then the feature.
at::Tensor output_of(const Passt& model, const at::Tensor& clip) {
  const at::Tensor feature = feature_of(states_of(model, clip));
  return at::cat({model.logits(feature), feature});
}

}  // namespace

TEST_CASE("PaSST: front end, patches and tokens are those of the reference, of a clip shorter than the table") {
  const torch::NoGradGuard no_grad;
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, true);
  const at::Tensor mel = model->log_mel(short_clip());
  CHECK(distance(mel, reference("passt/mel_short.npy")) < tolerance);
  CHECK(distance(model->tokens(mel), reference("passt/input_tokens_short.npy")) < tolerance);
  const HiddenStates states = states_of(*model, short_clip());
  REQUIRE(states.layers.size() == 3);
  CHECK(distance(states.layers[0][0], reference("passt/input_tokens_short.npy")) < tolerance);
  CHECK(distance(states.layers[2][0], reference("passt/tokens_short.npy")) < tolerance);
  CHECK(model->rate_hz() == 32000);
  CHECK(model->longest_seconds() == 10);
  CHECK(model->clip_states() == 2);
  CHECK(model->frame_shift_seconds() == Approx(0.1));
}

TEST_CASE("PaSST: features and logits are those of the reference; of a long scene the mean over windows is") {
  const torch::NoGradGuard no_grad;
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, true);
  const at::Tensor features = reference("passt/features.npy"), logits = reference("passt/logits.npy");
  const at::Tensor short_output = output_of(*model, short_clip());
  CHECK(distance(short_output, at::cat({logits[0], features[0]})) < tolerance);
  const HiddenStates whole = states_of(*model, long_clip());
  CHECK(whole.frames[0] == 2 + 12 * 99);
  CHECK(distance(feature_of(whole), features[1]) < tolerance);
  CHECK(distance(model->logits(feature_of(whole)), logits[1]) < tolerance);
  const at::Tensor padded = at::reflection_pad1d(scene_clip().unsqueeze(0), {160000, 160000})[0];
  std::vector<at::Tensor> windows;
  for (std::int64_t begin = 0; begin + 320000 <= padded.size(0); begin += 80000)
    windows.push_back(output_of(*model, padded.narrow(0, begin, 320000)));
  CHECK(distance(at::stack(windows).mean(0), at::cat({logits[2], features[2]})) < tolerance);
}

TEST_CASE("PaSST files of the published code with other strides, tables and wrappings") {
  const torch::NoGradGuard no_grad;
  for (const std::string name : {"passt-s16", "passt-20s"}) {
    INFO(name);
    const auto model = passt_of_file(name);
    const bool twenty = name == "passt-20s";
    CHECK(model->config().stride == (twenty ? 12 : 16));
    CHECK(model->config().rows == (twenty ? 10 : 8));
    CHECK(model->config().heads == 1);
    CHECK(model->longest_seconds() == (twenty ? 20 : 10));
    const HiddenStates states = states_of(*model, shorter_clip());
    CHECK(distance(states.layers.front()[0], reference(name + "/input_tokens_shorter.npy")) < tolerance);
    CHECK(distance(states.layers.back()[0], reference(name + "/tokens_shorter.npy")) < tolerance);
    const at::Tensor wanted = reference(name + "/logits_features.npy");
    CHECK(distance(output_of(*model, shorter_clip()), wanted[0]) < tolerance);
    CHECK(distance(output_of(*model, short_clip()), wanted[1]) < tolerance);
    CHECK(distance(output_of(*model, twenty ? scene_clip() : long_clip()), wanted[2]) < tolerance);
  }
}

TEST_CASE("PaSST: a clip padded in a batch has the tokens of the clip alone") {
  const torch::NoGradGuard no_grad;
  const auto model = passt_of_file("passt-s16", false);
  const std::vector<at::Tensor> clips{short_clip(), shorter_clip(), short_clip().narrow(0, 0, 30001)};
  ClipBatch batch;
  std::vector<at::Tensor> rows;
  for (const at::Tensor& clip : clips) {
    rows.push_back(at::constant_pad_nd(clip, {0, 48000 - clip.size(0)}));
    batch.lengths.push_back(clip.size(0));
  }
  batch.samples = at::stack(rows);
  const HiddenStates together = model->encode(batch);
  CHECK(std::set<std::int64_t>(together.frames.begin(), together.frames.end()).size() == 3);
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const HiddenStates alone = states_of(*model, clips[i]);
    REQUIRE(alone.frames[0] == together.frames[i]);
    for (std::size_t layer = 0; layer < alone.layers.size(); ++layer)
      CHECK(distance(together.layers[layer][static_cast<std::int64_t>(i)].narrow(0, 0, alone.frames[0]),
                     alone.layers[layer][0]) < tolerance);
  }
}

TEST_CASE("PaSST: a change in one cell of the spectrogram moves the tokens of the patches that cover it") {
  const torch::NoGradGuard no_grad;
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, false);
  const at::Tensor mel = at::zeros({128, 96});  // 12 x 9 patches
  at::Tensor other = mel.clone();
  other[35][52] = 1;  // rows 2 (20 to 35) and 3 (30 to 45), columns 4 (40 to 55) and 5 (50 to 65)
  const at::Tensor moved = (model->tokens(other) - model->tokens(mel)).abs().amax(1).gt(0).nonzero().flatten();
  CHECK(moved.equal(at::tensor({2 + 2 * 9 + 4, 2 + 2 * 9 + 5, 2 + 3 * 9 + 4, 2 + 3 * 9 + 5}, at::kLong)));
}

TEST_CASE("PaSST has the parameters that its authors count; a block has 7,087,872") {
  for (const auto& [classes, wanted] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{527, 86153758}, {6, 85352460}}) {
    PasstConfig config;
    config.classes = classes;
    config.depth = 1;
    CHECK(parameter_count(*make_passt(config)) + 11 * 7087872 == wanted);
  }
  PasstConfig one, two;
  one.depth = 1, two.depth = 2;
  CHECK(parameter_count(*make_passt(two)) - parameter_count(*make_passt(one)) == 7087872);
}

TEST_CASE("PaSST: what is too short, too long, or no PaSST is refused with a reason") {
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, false);
  CHECK_THROWS_WITH(states_of(*model, at::zeros({500})), Catch::Contains("too few"));
  CHECK_THROWS_WITH(states_of(*model, at::zeros({4800})), Catch::Contains("too few for one patch"));
  CHECK(states_of(*model, at::zeros({4801})).frames[0] == 2 + 12);
  CHECK_THROWS_WITH(states_of(*model, at::zeros({330000})), Catch::Contains("position table 99"));
  CHECK_THROWS_AS(model->logits(at::zeros({24})), UsageError);

  const NamedTensors tensors = read_weights(golden("encoders/passt-20s/passt-20s.pt"));
  const auto refusal = [&](const std::string& name, const std::optional<at::Tensor>& tensor) {
    NamedTensors damaged = tensors;
    if (tensor)
      damaged["model." + name] = *tensor;
    else
      damaged.erase("model." + name);
    write_weights(folder / "damaged.safetensors", damaged);
    try {
      load_encoder(folder / "damaged.safetensors", {});
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK_THAT(refusal("blocks.0.mlp.fc1.weight", std::nullopt), Catch::Contains("blocks.0.mlp.fc1.weight"));
  CHECK_THAT(refusal("norm.bias", std::nullopt), Catch::Contains("norm.bias"));
  CHECK_THAT(refusal("blocks.0.norm1.bias", at::zeros({3})), Catch::Contains("another shape"));
  CHECK_THAT(refusal("freq_new_pos_embed", at::zeros({1, 64, 7, 1})), Catch::Contains("7 rows"));
  CHECK_THAT(refusal("freq_new_pos_embed", at::zeros({64})), Catch::Contains("shape"));
  CHECK_THAT(refusal("patch_embed.proj.weight", at::zeros({65, 1, 16, 16})), Catch::Contains("num_heads"));
  CHECK_THAT(refusal("patch_embed.proj.weight", at::zeros({32, 1, 16, 16})), Catch::Contains("num_heads"));
  CHECK_THAT(refusal("net.time_new_pos_embed", at::zeros({1, 64, 1, 99})), Catch::Contains("2 models"));
}

TEST_CASE("Embeddings: PaSST's feature of a clip longer than the table is the mean over its windows, by tokens") {
  EmbeddingOptions options;
  options.model = golden("encoders/passt-s16/passt-s16.pt").string();
  options.pool = "first";
  const EncoderEmbedding embedding(options);
  CHECK(embedding.rate_hz() == 32000);
  Waveform wave;
  wave.rate_hz = 32000;
  const at::Tensor scene = scene_clip();
  wave.samples.assign(scene.const_data_ptr<float>(), scene.const_data_ptr<float>() + scene.numel());
  const Matrix pooled = embedding.embed(wave, true);
  const torch::NoGradGuard no_grad;
  const auto model = passt_of_file("passt-s16", false);
  const HiddenStates first = states_of(*model, long_clip()), rest = states_of(*model, scene.narrow(0, 320000, 80000));
  const at::Tensor wanted =
      (feature_of(first) * first.frames[0] + feature_of(rest) * rest.frames[0]) / (first.frames[0] + rest.frames[0]);
  REQUIRE(pooled.rows == 1);
  CHECK(distance(at::from_blob(const_cast<float*>(pooled.values.data()), {64}, at::kFloat), wanted) < tolerance);
  options.model = golden("encoders/wav2vec2-base").string();
  CHECK_THROWS_AS(EncoderEmbedding(options), UsageError);
}

TEST_CASE("Patchout of 5 columns and 2 rows leaves 942 tokens of 12 x 99 patches") {
  PatchoutOptions options;
  options.time = 5;
  options.frequency = 2;
  const PatchGrid grid{12, 99};
  const PatchDraw draw = draw_patches(grid, 99, options, 1, 0, "a");
  CHECK(draw.kept.size() + 2 == 942);
  CHECK(draw.time_offset == 0);
  CHECK(std::ranges::is_sorted(draw.kept));
  std::set<std::int64_t> rows, columns;
  for (const std::int64_t patch : draw.kept) rows.insert(patch / 99), columns.insert(patch % 99);
  CHECK(rows.size() == 10);
  CHECK(columns.size() == 94);
  CHECK(*rows.begin() >= 0);
  CHECK(*rows.rbegin() < 12);

  const torch::NoGradGuard no_grad;
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, false);
  const at::Tensor mel = model->log_mel(long_clip()), all = model->tokens(mel), kept = model->tokens(mel, &draw);
  REQUIRE(kept.size(0) == 942);
  CHECK(kept.narrow(0, 2, 940).equal(all.index_select(0, at::tensor(draw.kept, at::kLong) + 2)));
  CHECK(model->transform({kept}).layers.back().size(1) == 942);
}

TEST_CASE("PaSST: the gradient of a feature of kept patches reaches every parameter that it depends on") {
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, true);
  for (at::Tensor& parameter : model->parameters()) parameter.set_requires_grad(true);
  PatchoutOptions options;
  options.time = 40;
  const at::Tensor mel = model->log_mel(short_clip());
  const PatchDraw draw = draw_patches(model->grid_of(mel.size(1)), 99, options, 1, 0, "a");
  model->logits(feature_of(model->transform({model->tokens(mel, &draw)}))).square().sum().backward();
  for (const auto& parameter : model->named_parameters()) {
    INFO(parameter.key());
    const at::Tensor& gradient = parameter.value().grad();
    const bool unused = parameter.key().starts_with("head_dist");
    CHECK((gradient.defined() && gradient.abs().max().item<double>() > 0) == !unused);
  }
}

TEST_CASE("PaSST in training mode shows itself by the keys of the batch; in evaluation it never drops") {
  const torch::NoGradGuard no_grad;
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, false);
  model->patchout.time = 5;
  model->patchout.frequency = 2;
  const ClipBatch batch{long_clip().unsqueeze(0), {320000}, {17}};
  CHECK(model->encode(batch).frames[0] == 1190);
  model->train();
  const HiddenStates states = model->encode(batch);
  CHECK(states.frames[0] == 942);
  CHECK(model->encode(batch).layers.back().equal(states.layers.back()));
  CHECK_FALSE(model->encode({batch.samples, {320000}, {18}}).layers[0].equal(states.layers[0]));
  CHECK(model->encode({batch.samples, {320000}}).frames[0] == 1190);
}

TEST_CASE("PaSST continued from a hidden state ends where the whole way does; its parameters have a depth") {
  const torch::NoGradGuard no_grad;
  const TemporaryFolder folder;
  const auto model = passt_of_folder(folder, true);
  const HiddenStates whole = states_of(*model, short_clip());
  const HiddenStates rest = model->encode_from(1, whole.layers[1], whole.frames);
  REQUIRE(rest.layers.size() == 2);
  CHECK(rest.layers.back().equal(whole.layers.back()));
  CHECK_THROWS_AS(model->encode_from(2, whole.layers[2], whole.frames), UsageError);
  for (const auto& [name, depth] : std::vector<std::pair<std::string, std::int64_t>>{{"patch_embed.proj.weight", -1},
                                                                                     {"cls_token", 0},
                                                                                     {"time_new_pos_embed", 0},
                                                                                     {"blocks.0.attn.qkv.bias", 1},
                                                                                     {"blocks.1.mlp.fc2.weight", 2},
                                                                                     {"norm.weight", 3},
                                                                                     {"head.1.weight", 3}})
    CHECK(model->depth_of(name) == depth);
}

TEST_CASE("Patchout without options keeps all patches; unstructured drops single ones") {
  const PatchDraw all = draw_patches({12, 99}, 99, {}, 7, 3, "a");
  REQUIRE(all.kept.size() == 1188);
  for (std::size_t i = 0; i < all.kept.size(); ++i) REQUIRE(all.kept[i] == static_cast<std::int64_t>(i));
  PatchoutOptions options;
  options.unstructured = 400;
  const PatchDraw some = draw_patches({12, 99}, 99, options, 7, 3, "a");
  CHECK(some.kept.size() == 788);
  CHECK(std::set<std::int64_t>(some.kept.begin(), some.kept.end()).size() == 788);
  options.time = 40;
  options.frequency = 4;
  CHECK(draw_patches({12, 99}, 99, options, 7, 3, "a").kept.size() == 59 * 8 - 400);
}

TEST_CASE("Patchout is drawn anew by seed, epoch and utterance, and is the same for the same ones") {
  PatchoutOptions options;
  options.time = 20;
  const PatchGrid grid{12, 50};
  const PatchDraw draw = draw_patches(grid, 99, options, 1, 2, "a");
  CHECK(draw_patches(grid, 99, options, 1, 2, "a").kept == draw.kept);
  CHECK(draw_patches(grid, 99, options, 1, 2, "a").time_offset == draw.time_offset);
  CHECK(draw_patches(grid, 99, options, 2, 2, "a").kept != draw.kept);
  CHECK(draw_patches(grid, 99, options, 1, 3, "a").kept != draw.kept);
  CHECK(draw_patches(grid, 99, options, 1, 2, "b").kept != draw.kept);
}

TEST_CASE("Patchout takes the same share of short clips, and sets them anywhere in the table") {
  PatchoutOptions options;
  options.time = 40;
  std::set<std::int64_t> offsets;
  for (std::uint64_t epoch = 0; epoch < 200; ++epoch) {
    const PatchDraw draw = draw_patches({12, 24}, 99, options, 5, epoch, "a");
    REQUIRE(draw.kept.size() == 12 * (24 - 10));  // 40 of 99 are 9.7 of 24
    offsets.insert(draw.time_offset);
  }
  CHECK(*offsets.begin() >= 0);
  CHECK(*offsets.rbegin() <= 75);
  CHECK(offsets.size() > 50);
  options.time = 10000;
  options.frequency = 50;
  options.unstructured = 1000000;
  CHECK(draw_patches({12, 1}, 99, options, 5, 0, "a").kept.size() == 1);
  CHECK(draw_patches({12, 99}, 99, options, 5, 0, "a").kept.size() == 1);
  CHECK_THROWS_AS(draw_patches({12, 100}, 99, options, 5, 0, "a"), UsageError);
  options.time = -1;
  CHECK_THROWS_AS(draw_patches({12, 99}, 99, options, 5, 0, "a"), UsageError);
}

TEST_CASE("A column drawn at an offset of the table has that position") {
  const torch::NoGradGuard no_grad;
  const auto model = passt_of_file("passt-s16", false);
  const at::Tensor mel = model->log_mel(shorter_clip());
  PatchDraw draw;
  draw.time_offset = 7;
  for (std::int64_t i = 0; i < 8; ++i) draw.kept.push_back(i);
  const at::Tensor table =
      read_weights(golden("encoders/passt-s16/passt-s16.pt")).at("state_dict.net.time_new_pos_embed").view({64, 62});
  const at::Tensor moved = model->tokens(mel, &draw) - model->tokens(mel);
  CHECK(distance(moved[2], table.select(1, 7) - table.select(1, 0)) < 1e-5);
}
