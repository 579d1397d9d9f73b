// The transform of n / 2 complex points is a tree of blocks. A block's quarters are combined point by point (four
// inputs, four outputs) and then transformed on their own; the results come out in bit-reversed order. A block of the
// first kind is the transform sum x[n] e^(2 pi j k n / N), one of the second kind that at k + 1/2: it was the second
// quarter of a block, which leaves without its factors. The quarters of the first kind are of kinds 1 2 1 1, those of
// the second 1 2 1 2.
//
// Everything that looks roundabout here keeps the bits of the original: angles are single-precision multiples of a
// single-precision pi / 4; the first level's odd factors are interpolated between the even ones; blocks of 16 points
// take e^(3 j t) from the factors of e^(j t); the factor in the middle of a quarter is multiplied out.
#include <ser/base/error.h>
#include <ser/features/acoustic/multiversion.h>
#include <ser/features/split_radix_fft.h>

#include <bit>
#include <cmath>
#include <initializer_list>
#include <numbers>

namespace ser {
namespace {

struct Point {
  float r, i;
};
inline Point operator+(Point a, Point b) { return {a.r + b.r, a.i + b.i}; }
inline Point operator-(Point a, Point b) { return {a.r - b.r, a.i - b.i}; }
inline Point plus_j(Point a, Point b) { return {a.r - b.i, a.i + b.r}; }   ///< a + j b
inline Point minus_j(Point a, Point b) { return {a.r + b.i, a.i - b.r}; }  ///< a - j b
inline Point turn(float c, float s, Point x) { return {c * x.r - s * x.i, c * x.i + s * x.r}; }
inline Point turn_back(float c, float s, Point x) { return {c * x.r + s * x.i, c * x.i - s * x.r}; }

constexpr float quarter_pi = std::numbers::pi_v<float> / 4, root_half = std::numbers::sqrt2_v<float> / 2;
float cosine(float angle) { return static_cast<float>(std::cos(static_cast<double>(angle))); }
float sine(float angle) { return static_cast<float>(std::sin(static_cast<double>(angle))); }

inline Point turn_eighth(Point x) { return {root_half * (x.r - x.i), root_half * (x.i + x.r)}; }

/// The same point of a block's four quarters.
struct Four {
  Point a, b, c, d;
};
inline Four load(std::size_t q, const float* real, const float* imaginary, std::size_t p) {
  return {{real[p], imaginary[p]},
          {real[p + q], imaginary[p + q]},
          {real[p + 2 * q], imaginary[p + 2 * q]},
          {real[p + 3 * q], imaginary[p + 3 * q]}};
}
inline void store(std::size_t q, float* real, float* imaginary, std::size_t p, const Four& x) {
  real[p] = x.a.r, real[p + q] = x.b.r, real[p + 2 * q] = x.c.r, real[p + 3 * q] = x.d.r;
  imaginary[p] = x.a.i, imaginary[p + q] = x.b.i, imaginary[p + 2 * q] = x.c.i, imaginary[p + 3 * q] = x.d.i;
}

/// First kind of block, factors 1.
inline Four first_kind(const Four& x) {
  const Point sum = x.a + x.c, difference = x.a - x.c, other_sum = x.b + x.d, other_difference = x.b - x.d;
  return {sum + other_sum, sum - other_sum, plus_j(difference, other_difference),
          minus_j(difference, other_difference)};
}
/// First kind of block, in the middle of the quarter.
inline Four first_kind_middle(const Four& x) {
  const Four y = first_kind(x);
  return {y.a, y.b, turn_eighth(y.c), {-root_half * (y.d.r + y.d.i), -root_half * (y.d.i - y.d.r)}};
}
/// Second kind of block, at the start of the quarter.
inline Four second_kind(const Four& x) {
  const Point plus = plus_j(x.a, x.c), minus = minus_j(x.a, x.c);
  const Point other_plus = turn_eighth(plus_j(x.b, x.d)), other_minus = turn_eighth(minus_j(x.b, x.d));
  return {plus + other_plus, plus - other_plus, plus_j(minus, other_minus), minus_j(minus, other_minus)};
}

/// All points of a quarter of q; f: factors of this kind.
template <int kind>
inline void combine_quarters(std::size_t q, float* __restrict real, float* __restrict imaginary,
                             const float* __restrict f) {
  const Four start = load(q, real, imaginary, 0), middle = load(q, real, imaginary, q / 2);
  const std::size_t first = q > 2 ? 0 : kind == 2 ? 1 : 2;  // whole vectors; the points done below where none is left
#pragma GCC ivdep
  for (std::size_t p = first; p < q; ++p) {
    const Four x = load(q, real, imaginary, p);
    if constexpr (kind == 1) {
      Four y = first_kind(x);
      y.c = turn(f[p], f[p + q], y.c);
      y.d = turn_back(f[p + 2 * q], f[p + 3 * q], y.d);
      store(q, real, imaginary, p, y);
    } else {
      const Point plus = turn(f[p], f[p + q], plus_j(x.a, x.c));
      const Point other_plus = turn(f[p + 2 * q], f[p + 3 * q], plus_j(x.b, x.d));
      const Point minus = turn_back(f[p + 4 * q], f[p + 5 * q], minus_j(x.a, x.c));
      const Point other_minus = turn_back(f[p + 6 * q], f[p + 7 * q], minus_j(x.b, x.d));
      store(q, real, imaginary, p, {plus + other_plus, plus - other_plus, minus + other_minus, minus - other_minus});
    }
  }
  store(q, real, imaginary, 0, kind == 1 ? first_kind(start) : second_kind(start));
  if (kind == 1) store(q, real, imaginary, q / 2, first_kind_middle(middle));
}

SER_MULTIVERSION void combine_first(std::size_t q, float* real, float* imaginary, const float* f) {
  combine_quarters<1>(q, real, imaginary, f);
}
SER_MULTIVERSION void combine_second(std::size_t q, float* real, float* imaginary, const float* f) {
  combine_quarters<2>(q, real, imaginary, f);
}

template <int kind>
inline void block_of_4(float* real, float* imaginary) {
  const Four x = load(1, real, imaginary, 0);
  store(1, real, imaginary, 0, kind == 1 ? first_kind(x) : second_kind(x));
}
template <int kind>
inline void block_of_2(float* real, float* imaginary) {
  const Point a{real[0], imaginary[0]}, b{real[1], imaginary[1]};
  const Point sum = kind == 1 ? a + b : plus_j(a, b), difference = kind == 1 ? a - b : minus_j(a, b);
  real[0] = sum.r, real[1] = difference.r;
  imaginary[0] = sum.i, imaginary[1] = difference.i;
}

/// e^(j t) and e^(-3 j t).
struct Factor {
  float c1, s1, c3, s3;
};

/// At t = pi / 4 * count / per.
Factor factor_at(std::size_t count, std::size_t per) {
  const float n = static_cast<float>(count), angle = quarter_pi * n / static_cast<float>(per);
  const float third = 3 * quarter_pi * n / static_cast<float>(per);
  return {cosine(angle), sine(angle), cosine(third), -sine(third)};
}

/// Between its neighbours; t is half of the distance of these two.
Factor interpolate(Factor a, Factor b, float inverse_cosine, float inverse_cosine_of_third) {
  return {inverse_cosine * (a.c1 + b.c1), inverse_cosine * (a.s1 + b.s1), inverse_cosine_of_third * (a.c3 + b.c3),
          inverse_cosine_of_third * (a.s3 + b.s3)};
}

void put(float* f, std::size_t q, std::size_t p, std::initializer_list<float> values) {
  for (const float value : values) f[p] = value, f += q;
}

void first_kind_factors(std::size_t q, bool top, float* f) {
  const auto at = [&](std::size_t p) -> Factor {
    if (p == 0) return {1, 0, 1, 0};
    return p == q / 2 ? Factor{root_half, root_half, -root_half, -root_half} : factor_at(2 * p, q);
  };
  const auto inverse_cosine = [&](float n) {
    return static_cast<float>(0.5 / std::cos(static_cast<double>(n * quarter_pi / static_cast<float>(q))));
  };
  for (std::size_t p = 1; p < q / 2; ++p) {
    Factor w = at(p);
    if (top && q > 4 && p % 2) w = interpolate(at(p - 1), at(p + 1), inverse_cosine(2), inverse_cosine(6));
    if (q == 4) w.c3 = w.s1, w.s3 = -w.c1;
    put(f, q, p, {w.c1, w.s1, w.c3, w.s3});
    put(f, q, q - p, {w.s1, w.c1, w.s3, w.c3});
  }
}

void second_kind_factors(std::size_t q, float* f) {
  for (std::size_t p = 1; p < q / 2; ++p) {
    const Factor w = factor_at(p, q);
    Factor v = factor_at(q - p, q);
    if (q == 4) v.c3 = -w.s1, v.s3 = -w.c1;
    put(f, q, p, {w.c1, w.s1, v.s1, v.c1, w.c3, w.s3, v.s3, v.c3});
    put(f, q, q - p, {v.c1, v.s1, w.s1, w.c1, v.c3, v.s3, w.s3, w.c3});
  }
  const Factor w = factor_at(1, 2);
  put(f, q, q / 2, {w.c1, w.s1, w.s1, w.c1, w.s1, -w.c1, -w.c1, w.s1});
}

}  // namespace

SplitRadixFft::SplitRadixFft(std::size_t length) : points_(length / 2) {
  if (length < 8 || !std::has_single_bit(length))
    throw_error<UsageError>("an FFT of {} samples is not possible: the length must be a power of two of at least 8",
                            length);
  for (std::size_t q = points_ / 4; q > 1; q /= 4) {
    Level& level = levels_.emplace_back(Level{q, std::vector<float>(12 * q)});
    first_kind_factors(q, q == points_ / 4, level.factors.data());
    second_kind_factors(q, level.factors.data() + 4 * q);
  }
  reversed_.resize(points_);
  for (std::size_t k = 1; k < points_; ++k) reversed_[k] = reversed_[k / 2] / 2 + (k % 2) * points_ / 2;

  // fold_real = (1 - sin t) / 2, fold_imag = cos t / 2 at t = 2 pi k / length.
  const std::size_t half = points_ / 2;
  fold_real_.resize(half);
  fold_imag_.resize(half);
  for (std::size_t k = 1; k < half; ++k) {
    const auto half_of = [&](auto function, std::size_t n) {
      const float angle = quarter_pi * static_cast<float>(n) / static_cast<float>(half / 2);
      return static_cast<float>(0.5 * function(static_cast<double>(angle)));
    };
    const auto cos = [](double x) { return std::cos(x); };
    const auto sin = [](double x) { return std::sin(x); };
    const std::size_t n = half - k;
    fold_imag_[k] = k < half / 2 ? half_of(cos, k) : k > half / 2 ? half_of(sin, n) : 0.5f * root_half;
    fold_real_[k] = 0.5f - (n < half / 2 ? half_of(cos, n) : n > half / 2 ? half_of(sin, k) : 0.5f * root_half);
  }
  real_.resize(points_);
  imaginary_.resize(points_);
}

template <int kind>
void SplitRadixFft::block(std::size_t level, float* real, float* imaginary) const {
  if (level == levels_.size()) {
    if (std::countr_zero(points_) % 2)
      block_of_2<kind>(real, imaginary);
    else
      block_of_4<kind>(real, imaginary);
    return;
  }
  const std::size_t q = levels_[level].quarter;
  const float* factors = levels_[level].factors.data() + (kind == 1 ? 0 : 4 * q);
  if (q == 4)
    combine_quarters<kind>(4, real, imaginary, factors);
  else if (q == 2)
    combine_quarters<kind>(2, real, imaginary, factors);
  else if (kind == 1)
    combine_first(q, real, imaginary, factors);
  else
    combine_second(q, real, imaginary, factors);
  block<1>(level + 1, real, imaginary);
  block<2>(level + 1, real + q, imaginary + q);
  block<1>(level + 1, real + 2 * q, imaginary + 2 * q);
  block<kind>(level + 1, real + 3 * q, imaginary + 3 * q);
}

void SplitRadixFft::transform(std::span<const float> input, std::span<float> real, std::span<float> imaginary) {
  for (std::size_t p = 0; p < points_; ++p) real_[p] = input[2 * p], imaginary_[p] = input[2 * p + 1];
  block<1>(0, real_.data(), imaginary_.data());
  const auto at = [&](std::size_t k) { return Point{real_[reversed_[k]], imaginary_[reversed_[k]]}; };
  const std::size_t half = points_ / 2;
  for (std::size_t k = 1; k < half; ++k) {
    const Point low = at(k), high = at(points_ - k);
    const Point y = turn(fold_real_[k], fold_imag_[k], {low.r - high.r, low.i + high.i});
    real[k] = low.r - y.r;
    real[points_ - k] = high.r + y.r;
    imaginary[k] = -(low.i - y.i);
    imaginary[points_ - k] = -(high.i - y.i);
  }
  const Point middle = at(half), first = at(0);
  real[half] = middle.r;
  imaginary[half] = -middle.i;
  real[0] = first.r + first.i;
  real[points_] = first.r - first.i;
  imaginary[0] = imaginary[points_] = 0;
}

void SplitRadixFft::inverse(std::span<const float> real, std::span<const float> imaginary, std::span<float> output) {
  // Backwards by conjugating both ends of the transform; the short ones by reading their result backwards.
  const bool conjugate = points_ >= 32;
  const auto put = [&](std::size_t k, Point x) {
    real_[k] = x.r;
    imaginary_[k] = conjugate ? -x.i : x.i;
  };
  const float difference = 0.5f * (real[0] - real[points_]);
  put(0, {real[0] - difference, difference});
  const std::size_t half = points_ / 2;
  put(half, {real[half], -imaginary[half]});
  for (std::size_t k = 1; k < half; ++k) {
    const Point low{real[k], -imaginary[k]}, high{real[points_ - k], -imaginary[points_ - k]};
    const Point y = turn_back(fold_real_[k], fold_imag_[k], {low.r - high.r, low.i + high.i});
    put(k, low - y);
    put(points_ - k, {high.r + y.r, high.i - y.i});
  }
  block<1>(0, real_.data(), imaginary_.data());
  for (std::size_t k = 0; k < points_; ++k) {
    const std::size_t from = reversed_[conjugate ? k : (points_ - k) % points_];
    output[2 * k] = real_[from];
    output[2 * k + 1] = conjugate ? -imaginary_[from] : imaginary_[from];
  }
}

}  // namespace ser
