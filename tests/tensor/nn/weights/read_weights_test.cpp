#include <ser/base/error.h>
#include <ser/nn/weights/weights.h>
#include <ser/store/tensors.h>
#include <support/files.h>
#include <torch/torch.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "pickle_writer.h"
#include "refusal.h"

using namespace ser;
using namespace ser::test;
namespace fs = std::filesystem;

namespace {

void write_one(const fs::path& path, double value) { write_weights(path, {{"w", at::full({2}, value)}}); }

double read_one(const fs::path& path) { return read_weights(path).at("w")[0].item<double>(); }

void write_bin(const fs::path& path, float value) {
  const std::string tensor = pickled::tensor(pickled::storage("FloatStorage", "0", 1), 0, {1}, {1});
  pickled::write_zip(path, pickled::whole(pickled::dict({{"w", tensor}})), {{"data/0", pickled::raw(value)}});
}

}  // namespace

TEST_CASE("safetensors are preferred, then their shards, then PyTorch's files", "[nn][weights]") {
  const TemporaryFolder folder;
  write_file(folder / "config.json", "{}");
  CHECK_THROWS_WITH(read_weights(folder.path()),
                    Catch::Contains("model.safetensors, model.safetensors.index.json, pytorch_model.bin, "
                                    "pytorch_model.bin.index.json"));
  write_bin(folder / "part.bin", 4);
  write_file(folder / "pytorch_model.bin.index.json", R"({"weight_map": {"w": "part.bin"}})");
  CHECK(read_one(folder.path()) == 4);
  write_bin(folder / "pytorch_model.bin", 3);
  CHECK(read_one(folder.path()) == 3);
  write_one(folder / "part.safetensors", 2);
  write_file(folder / "model.safetensors.index.json", R"({"weight_map": {"w": "part.safetensors"}})");
  CHECK(read_one(folder.path()) == 2);
  write_one(folder / "model.safetensors", 1);
  CHECK(read_one(folder.path()) == 1);
  CHECK(read_one(folder / "pytorch_model.bin") == 3);
}

TEST_CASE("shards are read together by their index", "[nn][weights]") {
  const NamedTensors tensors = read_weights(golden("weights/sharded"));
  const NamedTensors whole = read_weights(golden("weights/plain.pt"));
  REQUIRE(tensors.size() == whole.size());
  for (const auto& [name, tensor] : whole) CHECK(tensors.at(name).equal(tensor));
}

