#include <ser/eval/metrics.h>
#include <ser/nn/losses/losses.h>
#include <ser/train/scores.h>

namespace ser {
namespace {

void add_class_scores(NamedValues& values, const at::Tensor& outputs, const at::Tensor& distribution) {
  const at::Tensor predicted = outputs.argmax(1), reference = distribution.argmax(1);
  ConfusionMatrix confusion(static_cast<std::size_t>(outputs.size(1)));
  for (std::int64_t i = 0; i < outputs.size(0); ++i)
    ++confusion(static_cast<std::size_t>(reference[i].item<std::int64_t>()),
                static_cast<std::size_t>(predicted[i].item<std::int64_t>()));
  const Scores found = score(confusion);
  values.emplace_back("uar", found.unweighted_average_recall);
  values.emplace_back("war", found.weighted_average_recall);
  values.emplace_back("macro-f1", found.macro_f1);
}

}  // namespace

NamedValues scores(const at::Tensor& outputs, const Targets& targets, Objective& objective,
                   const NetworkOptions& options) {
  NamedValues values{{"loss", objective.value_of_outputs(outputs, targets).item<double>()}};
  if (options.task == "classes") add_class_scores(values, outputs, targets.distribution);
  if (options.task == "dimensions") {
    double sum = 0, known = 0;
    for (std::size_t d = 0; d < options.dimensions.size(); ++d) {
      const auto k = static_cast<std::int64_t>(d);
      const at::Tensor reference = targets.dimensions.narrow(1, k, 1);
      if (reference.isfinite().sum().item<std::int64_t>() < 2) continue;
      const double ccc = 1 - concordance_loss(outputs.narrow(1, k, 1), reference).item<double>();
      values.emplace_back("ccc_" + options.dimensions[d], ccc);
      sum += ccc;
      ++known;
    }
    if (known > 0) values.emplace_back("ccc", sum / known);
  }
  return values;
}

}  // namespace ser
