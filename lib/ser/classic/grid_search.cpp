#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/base/parallel.h>
#include <ser/base/signals.h>
#include <ser/base/text.h>
#include <ser/classic/grid_search.h>

#include <algorithm>
#include <set>

namespace ser {
namespace {

struct Split {
  std::vector<std::size_t> train, held_out;
};

Split split_rows(std::span<const int> inner_fold, int fold) {
  Split split;
  for (std::size_t i = 0; i < inner_fold.size(); ++i)
    (inner_fold[i] == fold ? split.held_out : split.train).push_back(i);
  return split;
}

std::set<int> labels_of(const std::vector<int>& y, const std::vector<std::size_t>& rows) {
  std::set<int> labels;
  for (const std::size_t i : rows) labels.insert(y[i]);
  return labels;
}

std::vector<int> usable_folds(const GridData& rows) {
  const int count = rows.inner_fold.empty() ? 0 : *std::max_element(rows.inner_fold.begin(), rows.inner_fold.end()) + 1;
  const std::set<int> all(rows.data.y.begin(), rows.data.y.end());
  std::vector<int> usable;
  for (int fold = 0; fold < count; ++fold) {
    const Split split = split_rows(rows.inner_fold, fold);
    const std::size_t found = labels_of(rows.data.y, split.train).size();
    if (split.held_out.empty() || found < all.size())
      log::warning("grid search: inner fold {} of {} is left out: {}", fold + 1, count,
                   split.held_out.empty() ? std::string("it holds out no utterance")
                                          : fmt::format("its training rows have {} of {} classes", found, all.size()));
    else
      usable.push_back(fold);
  }
  return usable;
}

Matrix take_rows(const Matrix& x, const std::vector<std::size_t>& rows) {
  Matrix taken(rows.size(), x.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) std::ranges::copy(x.row(rows[i]), taken.row(i).begin());
  return taken;
}

template <class T>
std::vector<T> take(std::span<const T> values, const std::vector<std::size_t>& rows) {
  std::vector<T> taken;
  if (values.empty()) return taken;
  for (const std::size_t i : rows) taken.push_back(values[i]);
  return taken;
}

/// Empty for the modes without groups. A group's own statistics are those of all its rows, whichever side of a split
/// they are on, and so the same for all folds.
Matrix standardised_by_groups(const GridData& rows, Standardisation mode) {
  const Standardiser standardiser(mode);
  if (!standardiser.needs_groups()) return {};
  Matrix x = rows.data.x;
  standardiser.apply(x, rows.groups);
  return x;
}

/// Training and held-out rows of one inner fold, standardised.
struct InnerFold {
  TrainingSet train;
  Matrix held_out;
};

/// `x` are the rows, standardised already where that is by groups.
InnerFold inner_fold(const TrainingSet& data, const Matrix& x, const Split& split, Standardisation mode) {
  InnerFold fold;
  fold.train.x = take_rows(x, split.train);
  fold.train.y = take<int>(data.y, split.train);
  fold.train.weights = take<double>(data.weights, split.train);
  fold.train.classes = data.classes;
  fold.held_out = take_rows(x, split.held_out);
  if (mode != Standardisation::train) return fold;
  Standardiser standardiser(mode);
  standardiser.fit(fold.train.x);
  standardiser.apply(fold.train.x);
  standardiser.apply(fold.held_out);
  return fold;
}

/// Predicted class of each held-out row, per value of the grid.
std::vector<std::vector<int>> run_fold(const LearnerFactory& factory, const Grid& grid, const InnerFold& fold,
                                       const FitContext& context) {
  const std::unique_ptr<Learner> learner = factory();
  std::vector<std::vector<int>> predicted;
  for (const std::string& value : grid.values) {
    throw_if_interrupted();
    set_learner_option(*learner, grid.key, {value});
    learner->fit(fold.train, context);
    predicted.push_back(largest_columns(learner->predict(fold.held_out)));
  }
  return predicted;
}

void check_grid(const Grid& grid, const GridData& rows, Standardisation mode) {
  if (grid.values.empty()) throw_error<UsageError>("grid search: no values of '{}' to try", grid.key);
  if (rows.inner_fold.size() != rows.data.x.rows || rows.data.y.size() != rows.data.x.rows)
    throw_error<DataError>("grid search: {} inner folds and {} labels for {} rows", rows.inner_fold.size(),
                           rows.data.y.size(), rows.data.x.rows);
  if (Standardiser(mode).needs_groups() && rows.groups.size() != rows.data.x.rows)
    throw_error<DataError>("grid search: {} standardisation needs the group of each of the {} rows, {} are given",
                           to_string(mode), rows.data.x.rows, rows.groups.size());
}

}  // namespace

Grid grid_of_c(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  Grid grid{"c", {}};
  for (const double value : values) grid.values.push_back(format_number(value));
  return grid;
}

double pooled_recall(std::span<const int> reference, std::span<const int> predicted, int classes) {
  std::vector<double> right(static_cast<std::size_t>(classes)), all(right.size());
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const auto label = static_cast<std::size_t>(reference[i]);
    all[label] += 1;
    right[label] += predicted[i] == reference[i] ? 1 : 0;
  }
  double sum = 0, present = 0;
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k] > 0) sum += right[k] / all[k], present += 1;
  return present > 0 ? sum / present : 0;
}

