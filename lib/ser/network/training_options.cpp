#include <ser/network/training_options.h>

namespace ser {

void describe_options(OptionTable& table, TrainingOptions& o) {
  table.add("optimiser", o.optimiser, "adamw decouples the weight decay from the gradient, adam and sgd add it")
      .choices({"adamw", "adam", "sgd"});
  table.add("learning_rate", o.learning_rate, "highest, of all but the encoder").range(1e-9, 100);
  table.add("encoder_learning_rate", o.encoder_learning_rate, "highest, of what is tuned of the encoder").range(0, 100);
  table.add("weight_decay", o.weight_decay, "of weights; not of biases, norms and layer weights").range(0, 100);
  table.add("beta1", o.beta1, "adam: decay of the mean gradient").range(0, 0.9999);
  table.add("beta2", o.beta2, "adam: decay of the mean squared gradient").range(0, 0.999999);
  table.add("epsilon", o.epsilon, "adam: added to the root of the mean squared gradient").range(1e-16, 1);
  table.add("momentum", o.momentum, "sgd").range(0, 0.9999);
  table
      .add("schedule", o.schedule,
           "of the learning rate after the warm-up: constant, linear or cosine to 0 at the last step, exponential: "
           "times 'decay' after every epoch")
      .choices({"constant", "linear", "cosine", "exponential"});
  table.add("warmup", o.warmup, "share of all steps in which the rate rises from 0").range(0, 0.9);
  table.add("decay", o.decay, "exponential: factor after every epoch").range(1e-3, 1);
  table.add("epochs", o.epochs, "passes over the training part").range(1, 1e6).unit("epochs");
  table.add("patience", o.patience, "epochs without a better dev part before stopping; 0: never")
      .range(0, 1e6)
      .unit("epochs");
  table
      .add("select", o.select,
           "which weights are kept: those that were best on the dev part, or the last; last where there is no dev part")
      .choices({"best", "last"});
  table
      .add("criterion", o.criterion,
           "what is best on dev; auto: uar for classes, ccc for dimensions, loss (kl) for distributions")
      .choices({"auto", "uar", "war", "macro-f1", "ccc", "loss"});
  table.add("batch_clips", o.batch_clips, "clips of a batch").range(1, 1e5);
  table.add("batch_seconds", o.batch_seconds, "padded audio of a batch at most, whatever batch_clips says; 0: any")
      .range(0, 1e6)
      .unit("s");
  table
      .add("bucket_batches", o.bucket_batches,
           "batches whose clips are sorted by length among them, to save padding; 1: none. Many make each batch one of "
           "equal lengths, which a batch norm takes for the whole")
      .range(1, 1e6);
  table.add("accumulate", o.accumulate, "batches whose gradients make one step").range(1, 1e4);
  table.add("clip_norm", o.clip_norm, "gradients longer than this are shortened to it; 0: never").range(0, 1e9);
  table
      .add("sampling", o.sampling,
           "shuffle: every clip once per epoch; balanced: as many draws, classes equally often; weighted: corpora "
           "equally often")
      .choices({"shuffle", "balanced", "weighted"});
  table.add("copy_probability", o.copy_probability, "with --copies: of taking one of a clip's copies in its place")
      .range(0, 1);
  table
      .add("crop_seconds", o.crop_seconds,
           "longer clips are cut to a part of this length, drawn anew in every epoch; "
           "0: never. Whole clips are judged")
      .range(0, 1e6)
      .unit("s");
  table
      .add("average", o.average,
           "decay per step of an exponential moving average of the weights, which is then what is judged and kept; "
           "0: none")
      .range(0, 0.99999);
  table.add("precision", o.precision, "bf16: matrix products in bfloat16 (autocast)").choices({"fp32", "bf16"});
  table.add("device", o.device, "cpu, cuda or cuda:N").transient();
  table.add("save_minutes", o.save_minutes, "time between checkpoints within an epoch; one follows every epoch")
      .range(0, 1e6)
      .unit("min")
      .transient();
}

}  // namespace ser
