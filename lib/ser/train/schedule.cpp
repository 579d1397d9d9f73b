#include <ser/train/schedule.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ser {

double learning_rate_factor(const TrainingOptions& o, double progress, int epoch) {
  const double rise = o.warmup > 0 ? std::min(1.0, progress / o.warmup) : 1;
  if (o.schedule == "exponential") return rise * std::pow(o.decay, epoch);
  if (rise < 1 || o.schedule == "constant") return rise;
  const double left = (1 - progress) / (1 - o.warmup);
  return o.schedule == "cosine" ? 0.5 * (1 - std::cos(std::numbers::pi * left)) : left;
}

}  // namespace ser
