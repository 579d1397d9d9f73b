#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/store/tensors.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

static_assert(std::endian::native == std::endian::little, "files are little-endian and are copied as they are");

namespace ser {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::uint64_t max_header_bytes = 100'000'000;

struct Entry {
  std::string name, type;
  Tensor tensor;
  std::uint64_t begin = 0, end = 0;
};

std::size_t bytes_per_value(const std::string& type) { return type == "F64" ? 8 : type == "F32" ? 4 : 2; }

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

json parse_header(const fs::path& path, std::string_view text) {
  std::set<std::string> names;
  std::string duplicate;
  bool deep = false;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    deep = deep || depth > 3;
    if (depth == 1 && event == json::parse_event_t::key && !names.insert(parsed.get<std::string>()).second)
      duplicate = parsed.get<std::string>();
    return depth <= 3;
  };
  json header;
  try {
    header = json::parse(text.begin(), text.end(), watch);
  } catch (const json::exception& error) {
    throw_error<DataError>("{}: the header is not valid JSON: {}", path.string(), error.what());
  }
  if (deep || !header.is_object())
    throw_error<DataError>("{}: the header is not a JSON object of tensors", path.string());
  if (!duplicate.empty()) throw_error<DataError>("{}: tensor '{}' appears twice", path.string(), duplicate);
  return header;
}

/// The sizes as non-negative integers; anything else is malformed.
std::vector<std::uint64_t> unsigned_list(const fs::path& path, const std::string& name, const json& entry,
                                         const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_array())
    throw_error<DataError>("{}: tensor '{}' has no list '{}'", path.string(), name, key);
  std::vector<std::uint64_t> numbers;
  for (const json& item : *found) {
    if (!item.is_number_unsigned())
      throw_error<DataError>("{}: tensor '{}': '{}' holds something that is not a whole number from 0", path.string(),
                             name, key);
    numbers.push_back(item.get<std::uint64_t>());
  }
  return numbers;
}

Entry parse_entry(const fs::path& path, const std::string& name, const json& item, std::uint64_t data_bytes) {
  if (!item.is_object() || !item.contains("dtype") || !item["dtype"].is_string())
    throw_error<DataError>("{}: tensor '{}' has no dtype", path.string(), name);
  Entry entry{name, item["dtype"].get<std::string>(), {}, 0, 0};
  if (entry.type != "F64" && entry.type != "F32" && entry.type != "F16" && entry.type != "BF16")
    throw_error<DataError>("{}: tensor '{}' has dtype {}; F64, F32, F16 and BF16 are read", path.string(), name,
                           entry.type);
  const auto offsets = unsigned_list(path, name, item, "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data_bytes)
    throw_error<DataError>("{}: tensor '{}': its data lie outside the file's {} bytes of data", path.string(), name,
                           data_bytes);
  entry.begin = offsets[0], entry.end = offsets[1];
  const auto shape = unsigned_list(path, name, item, "shape");
  const bool empty = std::find(shape.begin(), shape.end(), 0U) != shape.end();
  std::uint64_t count = empty ? 0 : 1;
  for (const std::uint64_t extent : shape) {
    if (extent > data_bytes || (!empty && __builtin_mul_overflow(count, extent, &count)))
      throw_error<DataError>("{}: tensor '{}': its shape is larger than the file", path.string(), name);
    entry.tensor.shape.push_back(static_cast<std::int64_t>(extent));
  }
  const std::uint64_t stored = entry.end - entry.begin, width = bytes_per_value(entry.type);
  if (count != stored / width || stored % width != 0)
    throw_error<DataError>("{}: tensor '{}': its shape gives {} values of {}, its data have {} bytes", path.string(),
                           name, count, entry.type, stored);
  entry.tensor.single = entry.type != "F64";
  return entry;
}

void check_layout(const fs::path& path, std::vector<Entry>& entries, std::uint64_t data_bytes) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  std::uint64_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != end)
      throw_error<DataError>("{}: tensor '{}' begins at byte {} of the data where {} was expected ({})", path.string(),
                             entry.name, entry.begin, end, entry.begin < end ? "tensors overlap" : "there is a gap");
    end = entry.end;
  }
  if (end != data_bytes)
    throw_error<DataError>("{}: {} bytes of data belong to no tensor", path.string(), data_bytes - end);
}

}  // namespace

std::int64_t Tensor::size() const {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return count;
}

void write_safetensors(const fs::path& path, const TensorMap& tensors) {
  json header = json::object();
  std::uint64_t offset = 0;
  // Doubles first, so that every value is aligned in a mapped file.
  for (const bool single : {false, true})
    for (const auto& [name, tensor] : tensors) {
      if (tensor.single != single) continue;
      if (tensor.size() != static_cast<std::int64_t>(tensor.values.size()))
        throw_error<Error>("{}: tensor '{}' has {} values where its shape needs {}", path.string(), name,
                           tensor.values.size(), tensor.size());
      const std::uint64_t end = offset + tensor.values.size() * (single ? 4 : 8);
      header[name] = {{"dtype", single ? "F32" : "F64"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
      offset = end;
    }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  AtomicFile file(path);
  file.stream().write(reinterpret_cast<const char*>(&length), sizeof length);
  file.stream() << text;
  for (const bool single : {false, true})
    for (const auto& [name, tensor] : tensors) {
      if (tensor.single != single) continue;
      const std::vector<float> narrow(tensor.values.begin(), single ? tensor.values.end() : tensor.values.begin());
      const auto bytes = single ? std::as_bytes(std::span(narrow)) : std::as_bytes(std::span(tensor.values));
      file.stream().write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
  file.commit();
}

TensorMap read_safetensors(const fs::path& path) {
  const std::string content = read_file(path);
  std::uint64_t length = 0;
  if (content.size() < sizeof length) throw_error<DataError>("{}: too short to be a safetensors file", path.string());
  std::memcpy(&length, content.data(), sizeof length);
  if (length > max_header_bytes || length > content.size() - sizeof length)
    throw_error<DataError>("{}: not a safetensors file or cut off: a header of {} bytes in a file of {}", path.string(),
                           length, content.size());
  const std::string_view text = std::string_view(content).substr(sizeof length, length);
  const std::string_view data = std::string_view(content).substr(sizeof length + length);
  std::vector<Entry> entries;
  const json header = parse_header(path, text);
  for (const auto& [name, item] : header.items())
    if (name != "__metadata__") entries.push_back(parse_entry(path, name, item, data.size()));
  check_layout(path, entries, data.size());
  TensorMap tensors;
  for (Entry& entry : entries) {
    entry.tensor.values.resize((entry.end - entry.begin) / bytes_per_value(entry.type));
    decode(entry.type, data.substr(entry.begin), entry.tensor.values);
    tensors.emplace(std::move(entry.name), std::move(entry.tensor));
  }
  return tensors;
}

}  // namespace ser
