#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/random.h>
#include <ser/store/tensors.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>

using namespace ser;
namespace fs = std::filesystem;

namespace {

const fs::path path = fs::temp_directory_path() / ("ser-tensors-" + std::to_string(::getpid()) + ".safetensors");

std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

TensorMap parse(const std::string& bytes) {
  write_file(path, bytes);
  return read_safetensors(path);
}

void refuses(const std::string& bytes, const std::string& reason) {
  CHECK_THROWS_AS(parse(bytes), DataError);
  CHECK_THROWS_WITH(parse(bytes), Catch::Contains(path.string()) && Catch::Contains(reason));
}

}  // namespace

TEST_CASE("tensors come back bit by bit", "[store][tensors]") {
  Random random(1, "tensors");
  TensorMap tensors{{"weights", {{2, 3}, {}, false}},
                    {"bias", {{4}, {}, true}},
                    {"scalar", {{}, {-0.0}, false}},
                    {"empty", {{0, 5}, {}, true}},
                    {"ümlaut \"x\"", {{1}, {1e-310}, false}}};
  for (int i = 0; i < 6; ++i) tensors["weights"].values.push_back(random.normal());
  for (int i = 0; i < 4; ++i) tensors["bias"].values.push_back(static_cast<float>(random.normal()));
  tensors["bias"].values[2] = std::numeric_limits<double>::infinity();
  write_safetensors(path, tensors);
  const TensorMap back = read_safetensors(path);
  REQUIRE(back.size() == tensors.size());
  for (const auto& [name, tensor] : tensors) {
    INFO(name);
    CHECK(back.at(name).shape == tensor.shape);
    CHECK(back.at(name).single == tensor.single);
    CHECK(back.at(name).values == tensor.values);
  }
  CHECK(std::signbit(back.at("scalar").values[0]));
  const std::string first = read_file(path);
  write_safetensors(path, back);
  CHECK(read_file(path) == first);
  fs::remove(path);
}

TEST_CASE("half precision of both kinds is read", "[store][tensors]") {
  // 1.5, -2, smallest subnormal, largest finite; bfloat16 1.5 and -2.
  const std::string data("\x00\x3e\x00\xc0\x01\x00\xff\x7b\xc0\x3f\x00\xc0", 12);
  const TensorMap tensors =
      parse(file_of(R"({"__metadata__":{"format":"pt"},"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},)"
                    R"("b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}})",
                    data));
  CHECK(tensors.at("h").values == std::vector<double>{1.5, -2, std::ldexp(1.0, -24), 65504});
  CHECK(tensors.at("b").values == std::vector<double>{1.5, -2});
  CHECK(tensors.at("h").single);
  fs::remove(path);
}

TEST_CASE("malformed files are refused by name and reason", "[store][tensors]") {
  const std::string eight(8, '\0');
  refuses("abc", "too short");
  refuses(std::string(8, '\xff'), "header of");
  refuses(std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10), "header of");
  refuses(file_of("{", ""), "JSON");
  refuses(file_of("[1]", ""), "not a JSON object");
  refuses(file_of(std::string(200000, '['), ""), "");
  refuses(file_of(R"({"a":{"shape":[1],"data_offsets":[0,8]}})", eight), "dtype");
  refuses(file_of(R"({"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})", eight), "I64");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}})", eight), "whole number");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1.0],"data_offsets":[0,8]}})", eight), "whole number");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", eight), "larger");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}})", eight), "2 values");
  refuses(file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", eight), "1 values");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[8,0]}})", eight), "outside");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}})", eight), "outside");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0]}})", eight), "outside");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,18446744073709551615]}})", eight), "outside");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[0],"data_offsets":[0,8]}})", eight), "0 values");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", eight + eight), "no tensor");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},)"
                  R"("b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                  eight),
          "overlap");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}})", eight + eight), "gap");
  refuses(file_of(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},)"
                  R"("a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
                  eight),
          "twice");
  fs::remove(path);
}

TEST_CASE("a damaged file is read or refused, never more", "[store][tensors]") {
  write_safetensors(path, {{"a", {{2, 2}, {1, 2, 3, 4}, false}}, {"b", {{3}, {1, 2, 3}, true}}});
  const std::string good = read_file(path);
  Random random(7, "damage");
  int refused = 0;
  for (int trial = 0; trial < 400; ++trial) {
    std::string bytes = good;
    for (int change = 0; change < 1 + trial % 3; ++change)
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    if (trial % 5 == 0) bytes.resize(random.below(bytes.size()));
    std::ofstream(path, std::ios::binary) << bytes;
    try {
      for (const auto& [name, tensor] : read_safetensors(path))
        REQUIRE(tensor.size() == static_cast<std::int64_t>(tensor.values.size()));
    } catch (const DataError&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
  fs::remove(path);
}

TEST_CASE("a tensor whose shape and values disagree is not written", "[store][tensors]") {
  CHECK_THROWS_AS(write_safetensors(path, {{"a", {{2}, {1}, false}}}), Error);
  CHECK_FALSE(fs::exists(path));
}