std::vector<int> largest_columns(const Matrix& probabilities) {
  std::vector<int> columns(probabilities.rows);
  for (std::size_t i = 0; i < probabilities.rows; ++i) {
    const auto row = probabilities.row(i);
    columns[i] = static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
  }
  return columns;
}

GridResult grid_search(const LearnerFactory& factory, const Grid& grid, const GridData& rows, Standardisation mode,
                       const FitContext& context) {
  check_grid(grid, rows, mode);
  GridResult result{grid.key, "", std::vector<double>(grid.values.size()), usable_folds(rows), false};
  if (result.folds_used.size() < 2) {
    result.fallback = true;
    log::warning("grid search: {} inner fold{} with all classes, at least 2 are needed; the default of '{}' is taken",
                 result.folds_used.size(), result.folds_used.size() == 1 ? "" : "s", grid.key);
    return result;
  }
  const Matrix by_groups = standardised_by_groups(rows, mode);
  const Matrix& x = by_groups.rows ? by_groups : rows.data.x;
  std::vector<int> reference;
  std::vector<std::vector<int>> pooled(grid.values.size());
  // What threads the folds leave over serve within the fits.
  const int threads = factory()->fits_concurrently() ? std::max(1, context.threads) : 1;
  FitContext inner = context;
  inner.threads = std::max(1, context.threads / std::min(threads, static_cast<int>(result.folds_used.size())));
  using Predicted = std::vector<std::vector<int>>;
  ordered_parallel_for<Predicted>(
      result.folds_used.size(), threads,
      [&](std::size_t f) {
        const Split split = split_rows(rows.inner_fold, result.folds_used[f]);
        return run_fold(factory, grid, inner_fold(rows.data, x, split, mode), inner);
      },
      [&](std::size_t f, Predicted&& predicted) {
        for (const std::size_t i : split_rows(rows.inner_fold, result.folds_used[f]).held_out)
          reference.push_back(rows.data.y[i]);
        for (std::size_t v = 0; v < pooled.size(); ++v)
          pooled[v].insert(pooled[v].end(), predicted[v].begin(), predicted[v].end());
      });
  for (std::size_t v = 0; v < pooled.size(); ++v)
    result.unweighted_average_recall[v] = pooled_recall(reference, pooled[v], rows.data.classes);
  const auto best = std::max_element(result.unweighted_average_recall.begin(), result.unweighted_average_recall.end());
  result.value = grid.values[static_cast<std::size_t>(best - result.unweighted_average_recall.begin())];
  return result;
}

}  // namespace ser
