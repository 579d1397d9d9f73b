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
  table.add("ccc", o.ccc, "weight of 1 - concordance correlation (task dimensions)").range(0, 1e6);
  table.add("mse", o.mse, "weight of the mean squared error (task dimensions)").range(0, 1e6);
}

}  // namespace ser
