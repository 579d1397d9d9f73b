#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// Row-major matrix of floats: features as [frames, features], data sets as [utterances, features].
struct Matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;

  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count) {}
  std::span<float> row(std::size_t i) { return {values.data() + i * columns, columns}; }
  std::span<const float> row(std::size_t i) const { return {values.data() + i * columns, columns}; }
  float& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }
  float operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
};

}  // namespace ser
