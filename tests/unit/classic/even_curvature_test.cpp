#include <ser/base/random.h>
#include <ser/classic/even_curvature.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "problems.h"

using namespace ser;

namespace {

using Values = std::vector<double>;

constexpr std::size_t features = 120;

struct Rows {
  Matrix x = steep_classes(900, features, 3).x;
  Values weights = Values(900);
  Rows() {
    Random random(4, "weights");
    for (double& weight : weights) weight = random.uniform();
  }
};

double dot(const Values& a, const Values& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

/// A v, A = sum_i w_i x_i x_i^T / sum_i w_i.
Values times_moments(const Rows& rows, const Values& v) {
  Values product(v.size());
  const double sum = std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
  for (std::size_t i = 0; i < rows.x.rows; ++i) {
    const Values row(rows.x.row(i).begin(), rows.x.row(i).end());
    const double factor = rows.weights[i] * dot(row, v) / sum;
    for (std::size_t j = 0; j < v.size(); ++j) product[j] += factor * row[j];
  }
  return product;
}

Values direction(const SteepDirections& directions, std::size_t i) {
  return {directions.vectors.row(i).begin(), directions.vectors.row(i).end()};
}

Values random_values(std::size_t count, std::uint64_t seed) {
  Random random(seed, "values");
  Values values(count);
  for (double& value : values) value = random.normal();
  return values;
}

}  // namespace

TEST_CASE("steep directions are the leading eigenvectors of the second moments", "[classic][curvature]") {
  const Rows rows;
  const SteepDirections directions = steep_directions(rows.x, rows.weights, 20, 1);
  REQUIRE(directions.values.size() == 20);
  CHECK(std::is_sorted(directions.values.rbegin(), directions.values.rend()));
  Values other = random_values(features, 5);
  for (std::size_t i = 0; i < 20; ++i) {
    const Values vector = direction(directions, i);
    for (std::size_t k = 0; k < i; ++k) CHECK(dot(vector, direction(directions, k)) == Approx(0).margin(1e-5));
    CHECK(dot(vector, vector) == Approx(1).margin(1e-5));
    const double along = dot(vector, other);
    for (std::size_t j = 0; j < features; ++j) other[j] -= along * vector[j];
    if (i >= 4) continue;  // steep_classes() has four that stand out
    const Values product = times_moments(rows, vector);
    for (std::size_t j = 0; j < features; ++j)
      CHECK(product[j] == Approx(directions.values[i] * vector[j]).margin(1e-2 * directions.values[i]));
  }
  CHECK(dot(other, times_moments(rows, other)) / dot(other, other) < directions.values[3]);
}

TEST_CASE("steep directions do not depend on the number of threads", "[classic][curvature]") {
  const TrainingSet data = steep_classes(1300, 800, 3);
  const Values weights(1300, 1.0);
  const SteepDirections one = steep_directions(data.x, weights, 30, 1),
                        three = steep_directions(data.x, weights, 30, 3);
  CHECK(one.vectors.values == three.vectors.values);
  CHECK(one.values == three.values);
}

TEST_CASE("in even coordinates no direction is steeper than the last", "[classic][curvature]") {
  const Rows rows;
  const SteepDirections directions = steep_directions(rows.x, rows.weights, 20, 1);
  const double curvature = 0.2, penalty = 0.01;
  const EvenCurvature even(directions, curvature, penalty);
  for (std::size_t i = 0; i < 20; ++i) {
    Values vector = direction(directions, i);
    even.apply(vector);
    const double steepness = curvature * dot(vector, times_moments(rows, vector)) + penalty * dot(vector, vector);
    CHECK(steepness == Approx(curvature * directions.values.back() + penalty).epsilon(1e-3));
  }
}

TEST_CASE("the change to even coordinates is symmetric and has its inverse", "[classic][curvature]") {
  const Rows rows;
  const SteepDirections directions = steep_directions(rows.x, rows.weights, 20, 1);
  const EvenCurvature even(directions, 0.2, 0.01);
  const Values a = random_values(3 * features, 1), b = random_values(3 * features, 2);
  Values changed_a = a, changed_b = b;
  even.apply(changed_a);
  even.apply(changed_b);
  CHECK(dot(a, changed_b) == Approx(dot(b, changed_a)).margin(1e-10));
  even.apply_inverse(changed_a);
  for (std::size_t j = 0; j < a.size(); ++j) CHECK(changed_a[j] == Approx(a[j]).margin(1e-5));
}
