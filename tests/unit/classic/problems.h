// Small made-up problems with known structure.
#pragma once

#include <ser/base/random.h>
#include <ser/classic/learner.h>

namespace ser {

/// Gaussian classes around centres `separation` apart; class k has about a share of 1 / (k + 2).
inline TrainingSet gaussian_classes(std::size_t rows, std::size_t columns, int classes, double separation,
                                    std::uint64_t seed = 1) {
  TrainingSet set;
  set.x = Matrix(rows, columns);
  set.classes = classes;
  Random random(seed, "test classes");
  for (std::size_t i = 0; i < rows; ++i) {
    const int label = static_cast<int>(
        std::min(random.below(static_cast<std::uint64_t>(classes)), random.below(static_cast<std::uint64_t>(classes))));
    set.y.push_back(label);
    for (std::size_t j = 0; j < columns; ++j)
      set.x(i, j) = static_cast<float>(
          random.normal() +
          (j % static_cast<std::size_t>(classes) == static_cast<std::size_t>(label) ? separation : 0));
  }
  return set;
}

}  // namespace ser
