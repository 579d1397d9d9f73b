// Convolutions over time and bands that know how long each clip is: padding neither enters a convolution as anything but
// zeros nor the statistics of a batch norm.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace ser {

struct Spectrogram {
  at::Tensor x;                      ///< [batch, channels, bands, time], zeros in the padding
  std::vector<std::int64_t> frames;  ///< of each clip
};

/// Largest value of two bands by two frames; an odd one out is kept. Frames: (n + 1) / 2.
Spectrogram pool_by_two(const Spectrogram& s);

/// A convolution without bias and a batch norm (momentum 0.1) whose statistics are of the clips' own frames.
struct NormedConvolutionImpl : torch::nn::Module {
  NormedConvolutionImpl(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride);
  Spectrogram forward(const Spectrogram& s);
  torch::nn::Conv2d conv;
  torch::nn::BatchNorm2d norm;
};
TORCH_MODULE(NormedConvolution);

/// Two convolutions 3 x 3 beside the input, or beside a convolution 1 x 1 of it where the shape changes.
struct ResidualBlockImpl : torch::nn::Module {
  ResidualBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride);
  Spectrogram forward(const Spectrogram& s);
  NormedConvolution first, second, shortcut{nullptr};
};
TORCH_MODULE(ResidualBlock);

}  // namespace ser
