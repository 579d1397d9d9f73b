#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/store/safetensors_header.h>
#include <ser/store/tensors.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

static_assert(std::endian::native == std::endian::little, "files are little-endian and are copied as they are");

namespace ser {
namespace fs = std::filesystem;

namespace {

float half_to_float(std::uint16_t half) {
  const int exponent = (half >> 10) & 31, fraction = half & 1023;
  float value;
  if (exponent == 31)
    value = fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  else
    value = exponent ? std::ldexp(1024.0F + static_cast<float>(fraction), exponent - 25)
                     : std::ldexp(static_cast<float>(fraction), -24);
  return half & 0x8000 ? -value : value;
}

template <class Stored, class Convert>
void decode(std::string_view bytes, std::vector<double>& values, Convert convert) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = convert(stored);
  }
}

void decode(const std::string& type, std::string_view bytes, std::vector<double>& values) {
  if (type == "F64") return decode<double>(bytes, values, [](double value) { return value; });
  if (type == "F32") return decode<float>(bytes, values, [](float value) { return value; });
  if (type == "F16") return decode<std::uint16_t>(bytes, values, half_to_float);
  decode<std::uint16_t>(bytes, values,
                        [](std::uint16_t value) { return std::bit_cast<float>(std::uint32_t{value} << 16); });
}

}  // namespace

std::int64_t Tensor::size() const {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return count;
}

void write_safetensors(const fs::path& path, const TensorMap& tensors) {
  std::vector<SafetensorsEntry> entries;
  // Doubles first, so that every value is aligned in a mapped file.
  for (const bool single : {false, true})
    for (const auto& [name, tensor] : tensors) {
      if (tensor.single != single) continue;
      if (tensor.size() != static_cast<std::int64_t>(tensor.values.size()))
        throw_error<Error>("{}: tensor '{}' has {} values where its shape needs {}", path.string(), name,
                           tensor.values.size(), tensor.size());
      entries.push_back({name, single ? "F32" : "F64", tensor.shape});
    }
  const std::string header = format_safetensors_header(path, entries);
  AtomicFile file(path);
  file.stream() << header;
  for (const SafetensorsEntry& entry : entries) {
    const Tensor& tensor = tensors.at(entry.name);
    const std::vector<float> narrow(tensor.values.begin(), tensor.single ? tensor.values.end() : tensor.values.begin());
    const auto bytes = tensor.single ? std::as_bytes(std::span(narrow)) : std::as_bytes(std::span(tensor.values));
    file.stream().write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  file.commit();
}

TensorMap read_safetensors(const fs::path& path) {
  const std::string content = read_file(path);
  const SafetensorsHeader header = parse_safetensors_header(path, content);
  const std::string_view data = std::string_view(content).substr(header.data_begin);
  TensorMap tensors;
  for (const SafetensorsEntry& entry : header.entries) {
    if (entry.dtype != "F64" && entry.dtype != "F32" && entry.dtype != "F16" && entry.dtype != "BF16")
      throw_error<DataError>("{}: tensor '{}' has dtype {}; F64, F32, F16 and BF16 are read", path.string(), entry.name,
                             entry.dtype);
    Tensor tensor{entry.shape, {}, entry.dtype != "F64"};
    tensor.values.resize((entry.end - entry.begin) / safetensors_width(entry.dtype));
    decode(entry.dtype, data.substr(entry.begin), tensor.values);
    tensors.emplace(entry.name, std::move(tensor));
  }
  return tensors;
}

}  // namespace ser
