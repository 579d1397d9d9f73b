// Readers of single files of weights. Only for the files of this folder; everybody else calls read_weights().
#pragma once

#include <ser/nn/weights/weights.h>

#include <cstdint>
#include <span>

namespace ser {

/// A safetensors file, mapped into memory; the tensors keep the map alive.
NamedTensors read_safetensors_weights(const std::filesystem::path& path);

/// A zip file of torch.save.
NamedTensors read_torch_weights(const std::filesystem::path& path);
NamedSettings read_torch_settings(const std::filesystem::path& path);

/// The tensor as read_weights() promises it: float32 or whole numbers or booleans, contiguous.
at::Tensor as_weight(const at::Tensor& tensor);

/// Whether the sizes can be those of a tensor at all: no negative one, and a product that does not overflow even where
/// a size is 0.
bool plausible_sizes(std::span<const std::int64_t> sizes);

}  // namespace ser
