#include <ser/classic/mlp_options.h>

namespace ser {

void describe_options(OptionTable& table, MlpOptions& options) {
  table.add("hidden", options.hidden, "units of each hidden layer (Linear, ReLU)").range(1, 65536);
  table.add("dropout", options.dropout, "share of hidden units dropped in training").range(0, 0.95);
  table.add("learning_rate", options.learning_rate, "of Adam").range(1e-8, 10);
  table.add("weight_decay", options.weight_decay, "L2 penalty added to the mean loss: 0.5 x this x ||W||^2")
      .range(0, 1e3);
  table.add("batch_size", options.batch_size, "at most all utterances").unit("utterances").range(1, 1e6);
  table.add("epochs", options.epochs, "at most this many").range(1, 1e6);
  table
      .add("patience", options.patience,
           "epochs without a better UAR on the dev part before stopping; without a dev part all epochs run")
      .unit("epochs")
      .range(1, 1e6);
  table.add("class_weight", options.class_weight, "balanced: classes weigh the same whatever their size")
      .choices({"none", "balanced"});
}

}  // namespace ser
