#include <ser/base/error.h>
#include <ser/base/random.h>
#include <ser/nn/weights/weights.h>
#include <support/files.h>
#include <torch/script.h>
#include <torch/torch.h>

#include <catch2/catch.hpp>

#include "pickle_writer.h"
#include "refusal.h"

using namespace ser;
using namespace ser::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_of(const NamedTensors& tensors) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

/// 0, 0.25, ...: what make_weights.py puts into every golden tensor.
at::Tensor ramp(std::vector<std::int64_t> shape, double start = 0) {
  const auto count = c10::multiply_integers(shape);
  return (at::arange(count, at::kFloat) * 0.25 + start).reshape(shape);
}

/// One float tensor 'w' over a storage of `count` values that `bytes` bytes hold.
void write_tensor(const fs::path& path, const std::string& tensor, std::size_t bytes = 24) {
  pickled::write_zip(path, pickled::whole(pickled::dict({{"w", tensor}})), {{"data/0", std::string(bytes, '\0')}});
}

}  // namespace

TEST_CASE("a state dict of torch.save gives its names and values", "[nn][weights][torch]") {
  const NamedTensors tensors = read_weights(golden("weights/plain.pt"));
  CHECK(names_of(tensors) == std::vector<std::string>{"linear.bias", "linear.weight"});
  CHECK(tensors.at("linear.weight").equal(ramp({2, 3})));
  CHECK(tensors.at("linear.bias").equal(ramp({2}, -1)));
  CHECK(read_weights(golden("weights/as_saved.pt")).at("linear.weight").equal(ramp({2, 3})));
}

TEST_CASE("floating weights become float32, whole numbers and booleans stay", "[nn][weights][torch]") {
  for (const char* file : {"weights/types.pt", "weights/types.safetensors"}) {
    INFO(file);
    const NamedTensors tensors = read_weights(golden(file));
    CHECK(tensors.size() == 11);
    CHECK(tensors.at("f64").equal(ramp({3})));
    CHECK(tensors.at("f16").equal(ramp({3}, -0.5)));
    CHECK(tensors.at("bf16").equal(ramp({3}, -0.5)));
    CHECK(tensors.at("i64").equal(at::tensor({-1099511627776, 3L}, at::kLong)));
    CHECK(tensors.at("i32").equal(at::tensor({-70000, 3}, at::kInt)));
    CHECK(tensors.at("i16").equal(at::tensor({-300, 3}, at::kShort)));
    CHECK(tensors.at("i8").equal(at::tensor({-128, 3}, at::kChar)));
    CHECK(tensors.at("u8").equal(at::tensor({255, 3}, at::kByte)));
    CHECK(tensors.at("bool").equal(at::tensor({1, 0, 1}, at::kByte).to(at::kBool)));
    CHECK(tensors.at("scalar").equal(at::scalar_tensor(7, at::kLong)));
    CHECK(tensors.at("empty").sizes() == at::IntArrayRef({0, 4}));
    for (const auto& [name, tensor] : tensors) CHECK(tensor.is_contiguous());
  }
}

TEST_CASE("views, parameters and tied tensors are read as what they show", "[nn][weights][torch]") {
  const NamedTensors tensors = read_weights(golden("weights/views.pt"));
  const at::Tensor base = ramp({4, 3});
  CHECK(tensors.at("base").equal(base));
  CHECK(tensors.at("tied").equal(base));
  CHECK(tensors.at("transposed").equal(base.t()));
  CHECK(tensors.at("row").equal(base[2]));
  CHECK(tensors.at("column").equal(base.select(1, 1)));
  CHECK(tensors.at("expanded").equal(ramp({1, 2}).expand({3, 2})));
  CHECK(tensors.at("parameter").equal(ramp({2}, 5)));
  for (const auto& [name, tensor] : tensors) {
    INFO(name);
    CHECK(tensor.is_contiguous());
    CHECK_FALSE(tensor.requires_grad());
  }
}

TEST_CASE("a training checkpoint gives the weights below their key", "[nn][weights][torch]") {
  for (const char* file : {"weights/checkpoint.pt", "weights/protocol5.pt"}) {
    INFO(file);
    const NamedTensors tensors = read_weights(golden(file));
    CHECK(names_of(tensors) == std::vector<std::string>{"model.bias", "model.weight"});
    CHECK(tensors.at("model.weight").equal(ramp({2, 3})));
  }
}

