#include <ser/base/random.h>
#include <ser/classic/even_curvature.h>
#include <ser/classic/linear_kernels.h>
#include <ser/classic/linear_pass.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace ser {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t most_directions = 64;

Matrix to_matrix(const RowMajor& values) {
  Matrix matrix(static_cast<std::size_t>(values.rows()), static_cast<std::size_t>(values.cols()));
  std::transform(values.data(), values.data() + values.size(), matrix.values.begin(),
                 [](double value) { return static_cast<float>(value); });
  return matrix;
}

/// Rows [count, features] times A.
RowMajor times_moments(const Matrix& rows, const Matrix& x, std::span<const double> weights, int threads) {
  RowMajor product = RowMajor::Zero(static_cast<Eigen::Index>(rows.rows), static_cast<Eigen::Index>(rows.columns));
  linear_pass<float>(x, rows.values, threads,
                     [&](std::size_t i, std::span<float> scores, std::span<double>) {
                       for (float& score : scores) score *= static_cast<float>(weights[i]);
                     },
                     {product.data(), static_cast<std::size_t>(product.size())}, {});
  return product / std::accumulate(weights.begin(), weights.end(), 0.0);
}

RowMajor orthonormal_rows(const RowMajor& rows) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(rows.transpose());
  return (qr.householderQ() * Eigen::MatrixXd::Identity(rows.cols(), rows.rows())).transpose();
}

}  // namespace

std::size_t useful_directions(const Matrix& x) {
  return std::clamp<std::size_t>(std::min(x.rows, x.columns) / 4, 1, most_directions);
}

SteepDirections steep_directions(const Matrix& x, std::span<const double> weights, std::size_t count, int threads) {
  Random random(1, "steep directions");
  RowMajor rows(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(x.columns));
  for (double& value : rows.reshaped()) value = random.normal();
  rows = orthonormal_rows(times_moments(to_matrix(rows), x, weights, threads));
  const RowMajor product = times_moments(to_matrix(rows), x, weights, threads);
  const Eigen::MatrixXd ritz = product * rows.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen((ritz + ritz.transpose()) / 2);
  SteepDirections directions{to_matrix(eigen.eigenvectors().rowwise().reverse().transpose() * rows), {}};
  for (const double value : eigen.eigenvalues().reverse()) directions.values.push_back(std::max(value, 0.0));
  return directions;
}

EvenCurvature::EvenCurvature(const SteepDirections& directions, double curvature, double penalty)
    : vectors_(directions.vectors) {
  for (const double value : directions.values) {
    const double ratio = std::sqrt((curvature * directions.values.back() + penalty) / (curvature * value + penalty));
    scales_.push_back(ratio);
    inverse_scales_.push_back(1 / ratio);
  }
}

void EvenCurvature::scale(std::span<double> coefficients, const std::vector<double>& scales) const {
  const std::size_t rows = coefficients.size() / vectors_.columns;
  const RowBlock block{vectors_.values.data(), vectors_.rows, vectors_.columns};
  std::vector<double> along(vectors_.rows * rows);
  block_scores(block, coefficients.data(), rows, along.data());
  for (std::size_t i = 0; i < along.size(); ++i) along[i] *= scales[i / rows] - 1;
  add_block_gradient(block, along.data(), rows, coefficients.data());
}

}  // namespace ser
