#include <ser/base/error.h>
#include <ser/base/random.h>
#include <ser/nn/encoders/patchout.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ser {
namespace {

/// `kept` of the numbers from 0 to `count` - 1, ascending.
std::vector<std::int64_t> subset(std::int64_t count, std::int64_t kept, Random& random) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  if (kept == count) return numbers;
  random.shuffle(numbers);
  numbers.resize(static_cast<std::size_t>(kept));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::int64_t left_over(std::int64_t count, double dropped) {
  return std::max<std::int64_t>(1, count - std::llround(dropped));
}

}  // namespace

void describe_options(OptionTable& table, PatchoutOptions& options) {
  table.add("time", options.time, "columns of patches that a full-length clip loses in training; shorter ones less")
      .range(0, 10000);
  table.add("frequency", options.frequency, "rows of patches that a clip loses in training").range(0, 10000);
  table.add("unstructured", options.unstructured, "single patches that a full-length clip loses in training")
      .range(0, 1000000);
}

PatchDraw draw_patches(const PatchGrid& grid, std::int64_t table_columns, const PatchoutOptions& options,
                       std::uint64_t seed, std::uint64_t epoch, std::string_view utterance) {
  if (options.time < 0 || options.frequency < 0 || options.unstructured < 0)
    throw UsageError("patchout cannot drop less than nothing");
  if (grid.rows < 1 || grid.columns < 1 || table_columns < grid.columns)
    throw_error<UsageError>("no patchout of {} x {} patches with {} positions of time", grid.rows, grid.columns,
                            table_columns);
  Random random(seed, "patchout", epoch, utterance);
  const double share = static_cast<double>(grid.columns) / static_cast<double>(table_columns);
  PatchDraw draw;
  draw.time_offset =
      static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(table_columns - grid.columns) + 1));
  const auto columns = subset(grid.columns, left_over(grid.columns, options.time * share), random);
  const auto rows = subset(grid.rows, left_over(grid.rows, options.frequency), random);
  const auto patches = static_cast<std::int64_t>(rows.size() * columns.size());
  for (const std::int64_t i : subset(patches, left_over(patches, options.unstructured * share), random)) {
    const auto place = std::div(i, static_cast<std::int64_t>(columns.size()));
    draw.kept.push_back(rows[static_cast<std::size_t>(place.quot)] * grid.columns +
                        columns[static_cast<std::size_t>(place.rem)]);
  }
  return draw;
}

}  // namespace ser
