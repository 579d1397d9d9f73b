// What a network is made of. Options only, so that --help needs no LibTorch; the modules are in nn/network/.
#pragma once

#include <ser/augment/masks.h>

#include <string>
#include <vector>

namespace ser {

/// A pretrained encoder inside the network. Its input is audio; without one the network takes the frames of a store.
struct NetworkEncoderOptions {
  std::string model;          ///< folder or file; empty: none
  std::string model_hash;     ///< of its files; filled in, and checked when given
  std::string tune = "none";  ///< none | number of blocks from the top | blocks | all
  double dropout = -1;        ///< of hidden values while tuning; below 0: as config.json says
  double layer_drop = -1;     ///< share of blocks skipped while tuning; below 0: as config.json says
  double mask_time = -1;      ///< share of frames masked while tuning; below 0: as config.json says
  int mask_time_length = 0;   ///< frames of one mask; 0: as config.json says
  std::string whisper_pad = "none";
  std::string group_norm = "valid";
  double byol_s_mean = -4.99, byol_s_deviation = 3.14;
  double max_seconds = 30;  ///< longer clips are cut in training and joined from windows otherwise
};
void describe_options(OptionTable& table, NetworkEncoderOptions& options);

/// What works on frames between encoder and pooling.
struct BodyOptions {
  std::vector<int> channels = {32, 64, 128, 128};
  int lstm_units = 128, lstm_layers = 3;
  double dropout = 0.1;
};
void describe_options(OptionTable& table, BodyOptions& options);

struct PoolingOptions {
  int hidden = 128;
  int heads = 1;
};
void describe_options(OptionTable& table, PoolingOptions& options);

struct HeadOptions {
  std::vector<int> hidden = {256};
  double dropout = 0;
  std::string normalisation = "none";
};
void describe_options(OptionTable& table, HeadOptions& options);

struct NetworkOptions {
  std::string task = "classes";
  std::vector<std::string> dimensions{"arousal", "valence", "dominance"};
  NetworkEncoderOptions encoder;
  std::string layers = "sum";
  bool standardise = true;
  int average_frames = 1;
  SpecAugmentOptions spec_augment;  ///< of the frames that enter the body
  std::string body = "none";
  BodyOptions body_options;
  int frame_attention = 0;  ///< heads; 0: none
  std::string pooling = "mean";
  PoolingOptions pooling_options;
  std::string head = "linear";
  HeadOptions head_options;
};
void describe_options(OptionTable& table, NetworkOptions& options);

/// Throws UsageError for values that contradict each other.
void check_options(const NetworkOptions& options);

}  // namespace ser
