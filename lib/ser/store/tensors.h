// Named arrays in the safetensors format: a JSON header, then raw little-endian data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ser {

/// One array in float32 or float64 (dtype "F32" or "F64" in the file; kept in double here without loss).
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<double> values;  ///< C order
  bool single = false;         ///< written as F32
  std::int64_t size() const;
};

using TensorMap = std::map<std::string, Tensor>;

/// Throws Error when the file cannot be written.
void write_safetensors(const std::filesystem::path& path, const TensorMap& tensors);
/// Reads F64, F32, F16 and BF16. Throws DataError for anything malformed: header length beyond the file, overlapping or
/// out-of-range offsets, shapes whose size differs from the data's.
TensorMap read_safetensors(const std::filesystem::path& path);

}  // namespace ser
