// What training a linear model does with its data, whatever the loss: scores of every row, something made of them, and
// the sum of the rows so weighted. One pass, a cache's worth of rows at a time.
#pragma once

#include <ser/base/matrix.h>

#include <functional>
#include <span>
#include <vector>

namespace ser {

/// Replaces the scores [outputs] of row i by the factors with which the row enters the sum; adds to `totals` what else
/// is to be summed over rows.
template <class Real>
using RowFunction = std::function<void(std::size_t i, std::span<Real> scores, std::span<double> totals)>;

/// Adds sum_i factors_i[k] x_i to sums [outputs, columns], where factors_i comes of the scores x_i weights^T; and to
/// `totals` what `function` adds there. weights [outputs, columns]. Products are computed in Real, sums over parts of
/// the rows in double. The parts are the same for any number of threads and are added in order.
template <class Real>
void linear_pass(const Matrix& x, std::span<const Real> weights, int threads, const RowFunction<Real>& function,
                 std::span<double> sums, std::span<double> totals);

extern template void linear_pass(const Matrix&, std::span<const float>, int, const RowFunction<float>&,
                                 std::span<double>, std::span<double>);
extern template void linear_pass(const Matrix&, std::span<const double>, int, const RowFunction<double>&,
                                 std::span<double>, std::span<double>);

/// Multiplications from which a pass is worth threads, single precision and better coordinates.
constexpr std::size_t large_pass = 2'000'000;

}  // namespace ser
