// The header of a safetensors file: a 64-bit little-endian length, then JSON that says where each tensor lies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

struct SafetensorsEntry {
  std::string name;
  std::string dtype;  ///< "F32", "I64", ...
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  ///< bytes, from the start of the data
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  ///< in the order of their data
  std::uint64_t data_begin = 0;           ///< bytes, from the start of the file
};

/// Bytes of one value: F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL; 0 for any other type.
std::uint64_t safetensors_width(std::string_view dtype);

/// Reads and checks the header of `file`, the bytes of a whole file (mapped, say; only the header is looked at). After
/// that every entry's data lie in the file and have the size that shape and type give, without overlap or gap. Throws
/// DataError with path and tensor: cut off, a header longer than the file or 100 MB, JSON that is none, names that come
/// twice, unknown types, shapes and offsets that do not fit. `path` is for messages.
SafetensorsHeader parse_safetensors_header(const std::filesystem::path& path, std::string_view file);

/// Length and JSON for tensors in the order given, padded so that the data begin at a multiple of 8 bytes. Sets each
/// entry's begin and end. Throws Error for a name that is no UTF-8, comes twice or is "__metadata__".
std::string format_safetensors_header(const std::filesystem::path& path, std::vector<SafetensorsEntry>& entries);

}  // namespace ser
