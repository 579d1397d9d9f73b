#include <ser/classic/linear_kernels.h>
#include <ser/classic/row_space.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace ser {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double rank_tolerance = 1e-12;

/// X X^T; only blocks on and below the diagonal are computed.
RowMajor gram(const Matrix& x) {
  constexpr std::size_t step = 48;
  const auto n = static_cast<Eigen::Index>(x.rows);
  RowMajor result = RowMajor::Zero(n, n);
  std::vector<double> block, products;
  for (std::size_t i = 0; i < x.rows; i += step) {
    const std::size_t count = std::min(step, x.rows - i);
    block.assign(x.values.begin() + static_cast<std::ptrdiff_t>(i * x.columns),
                 x.values.begin() + static_cast<std::ptrdiff_t>((i + count) * x.columns));
    products.resize((x.rows - i) * count);
    block_scores({x.values.data() + i * x.columns, x.rows - i, x.columns}, block.data(), count, products.data());
    for (std::size_t r = i; r < x.rows; ++r)
      for (std::size_t k = 0; k < count && i + k <= r; ++k)
        result(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(i + k)) = products[(r - i) * count + k];
  }
  result.triangularView<Eigen::StrictlyUpper>() = result.transpose();
  return result;
}

Matrix pivot_rows(const Matrix& x, const std::vector<std::size_t>& pivots) {
  Matrix rows(pivots.size(), x.columns);
  for (std::size_t i = 0; i < pivots.size(); ++i) std::ranges::copy(x.row(pivots[i]), rows.row(i).begin());
  return rows;
}

}  // namespace

RowSpace::RowSpace(const Matrix& x) : x_(x) {
  const RowMajor products = gram(x);
  const Eigen::Index n = products.rows();
  RowMajor lower = RowMajor::Zero(n, n);
  Eigen::VectorXd rest = products.diagonal();
  const double smallest = rank_tolerance * std::max(rest.maxCoeff(), 0.0);
  for (Eigen::Index s = 0; s < n; ++s) {
    Eigen::Index pivot = 0;
    if (const double largest = rest.maxCoeff(&pivot); !(largest > smallest)) break;
    lower.col(s) = products.col(pivot);
    lower.col(s).noalias() -= lower.leftCols(s) * lower.row(pivot).head(s).transpose();
    lower.col(s) /= std::sqrt(lower(pivot, s));
    for (const std::size_t earlier : pivots_) lower(static_cast<Eigen::Index>(earlier), s) = 0;
    pivots_.push_back(static_cast<std::size_t>(pivot));
    rest -= lower.col(s).cwiseAbs2();
    for (const std::size_t used : pivots_) rest(static_cast<Eigen::Index>(used)) = 0;
  }
  coordinates_ = Matrix(x.rows, rank());
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < rank(); ++j)
      coordinates_(i, j) = static_cast<float>(lower(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
  for (const std::size_t pivot : pivots_)
    for (std::size_t j = 0; j < rank(); ++j)
      factor_.push_back(lower(static_cast<Eigen::Index>(pivot), static_cast<Eigen::Index>(j)));
}

std::optional<RowSpace> RowSpace::of_wide(const Matrix& x, std::size_t features_per_utterance) {
  if (x.rows == 0 || x.columns < features_per_utterance * x.rows) return std::nullopt;
  RowSpace space(x);
  if (space.rank() == 0) return std::nullopt;
  return space;
}

std::vector<double> RowSpace::expand(std::span<const double> coefficients) const {
  const auto r = static_cast<Eigen::Index>(rank());
  const std::size_t rows = coefficients.size() / std::max<std::size_t>(rank(), 1);
  const Eigen::Map<const RowMajor> factor(factor_.data(), r, r),
      given(coefficients.data(), static_cast<Eigen::Index>(rows), r);
  const RowMajor mixture = factor.transpose().triangularView<Eigen::Upper>().solve(given.transpose());
  const Matrix pivots = pivot_rows(x_, pivots_);
  std::vector<double> expanded(rows * x_.columns);
  add_block_gradient({pivots.values.data(), pivots.rows, pivots.columns}, mixture.data(), rows, expanded.data());
  return expanded;
}

std::vector<double> RowSpace::reduce(std::span<const double> coefficients) const {
  const auto r = static_cast<Eigen::Index>(rank());
  const std::size_t rows = coefficients.size() / x_.columns;
  const Matrix pivots = pivot_rows(x_, pivots_);
  RowMajor scores(r, static_cast<Eigen::Index>(rows));
  block_scores({pivots.values.data(), pivots.rows, pivots.columns}, coefficients.data(), rows, scores.data());
  const Eigen::Map<const RowMajor> factor(factor_.data(), r, r);
  const RowMajor reduced = factor.triangularView<Eigen::Lower>().solve(scores).transpose();
  return {reduced.data(), reduced.data() + reduced.size()};
}

}  // namespace ser