TEST_CASE("an index that lies is refused", "[nn][weights]") {
  const TemporaryFolder folder;
  write_one(folder / "part.safetensors", 1);
  const fs::path index = folder / "model.safetensors.index.json";
  const auto index_refused = [&](const std::string& text, const std::string& reason) {
    write_file(index, text);
    CHECK_THROWS_AS(read_weights(folder.path()), DataError);
    CHECK_THROWS_WITH(read_weights(folder.path()), Catch::Contains(reason));
  };
  index_refused(R"({"weight_map": {"v": "part.safetensors"}})", "tensor 'v' is not in part.safetensors");
  index_refused(R"({"weight_map": {"w": "gone.safetensors"}})", "gone.safetensors: there is no such file");
  index_refused(R"({"weight_map": {"w": "../part.safetensors"}})", "no name of a file");
  index_refused(R"({"weight_map": {"w": "/etc/passwd"}})", "no name of a file");
  index_refused(R"({"weight_map": {"w": "model.safetensors.index.json"}})", "no name of a file");
  index_refused(R"({"weight_map": {"w": 1}})", "no index of weights");
  index_refused(R"({"metadata": {}})", "no index of weights");
  index_refused(R"([1, 2])", "no index of weights");
  index_refused(std::string(100'000, '['), "no index of weights");
}

TEST_CASE("a Hugging Face cache folder is read through its links", "[nn][weights]") {
  const TemporaryFolder folder;
  const fs::path model = folder / "models--org--name";
  for (const char* hash : {"aaa", "bbb"}) {
    make_folder(model / "snapshots" / hash);
    write_one(model / "blobs" / hash, hash[0] == 'a' ? 1 : 2);
    fs::create_symlink(fs::path("../../blobs") / hash, model / "snapshots" / hash / "model.safetensors");
  }
  CHECK_THROWS_WITH(read_weights(model), Catch::Contains("2 snapshots"));
  write_file(model / "refs" / "main", "bbb\n");
  CHECK(read_one(model) == 2);
  CHECK(read_one(model / "snapshots" / "aaa") == 1);
  write_file(model / "refs" / "main", "../blobs");
  CHECK_THROWS_WITH(read_weights(model), Catch::Contains("names the snapshot '../blobs'"));
  fs::remove(model / "refs" / "main");
  fs::remove_all(model / "snapshots" / "bbb");
  CHECK(read_one(model) == 1);
  fs::remove(model / "blobs" / "aaa");
  CHECK_THROWS_WITH(read_weights(model), Catch::Contains("model.safetensors: there is no such file"));
}

TEST_CASE("what is no file of weights is refused by name", "[nn][weights]") {
  const TemporaryFolder folder;
  refuses(folder / "nowhere.bin", "no such file or folder");
  write_file(folder / "weights.h5", "");
  refuses(folder / "weights.h5", ".safetensors, .bin, .pt, .pth and .ckpt");
  write_file(folder / "empty.safetensors", "");
  refuses(folder / "empty.safetensors", "too short");
  write_file(folder / "page.safetensors", "<!DOCTYPE html><html>Access denied</html>");
  refuses(folder / "page.safetensors", "not a safetensors file");
}

TEST_CASE("weights are written and read again to the bit", "[nn][weights]") {
  const TemporaryFolder folder;
  const float nan = std::numeric_limits<float>::quiet_NaN(), tiny = std::numeric_limits<float>::denorm_min();
  const NamedTensors tensors{{"a", at::tensor({1.0F / 3, -0.0F, nan, tiny, -INFINITY}, at::kFloat)},
                             {"b.transposed", at::randn({3, 4}).t()},
                             {"c.grad", at::randn({2}).requires_grad_(true)},
                             {"d.half", at::tensor({0.5F, 2.0F}, at::kFloat).to(at::kHalf)},
                             {"e.steps", at::tensor({std::int64_t{1} << 40}, at::kLong)},
                             {"f.mask", at::tensor({1, 0, 1}, at::kByte).to(at::kBool)},
                             {"g.empty", at::zeros({0, 3})},
                             {"h.scalar", at::scalar_tensor(3.5)}};
  write_weights(folder / "w.safetensors", tensors);
  const NamedTensors again = read_weights(folder / "w.safetensors");
  write_weights(folder / "w2.safetensors", again);
  CHECK(read_file(folder / "w.safetensors") == read_file(folder / "w2.safetensors"));
  REQUIRE(again.size() == tensors.size());
  for (const auto& [name, tensor] : tensors) {
    INFO(name);
    const at::Tensor written = (tensor.is_floating_point() ? tensor.to(at::kFloat) : tensor).detach().contiguous();
    const at::Tensor& read = again.at(name);
    REQUIRE(read.scalar_type() == written.scalar_type());
    REQUIRE(read.sizes() == written.sizes());
    if (read.numel() > 0) CHECK(std::memcmp(read.data_ptr(), written.data_ptr(), read.nbytes()) == 0);
  }
}

TEST_CASE("mapped tensors outlive their file, and writing to them does not change it", "[nn][weights]") {
  const TemporaryFolder folder;
  write_one(folder / "w.safetensors", 1);
  at::Tensor tensor = read_weights(folder / "w.safetensors").at("w");
  tensor.fill_(5);
  CHECK(read_one(folder / "w.safetensors") == 1);
  fs::remove(folder / "w.safetensors");
  CHECK(tensor.sum().item<double>() == 10);
}

TEST_CASE("data at odd places of a file are read", "[nn][weights]") {
  const TemporaryFolder folder;
  const std::string header = R"({"u":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                             R"("w":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
  write_file(folder / "odd.safetensors",
             pickled::raw(std::uint64_t{header.size()}) + header + "\x07" + pickled::raw(1.5F));
  CHECK(read_one(folder / "odd.safetensors") == 1.5);
}

TEST_CASE("tensors that safetensors cannot hold are not written", "[nn][weights]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "w.safetensors";
  CHECK_THROWS_AS(write_weights(path, {{"a", at::zeros({2}, at::kComplexFloat)}}), Error);
  CHECK_THROWS_AS(write_weights(path, {{"a", at::Tensor()}}), Error);
  CHECK_THROWS_AS(write_weights(path, {{"__metadata__", at::zeros({2})}}), Error);
  CHECK_THROWS_AS(write_weights(path, {{"\xff", at::zeros({2})}}), Error);
  CHECK_FALSE(fs::exists(path));
}
