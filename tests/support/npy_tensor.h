// Reference arrays of any number of dimensions as tensors.
#pragma once

#include <ser/base/text.h>
#include <support/files.h>
#include <torch/torch.h>

#include <vector>

namespace ser::test {

/// A float32 NPY file in C order.
inline at::Tensor read_npy_tensor(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  std::uint16_t header = 0;
  std::memcpy(&header, bytes.data() + 8, 2);
  const std::string text = bytes.substr(10, header);
  const std::size_t from = text.find("'shape': (") + 10;
  if (text.find("<f4") == std::string::npos || from < 10) throw std::runtime_error("unexpected NPY header: " + text);
  std::vector<std::int64_t> shape;
  for (const std::string& size : split(text.substr(from, text.find(')', from) - from), ','))
    if (const auto n = parse_integer(trim(size))) shape.push_back(*n);
  return at::from_blob(const_cast<char*>(bytes.data()) + 10 + header, shape, at::kFloat).clone();
}

}  // namespace ser::test