TEST_CASE("other files of PyTorch are refused with a way out", "[nn][weights][torch]") {
  const TemporaryFolder folder;
  refuses(golden("weights/whole_model.pt"), "torch.nn.modules.linear.Linear instead of tensors by name");
  write_file(folder / "legacy.pt", std::string("\x80\x02\x8a\x0al\xfc\x9c"
                                               "F\xf9 j\xa8P\x19.",
                                               15));
  refuses(folder / "legacy.pt",
          "python3 -c \"import sys, torch; from safetensors.torch import save_file; m = torch.load(");
  torch::jit::Module("m").save(folder / "script.pt");
  refuses(folder / "script.pt", "TorchScript archive");
  write_file(folder / "text.pt", "hello");
  refuses(folder / "text.pt", "is no PyTorch file");
  write_file(folder / "empty.pt", "");
  refuses(folder / "empty.pt", "is no PyTorch file");
  write_file(folder / "lfs.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
  refuses(folder / "lfs.bin", "git lfs pull");
  pickled::write_zip(folder / "big.pt", pickled::whole("}"), {{"byteorder", "big"}});
  refuses(folder / "big.pt", "little-endian");
  pickled::write_zip(folder / "none.pt", pickled::whole("}"));
  refuses(folder / "none.pt", "no tensors by name");
}

TEST_CASE("code in a checkpoint does not run, and the weights beside it are read", "[nn][weights][torch]") {
  const TemporaryFolder folder;
  const std::string command = fmt::format("touch {}", (folder / "ran").string());
  const std::string good = pickled::tensor(pickled::storage("FloatStorage", "0", 6), 0, {2, 3}, {3, 1});
  const std::string evil = pickled::call(pickled::global("os", "system"), {pickled::text(command)});
  pickled::write_zip(folder / "evil.pt", pickled::whole(pickled::dict({{"evil", evil}, {"w", good}})),
                     {{"data/0", std::string(24, '\0')}});
  CHECK(names_of(read_weights(folder / "evil.pt")) == std::vector<std::string>{"w"});
  CHECK_FALSE(fs::exists(folder / "ran"));
}

TEST_CASE("tensors that do not fit their storage are refused", "[nn][weights][torch]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "w.pt";
  const std::int64_t huge = std::int64_t{1} << 62;
  const std::string six = pickled::storage("FloatStorage", "0", 6);
  const auto tensor_refused = [&](const std::string& tensor, const std::string& reason, std::size_t bytes = 24) {
    write_tensor(path, tensor, bytes);
    refuses(path, reason);
    CHECK_THROWS_WITH(read_weights(path), Catch::Contains("tensor 'w'"));
  };
  write_tensor(path, pickled::tensor(six, 0, {2, 3}, {3, 1}));
  CHECK(read_weights(path).at("w").sizes() == at::IntArrayRef({2, 3}));
  tensor_refused(pickled::tensor(six, 1, {2, 3}, {3, 1}), "reaches value 6");
  tensor_refused(pickled::tensor(six, 0, {7}, {1}), "reaches value 6");
  tensor_refused(pickled::tensor(six, -1, {2}, {1}), "impossible");
  tensor_refused(pickled::tensor(six, 0, {-2}, {1}), "impossible");
  tensor_refused(pickled::tensor(six, 5, {3}, {-1}), "impossible");
  tensor_refused(pickled::tensor(six, 0, {2, 3}, {3}), "impossible");
  tensor_refused(pickled::tensor(six, 0, {huge, 4}, {0, 0}), "impossible");
  tensor_refused(pickled::tensor(six, 0, {0, huge, 4}, {1, 1, 1}), "impossible");
  tensor_refused(pickled::tensor(six, 0, {3, 2}, {huge, 1}), "impossible");
  tensor_refused(pickled::tensor(six, huge, {2, 2}, {huge, 1}), "impossible");
  tensor_refused(pickled::tensor(six, 0, {1 << 30}, {0}), "larger than the file");
  tensor_refused(pickled::tensor(six, 0, std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1)), "64");
  tensor_refused(pickled::tensor(six, 0, {2, 3}, {3, 1}), "has 23 bytes", 23);
  tensor_refused(pickled::tensor(pickled::storage("FloatStorage", "0", huge), 0, {2, 3}, {3, 1}), "has 24 bytes");
  tensor_refused(pickled::tensor(pickled::storage("FloatStorage", "1", 6), 0, {2, 3}, {3, 1}), "missing record data/1");
  tensor_refused(pickled::tensor(pickled::storage("QInt8Storage", "0", 6), 0, {2, 3}, {3, 1}), "QInt8Storage");
}

TEST_CASE("bytes that are no booleans are read as booleans", "[nn][weights][torch]") {
  const TemporaryFolder folder;
  const std::string tensor = pickled::tensor(pickled::storage("BoolStorage", "0", 3), 0, {3}, {1});
  pickled::write_zip(folder / "b.pt", pickled::whole(pickled::dict({{"b", tensor}})),
                     {{"data/0", std::string("\x00\x02\xff", 3)}});
  CHECK(read_weights(folder / "b.pt").at("b").sum().item<int>() == 2);
}

