#include <ser/base/parallel.h>
#include <ser/classic/linear_kernels.h>
#include <ser/classic/linear_pass.h>

#include <algorithm>

namespace ser {
namespace {

constexpr std::size_t cache_bytes = 512 * 1024, max_parts = 32, min_part_rows = 64;

/// What one part of the rows contributes.
template <class Real>
struct Part {
  std::vector<Real> sums;
  std::vector<double> totals;
};

template <class Real>
void add_rows(const Matrix& x, std::size_t begin, std::size_t end, std::span<const Real> weights,
              const RowFunction<Real>& function, Part<Real>& part) {
  const std::size_t outputs = weights.size() / x.columns;
  const std::size_t step = std::clamp<std::size_t>(cache_bytes / (4 * x.columns + 1) / 4 * 4, 4, 64);
  std::vector<Real> scores(step * outputs);
  for (std::size_t i = begin; i < end; i += step) {
    const RowBlock block{x.values.data() + i * x.columns, std::min(step, end - i), x.columns};
    block_scores(block, weights.data(), outputs, scores.data());
    for (std::size_t r = 0; r < block.rows; ++r)
      function(i + r, std::span(scores).subspan(r * outputs, outputs), part.totals);
    add_block_gradient(block, scores.data(), outputs, part.sums.data());
  }
}

}  // namespace

template <class Real>
void linear_pass(const Matrix& x, std::span<const Real> weights, int threads, const RowFunction<Real>& function,
                 std::span<double> sums, std::span<double> totals) {
  const std::size_t part_rows = std::max(min_part_rows, (x.rows + max_parts - 1) / max_parts);
  const std::size_t parts = (x.rows + part_rows - 1) / part_rows;
  ordered_parallel_for<Part<Real>>(
      parts, x.rows * weights.size() > large_pass ? threads : 1,
      [&](std::size_t p) {
        Part<Real> part{std::vector<Real>(sums.size()), std::vector<double>(totals.size())};
        add_rows(x, p * part_rows, std::min(x.rows, (p + 1) * part_rows), weights, function, part);
        return part;
      },
      [&](std::size_t, Part<Real>&& part) {
        for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += static_cast<double>(part.sums[j]);
        for (std::size_t k = 0; k < totals.size(); ++k) totals[k] += part.totals[k];
      });
}

template void linear_pass(const Matrix&, std::span<const float>, int, const RowFunction<float>&, std::span<double>,
                          std::span<double>);
template void linear_pass(const Matrix&, std::span<const double>, int, const RowFunction<double>&, std::span<double>,
                          std::span<double>);

}  // namespace ser
