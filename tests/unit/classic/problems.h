// Small made-up problems with known structure.
#pragma once

#include <ser/base/random.h>
#include <ser/classic/learner.h>

#include <cmath>

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

/// The same with columns that vary together: four latent values, each ten times as strong as the columns' own noise,
/// and scales between 0.1 and 10, so that plain gradient methods crawl.
inline TrainingSet steep_classes(std::size_t rows, std::size_t columns, int classes, std::uint64_t seed = 1) {
  constexpr std::size_t latent = 4;
  TrainingSet set = gaussian_classes(rows, columns, classes, 0.2, seed);
  Random random(seed, "mixture");
  std::vector<double> mixture(latent * columns), scale(columns);
  for (double& value : mixture) value = 10 * random.normal();
  for (double& value : scale) value = std::pow(10, random.uniform(-1, 1));
  for (std::size_t i = 0; i < rows; ++i) {
    double values[latent];
    for (double& value : values) value = random.normal();
    for (std::size_t j = 0; j < columns; ++j) {
      double sum = set.x(i, j);
      for (std::size_t k = 0; k < latent; ++k) sum += values[k] / static_cast<double>(k + 1) * mixture[k * columns + j];
      set.x(i, j) = static_cast<float>(scale[j] * sum);
    }
  }
  return set;
}

}  // namespace ser