TEST_CASE("dictionaries that contain themselves or multiply are refused", "[nn][weights][torch]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "w.pt";
  pickled::write_zip(path, pickled::whole(std::string("}q\0", 3) + pickled::text("a") + std::string("h\0s", 3)));
  refuses(path, "contain themselves");
  std::string layers = pickled::dict({{"x", "N"}});  // each dictionary holds the one before it 16 times
  layers += std::string("q\0", 2);
  for (char layer = 1; layer < 12; ++layer) {
    layers += "}(";
    for (char item = 0; item < 16; ++item)
      layers += pickled::text(std::string(1, static_cast<char>('a' + item))) + "h" + static_cast<char>(layer - 1);
    layers += std::string("uq") + layer;
  }
  pickled::write_zip(path, pickled::whole(pickled::tuple({layers})));
  refuses(path, "no tensors by name");
  pickled::write_zip(path, pickled::whole(std::string("(") + layers + "1}" + pickled::text("top") + "h\x0bs"));
  refuses(path, "too many items");
  const std::string tensor = pickled::tensor(pickled::storage("FloatStorage", "0", 6), 0, {6}, {1});
  pickled::write_zip(path, pickled::whole(pickled::dict({{"a.b", tensor}, {"a", pickled::dict({{"b", tensor}})}})),
                     {{"data/0", std::string(24, '\0')}});
  refuses(path, "'a.b' appears twice");
  pickled::write_zip(path, pickled::whole(pickled::dict({{std::string(2000, 'x'), tensor}})));
  refuses(path, "name of a tensor is too long");
}

TEST_CASE("settings beside the tensors: plain values, the later of two, none beyond the limits",
          "[nn][weights][torch]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "w.pt";
  std::vector<std::pair<std::string, std::string>> items{{"yes", "\x88"},
                                                         {"count", pickled::integer(3)},
                                                         {"count", pickled::integer(4)},
                                                         {"text", pickled::text("[(1, 2, 3)]")},
                                                         {"none", "N"},
                                                         {"list", pickled::integers({1, 2})},
                                                         {"long", pickled::text(std::string(2000, 'x'))},
                                                         {std::string(2000, 'x'), pickled::integer(1)}};
  pickled::write_zip(path, pickled::whole(pickled::dict({{"cfg", pickled::dict(items)}})));
  const NamedSettings settings = read_settings(path);
  CHECK(settings.size() == 3);
  CHECK(std::get<bool>(settings.at("cfg.yes")));
  CHECK(std::get<std::int64_t>(settings.at("cfg.count")) == 4);
  CHECK(std::get<std::string>(settings.at("cfg.text")) == "[(1, 2, 3)]");
  for (int i = 0; i < 21000; ++i) items.emplace_back(std::to_string(i), pickled::integer(i));
  pickled::write_zip(path, pickled::whole(pickled::dict(items)));
  CHECK(read_settings(path).size() == 20000);
  refuses(path, "no tensors by name");
}

TEST_CASE("prefixes before a name of a tensor, of which a part of a word is none", "[nn][weights]") {
  const NamedTensors tensors{{"model.net.w", {}}, {"w", {}}, {"xw", {}}, {"w.bias", {}}};
  CHECK(prefixes_before(tensors, "w") == std::vector<std::string>{"model.net.", ""});
  CHECK(prefixes_before(tensors, "v").empty());
}

TEST_CASE("records that unpack to more than the file are refused", "[nn][weights][torch]") {
  const TemporaryFolder folder;
  pickled::write_zip(folder / "bomb.pt", pickled::whole("}"), {{"data/0", std::string(10'000'000, '\0')}}, true);
  CHECK(fs::file_size(folder / "bomb.pt") < 100'000);
  refuses(folder / "bomb.pt", "larger than the file");
}

TEST_CASE("a damaged file of weights is read or refused, never more", "[nn][weights][torch]") {
  const TemporaryFolder folder;
  for (const char* name : {"plain.pt", "checkpoint.pt", "as_saved.pt", "types.safetensors"}) {
    const std::string good = read_file(golden(std::string("weights/") + name));
    const fs::path path = folder / name;
    Random random(7, "damage");
    int refused = 0;
    for (int trial = 0; trial < 150; ++trial) {
      std::string bytes = good;
      for (int change = 0; change < 1 + trial % 3; ++change)
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      if (trial % 5 == 0) bytes.resize(random.below(bytes.size()));
      std::ofstream(path, std::ios::binary) << bytes;
      try {
        for (const auto& [weight, tensor] : read_weights(path)) REQUIRE(tensor.is_contiguous());
      } catch (const DataError&) {
        ++refused;
      }
    }
    INFO(name);
    CHECK(refused > 30);
  }
}
