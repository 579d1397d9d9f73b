#include <ser/base/text.h>
#include <ser/network/network_options.h>

#include <set>

namespace ser {

void describe_options(OptionTable& table, NetworkEncoderOptions& o) {
  table.add(
      "model", o.model,
      "pretrained encoder that hears the audio: Hugging Face folder or weights file; empty: the network takes the "
      "frames of the feature store");
  table.add("model_hash", o.model_hash, "of the model's files; filled in by the program, and checked when given");
  table.add("tune", o.tune,
            "what is trained of it: none, a number of blocks from the top, blocks (all of them, not the convolutions "
            "before), all");
  table.add("dropout", o.dropout, "of hidden values while tuning; -1: as the model's config.json says").range(-1, 0.9);
  table.add("layer_drop", o.layer_drop, "share of blocks skipped while tuning; -1: as config.json says").range(-1, 0.9);
  table.add("mask_time", o.mask_time, "share of frames masked while tuning; -1: as config.json says").range(-1, 0.9);
  table.add("mask_time_length", o.mask_time_length, "of one mask; 0: as config.json says")
      .range(0, 1000)
      .unit("frames");
  table.add("whisper_pad", o.whisper_pad, "Whisper: none hears the clip only, 30s silence up to 30 s too")
      .choices({"none", "30s"});
  table
      .add("group_norm", o.group_norm,
           "of padded clips: over their own samples, or over padding too as transformers does")
      .choices({"valid", "hf"});
  table.add("byol_s_mean", o.byol_s_mean, "BYOL-S: mean of the corpus' log-mel values; the default is CREMA-D's")
      .range(-1e6, 1e6);
  table.add("byol_s_deviation", o.byol_s_deviation, "BYOL-S: their standard deviation").range(1e-3, 1e3);
  table
      .add("max_seconds", o.max_seconds,
           "longer clips are cut into windows whose frames are joined; in training, "
           "where something of the encoder is trained, one window is drawn")
      .range(1, 3600)
      .unit("s");
}

void describe_options(OptionTable& table, BodyOptions& o) {
  table.add("body_channels", o.channels, "of each convolution block (cnn, cnn-lstm) or stage (resnet)").range(1, 4096);
  table.add("lstm_units", o.lstm_units, "cnn-lstm: of each direction").range(1, 8192);
  table.add("lstm_layers", o.lstm_layers, "cnn-lstm: bidirectional layers").range(1, 16);
  table.add("body_dropout", o.dropout, "after each block; twice this between the layers of an LSTM").range(0, 0.45);
}

void describe_options(OptionTable& table, PoolingOptions& o) {
  table.add("pooling_hidden", o.hidden, "attentive-statistics: width of the scoring layer").range(1, 65536);
  table.add("pooling_heads", o.heads, "self-attention: weighted means that are joined").range(1, 256);
}

void describe_options(OptionTable& table, HeadOptions& o) {
  table.add("head_hidden", o.hidden, "mlp, projection: units of each hidden layer").range(1, 65536);
  table.add("head_dropout", o.dropout, "of the pooled vector (linear), of hidden units (mlp, projection)")
      .range(0, 0.95);
  table.add("head_normalisation", o.normalisation, "of the pooled vector").choices({"none", "batch", "layer"});
}

void describe_options(OptionTable& table, NetworkOptions& o) {
  table
      .add("task", o.task,
           "classes: one of the label space's; distribution: the manifest's label distribution over its classes; "
           "dimensions: regression")
      .choices({"classes", "distribution", "dimensions"});
  table.add("dimensions", o.dimensions, "columns of the manifest for task dimensions");
  table.section("encoder", o.encoder);
  table.add("layers", o.layers,
            "which hidden states, where the encoder or the store gives all: sum (learnt weights), last, or a number "
            "from 0");
  table.add("standardise", o.standardise,
            "inputs of the trained part to mean 0 and deviation 1 per dimension, by the training part's frames");
  table
      .add("average_frames", o.average_frames,
           "frames in a row are replaced by their mean: 2 halves the frames, and attention and supcon have a quarter "
           "of the pairs")
      .range(1, 1000)
      .unit("frames");
  table.section("spec_augment", o.spec_augment);
  table.add("body", o.body, "trained on the frames: cnn, resnet and cnn-lstm take spectrograms")
      .choices({"none", "cnn", "resnet", "cnn-lstm"});
  describe_options(table, o.body_options);
  table
      .add("frame_attention", o.frame_attention,
           "heads of a self-attention over the frames, added to them before they are pooled; 0: none. With pooling "
           "self-attention this is FLAM (16 heads)")
      .range(0, 1024);
  table
      .add("pooling", o.pooling,
           "of frames to one vector: mean, max, first, statistics (mean and deviation), attentive-statistics, "
           "self-attention")
      .choices({"mean", "max", "first", "statistics", "attentive-statistics", "self-attention"});
  describe_options(table, o.pooling_options);
  table
      .add("head", o.head,
           "of the pooled vector to the outputs: linear, mlp (ReLU after each hidden layer), projection (hidden layers "
           "without activation)")
      .choices({"linear", "mlp", "projection"});
  describe_options(table, o.head_options);
}

void check_options(const NetworkOptions& o) {
  const auto number = parse_integer(o.encoder.tune);
  if (o.encoder.tune != "none" && o.encoder.tune != "blocks" && o.encoder.tune != "all" && (!number || *number < 1))
    throw_error<UsageError>("network.encoder.tune '{}' is not none, a number of blocks, blocks or all", o.encoder.tune);
  if (const auto layer = parse_integer(o.layers); o.layers != "sum" && o.layers != "last" && (!layer || *layer < 0))
    throw_error<UsageError>("network.layers '{}' is not sum, last or a number from 0", o.layers);
  if (o.task == "dimensions") {
    const std::set<std::string> known{"arousal", "valence", "dominance"};
    for (const std::string& name : o.dimensions)
      if (!known.contains(name))
        throw_error<UsageError>("network.dimensions '{}' is not arousal, valence or dominance", name);
    if (std::set<std::string>(o.dimensions.begin(), o.dimensions.end()).size() != o.dimensions.size() ||
        o.dimensions.empty())
      throw UsageError("network.dimensions: each once, at least one");
  }
}

}  // namespace ser
