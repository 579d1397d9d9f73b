// Networks as bundles (bundle/bundle.h): weights, description and self-test, and where the encoder was tuned its files.
#pragma once

#include <ser/bundle/clip_model.h>
#include <ser/nn/network/network.h>
#include <ser/nn/weights/weights.h>

#include <filesystem>
#include <vector>

namespace ser {

/// What of a network is trained or measured: its parameters and buffers, without an encoder that is not tuned.
NamedTensors network_weights(const Network& network);
/// Copies into the network; throws DataError for tensors that are missing, unexpected or misshapen.
void assign_network_weights(Network& network, const NamedTensors& weights, const std::string& source);

/// A network built as its options and the front end of its clips say, with the encoder's own weights where there is
/// one. `outputs`: classes or dimensions.
std::shared_ptr<Network> build_network(const NetworkOptions& options, const BundleDescription& description);
/// Number of outputs for a task.
std::int64_t output_count(const NetworkOptions& options, std::size_t classes);

/// One clip, not padded. Throws DataError when its columns are not those of the network's input.
NetworkInput input_of_clip(const Matrix& clip, bool audio);

/// Of one clip, in evaluation mode.
ClipPrediction prediction_of(Network& network, const NetworkOptions& options, const NetworkInput& input);

/// Writes the folder. The encoder, where it was tuned, is part of model.safetensors; its configuration comes from the
/// model's own folder, which is named. `samples`: clips of the training part, for the self-test.
void write_network_bundle(Network& network, const NetworkOptions& options, const BundleDescription& description,
                          const std::vector<Matrix>& samples, const std::filesystem::path& folder);

}  // namespace ser
