#include <ser/eval/probability.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace ser;

TEST_CASE("97.5 % of the normal distribution lie below 1.96", "[eval]") {
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.5) == Approx(0).margin(1e-15));
  CHECK(normal_quantile(1e-9) == Approx(-5.997807015007686).epsilon(1e-13));
  for (const double p : {1e-6, 0.01, 0.3, 0.8, 0.9999})
    CHECK(normal_cdf(normal_quantile(p)) == Approx(p).epsilon(1e-13));
}

TEST_CASE("Student's t with one degree is Cauchy's, with two it has a closed form", "[eval]") {
  for (const double t : {-3.0, -0.2, 0.0, 1.5}) {
    CHECK(student_t_cdf(t, 1) == Approx(0.5 + std::atan(t) / std::numbers::pi).epsilon(1e-13));
    CHECK(student_t_cdf(t, 2) == Approx(0.5 + t / (2 * std::sqrt(2 + t * t))).epsilon(1e-13));
  }
  CHECK(student_t_quantile(0.975, 1) == Approx(12.706204736174707).epsilon(1e-12));
  CHECK(student_t_quantile(0.975, 5) == Approx(2.5705818356363146).epsilon(1e-12));
  CHECK(student_t_quantile(0.025, 23) == Approx(-2.0686576104190406).epsilon(1e-12));
  CHECK(student_t_quantile(0.975, 1e7) == Approx(1.959963984540054).epsilon(1e-6));
}

TEST_CASE("A split of 8 : 2 has p = 0.109 when both sides are equally likely", "[eval]") {
  CHECK(even_split_p(8, 2) == Approx(2.0 * (1 + 10 + 45) / 1024).epsilon(1e-13));
  CHECK(even_split_p(2, 8) == even_split_p(8, 2));
  CHECK(even_split_p(5, 5) == 1);
  CHECK(even_split_p(0, 0) == 1);
  CHECK(even_split_p(6, 5) == Approx(1));
  CHECK(even_split_p(0, 10) == Approx(2.0 / 1024).epsilon(1e-13));
}
