// The two products that training a linear classifier spends its time on, for a block of rows that fits a cache. Written
// with vector types of the processor found at run time (AVX-512, AVX2, or the baseline), since the library is built for
// the baseline. Computed in the type of the weights: float for speed, double for accuracy; the data are float in both.
#pragma once

#include <cstddef>

namespace ser {

/// A block of rows of a row-major matrix.
struct RowBlock {
  const float* values = nullptr;
  std::size_t rows = 0, columns = 0;
};

/// scores[i, k] = sum_j x[i, j] weights[k, j]; weights [classes, columns], scores [rows, classes].
void block_scores(const RowBlock& x, const float* weights, std::size_t classes, float* scores);
void block_scores(const RowBlock& x, const double* weights, std::size_t classes, double* scores);

/// gradient[k, j] += sum_i residuals[i, k] x[i, j]; residuals [rows, classes], gradient [classes, columns].
void add_block_gradient(const RowBlock& x, const float* residuals, std::size_t classes, float* gradient);
void add_block_gradient(const RowBlock& x, const double* residuals, std::size_t classes, double* gradient);

}  // namespace ser
