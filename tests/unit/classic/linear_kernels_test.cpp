#include <ser/base/random.h>
#include <ser/classic/linear_kernels.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace ser;

namespace {

/// Largest error of both products against plain sums in long double, for one shape.
template <class Real>
double largest_error(std::size_t rows, std::size_t columns, std::size_t classes) {
  Random random(1, "kernels", rows * 1000 + columns, std::to_string(classes));
  std::vector<float> x(rows * columns);
  for (float& value : x) value = static_cast<float>(random.normal());
  std::vector<Real> weights(classes * columns), gradient(classes * columns), scores(rows * classes);
  for (Real& value : weights) value = static_cast<Real>(random.normal());
  for (Real& value : gradient) value = static_cast<Real>(random.normal());
  std::vector<Real> sums = gradient;
  const RowBlock block{x.data(), rows, columns};
  block_scores(block, weights.data(), classes, scores.data());
  add_block_gradient(block, scores.data(), classes, gradient.data());
  double error = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    for (std::size_t i = 0; i < rows; ++i) {
      long double score = 0;
      for (std::size_t j = 0; j < columns; ++j)
        score += static_cast<long double>(x[i * columns + j]) * weights[k * columns + j];
      error = std::max(error, std::abs(static_cast<double>(score - scores[i * classes + k])));
    }
    for (std::size_t j = 0; j < columns; ++j) {
      long double sum = sums[k * columns + j];
      for (std::size_t i = 0; i < rows; ++i)
        sum += static_cast<long double>(x[i * columns + j]) * scores[i * classes + k];
      error = std::max(error, std::abs(static_cast<double>(sum - gradient[k * columns + j])));
    }
  }
  return error;
}

}  // namespace

TEST_CASE("the products of linear classifiers are right for every shape", "[classic][kernels]") {
  for (const std::size_t rows : {1, 3, 4, 5, 9})
    for (const std::size_t columns : {1, 7, 8, 16, 31, 64, 65, 130})
      for (const std::size_t classes : {1, 2, 5, 6, 7, 12, 13}) {
        INFO(rows << " x " << columns << ", " << classes << " classes");
        CHECK(largest_error<double>(rows, columns, classes) < 1e-12);
        CHECK(largest_error<float>(rows, columns, classes) < 2e-4);
      }
}
