// Training a network in one cell of a study. The work is done by the room train, in libser.so.
#pragma once

#include <ser/bundle/bundle.h>
#include <ser/experiment/study_clips.h>
#include <ser/experiment/training_copies.h>
#include <ser/network/network_config.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// What a trainer is given.
struct NetworkCell {
  const StudyData& data;
  const ClipReader& clips;
  const Fold& fold;
  int seed = 42;
  const NetworkConfig& config;
  std::filesystem::path folder;  ///< checkpoints, metrics, events and the bundle go here
  BundleDescription description;
  int threads = 1;
  const TrainingCopies* copies = nullptr;  ///< taken in place of clips with training.copy_probability; may be null
};

/// Outputs of the dev and test part: probabilities of the classes, or values of the dimensions.
struct NetworkCellResult {
  struct Row {
    std::size_t row;
    Part part;
    std::vector<float> outputs;
  };
  std::vector<Row> rows;
  std::vector<std::string> notes;
};

/// Trains, or goes on from the checkpoint in the folder, and writes the bundle. Throws Interrupted after saving when a
/// signal asks for it; Error when the loss is not finite, naming the clips.
NetworkCellResult train_network(const NetworkCell& cell);

/// The rate that a pretrained encoder hears, in Hz. Throws DataError for what is no model.
int encoder_rate_hz(const std::filesystem::path& model);

}  // namespace ser
