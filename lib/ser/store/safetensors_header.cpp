#include <ser/base/error.h>
#include <ser/store/safetensors_header.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

namespace ser {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::uint64_t max_header_bytes = 100'000'000;
constexpr const char* metadata = "__metadata__";

json parse_json(const fs::path& path, std::string_view text) {
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

SafetensorsEntry parse_entry(const fs::path& path, const std::string& name, const json& item,
                             std::uint64_t data_bytes) {
  if (!item.is_object() || !item.contains("dtype") || !item["dtype"].is_string())
    throw_error<DataError>("{}: tensor '{}' has no dtype", path.string(), name);
  SafetensorsEntry entry{name, item["dtype"].get<std::string>(), {}, 0, 0};
  const std::uint64_t width = safetensors_width(entry.dtype);
  if (width == 0)
    throw_error<DataError>("{}: tensor '{}' has dtype {}, which is not read", path.string(), name, entry.dtype);
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
    entry.shape.push_back(static_cast<std::int64_t>(extent));
  }
  const std::uint64_t stored = entry.end - entry.begin;
  if (count != stored / width || stored % width != 0)
    throw_error<DataError>("{}: tensor '{}': its shape gives {} values of {}, its data have {} bytes", path.string(),
                           name, count, entry.dtype, stored);
  return entry;
}

void check_layout(const fs::path& path, std::vector<SafetensorsEntry>& entries, std::uint64_t data_bytes) {
  std::sort(entries.begin(), entries.end(), [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  std::uint64_t end = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != end)
      throw_error<DataError>("{}: tensor '{}' begins at byte {} of the data where {} was expected ({})", path.string(),
                             entry.name, entry.begin, end, entry.begin < end ? "tensors overlap" : "there is a gap");
    end = entry.end;
  }
  if (end != data_bytes)
    throw_error<DataError>("{}: {} bytes of data belong to no tensor", path.string(), data_bytes - end);
}

}  // namespace

std::uint64_t safetensors_width(std::string_view dtype) {
  if (dtype == "F64" || dtype == "I64") return 8;
  if (dtype == "F32" || dtype == "I32") return 4;
  if (dtype == "F16" || dtype == "BF16" || dtype == "I16") return 2;
  return dtype == "I8" || dtype == "U8" || dtype == "BOOL" ? 1 : 0;
}

SafetensorsHeader parse_safetensors_header(const fs::path& path, std::string_view file) {
  std::uint64_t length = 0;
  if (file.size() < sizeof length) throw_error<DataError>("{}: too short to be a safetensors file", path.string());
  std::memcpy(&length, file.data(), sizeof length);
  if (length > max_header_bytes || length > file.size() - sizeof length)
    throw_error<DataError>("{}: not a safetensors file or cut off: a header of {} bytes in a file of {}", path.string(),
                           length, file.size());
  SafetensorsHeader header;
  header.data_begin = sizeof length + length;
  const std::uint64_t data_bytes = file.size() - header.data_begin;
  const json parsed = parse_json(path, file.substr(sizeof length, length));
  for (const auto& [name, item] : parsed.items())
    if (name != metadata) header.entries.push_back(parse_entry(path, name, item, data_bytes));
  check_layout(path, header.entries, data_bytes);
  return header;
}

std::string format_safetensors_header(const fs::path& path, std::vector<SafetensorsEntry>& entries) {
  json header = json::object();
  std::uint64_t offset = 0;
  for (SafetensorsEntry& entry : entries) {
    if (entry.name == metadata || header.contains(entry.name))
      throw_error<Error>("{}: a tensor cannot be named '{}' (again)", path.string(), entry.name);
    entry.begin = offset;
    std::uint64_t count = 1;
    for (const std::int64_t extent : entry.shape) count *= static_cast<std::uint64_t>(extent);
    entry.end = offset += count * safetensors_width(entry.dtype);
    header[entry.name] = {{"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const json::exception& error) {
    throw_error<Error>("{}: a tensor's name is not UTF-8: {}", path.string(), error.what());
  }
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + text;
}

}  // namespace ser
