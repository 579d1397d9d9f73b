#include <ser/network/loss_options.h>

namespace ser {

void describe_options(OptionTable& table, LossOptions& o) {
  table.add("cross_entropy", o.cross_entropy, "weight of the cross entropy, also to soft labels").range(0, 1e6);
  table.add("label_smoothing", o.label_smoothing, "share of the target spread over all classes (cross entropy)")
      .range(0, 0.99);
  table.add("class_weight", o.class_weight, "balanced: classes weigh the same in cross_entropy, kl and focal")
      .choices({"none", "balanced"});
  table.add("kl", o.kl, "weight of the Kullback-Leibler divergence from the label distribution").range(0, 1e6);
  table.add("focal", o.focal, "weight of the focal loss (Lin et al. 2017)").range(0, 1e6);
  table.add("focal_gamma", o.focal_gamma, "its exponent").range(0, 20);
  table.add("center", o.center, "weight of the center loss on what the head's last layer takes (Wen et al. 2016)")
      .range(0, 1e6);
  table.add("center_learning_rate", o.center_learning_rate, "of the centers, which have an Adam optimiser of their own")
      .range(0, 100);
  table
      .add("supcon", o.supcon,
           "weight of the supervised contrastive loss (Khosla et al. 2020) over the frames that are pooled")
      .range(0, 1e6);
  table.add("supcon_temperature", o.supcon_temperature, "products of frames are divided by it").range(1e-3, 1e3);
  table.add("supcon_dimension", o.supcon_dimension, "of the space that frames are projected to").range(1, 65536);
  table.add("supcon_frame_stride", o.supcon_frame_stride, "every which frame is taken").range(1, 1000).unit("frames");
  table.add("supcon_normalise", o.supcon_normalise, "projected frames to length 1");
  table.add("supcon_broadcast", o.supcon_broadcast,
            "context broadcasting: draws each projected frame half way to the mean of its clip");
  table.add("supcon_share_projection", o.supcon_share_projection,
            "frames are projected by the hidden layers of head projection, not by a layer of their own");
  table.add("ccc", o.ccc, "weight of 1 - concordance correlation (task dimensions)").range(0, 1e6);
  table.add("mse", o.mse, "weight of the mean squared error (task dimensions)").range(0, 1e6);
  table
      .add("scale", o.scale,
           "first-batch: each weight is divided by its term's value on the first batch before training, so that the "
           "terms start at their weights")
      .choices({"none", "first-batch"});
}

}  // namespace ser
