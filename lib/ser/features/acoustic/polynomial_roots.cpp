#include <ser/base/error.h>
#include <ser/features/acoustic/polynomial_roots.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ser {
namespace {

using Complex = std::complex<double>;

// Plain products: those of std::complex look for infinities in every multiplication.
Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
Complex over(Complex a, Complex b) {
  const double norm = b.real() * b.real() + b.imag() * b.imag();
  return {(a.real() * b.real() + a.imag() * b.imag()) / norm, (a.imag() * b.real() - a.real() * b.imag()) / norm};
}
double absolute(Complex a) { return std::sqrt(a.real() * a.real() + a.imag() * a.imag()); }

struct Value {
  Complex p, first, half_second;
  double rounding;  ///< bound of the error of p
};

Value evaluate(std::span<const double> c, Complex z) {
  Value v{{1, 0}, {0, 0}, {0, 0}, 1};
  const double size = absolute(z);
  for (const double coefficient : c) {
    v.half_second = times(v.half_second, z) + v.first;
    v.first = times(v.first, z) + v.p;
    v.p = times(v.p, z) + coefficient;
    v.rounding = v.rounding * size + absolute(v.p);
  }
  v.rounding *= 2 * std::numeric_limits<double>::epsilon();
  return v;
}

Complex laguerre(std::span<const double> c) {
  constexpr int most_steps = 80, steps_between_detours = 10;
  const double n = static_cast<double>(c.size());
  Complex z{0, 0};
  for (int step = 1; step <= most_steps; ++step) {
    const Value v = evaluate(c, z);
    if (absolute(v.p) <= v.rounding) return z;
    const Complex g = over(v.first, v.p), g2 = times(g, g), h = g2 - over(2.0 * v.half_second, v.p);
    const Complex root = std::sqrt((n - 1) * (n * h - g2));
    const Complex plus = g + root, minus = g - root;
    const Complex denominator = std::norm(plus) > std::norm(minus) ? plus : minus;
    const Complex dz =
        std::norm(denominator) > 0 ? over({n, 0}, denominator) : std::polar(1 + absolute(z), static_cast<double>(step));
    const Complex next = z - dz;
    if (next == z) return z;
    z = step % steps_between_detours ? next : z - 0.37 * dz;
  }
  return z;
}

Complex refine(std::span<const double> c, Complex z) {
  for (int step = 0; step < 2; ++step) {
    const Value v = evaluate(c, z);
    if (absolute(v.p) <= v.rounding || std::norm(v.first) == 0) break;
    z -= over(v.p, v.first);
  }
  return z;
}

}  // namespace

void polynomial_roots(std::span<const double> coefficients, std::span<Complex> roots) {
  if (coefficients.size() > highest_polynomial_degree || roots.size() != coefficients.size())
    throw_error<UsageError>("roots of a polynomial of degree {}: at most {}", coefficients.size(),
                            highest_polynomial_degree);
  std::array<double, highest_polynomial_degree> work;
  std::copy(coefficients.begin(), coefficients.end(), work.begin());
  std::size_t degree = coefficients.size(), found = 0;
  while (degree > 0) {
    const std::span<double> c(work.data(), degree);
    Complex z = laguerre(c);
    if (degree == 1 || std::abs(z.imag()) <= 1e-8 * absolute(z)) {
      const double x = z.real();
      double carry = 1;
      for (std::size_t i = 0; i + 1 < degree; ++i) carry = c[i] += carry * x;
      roots[found++] = refine(coefficients, {x, 0});
      degree -= 1;
    } else {
      const double p = 2 * z.real(), q = -std::norm(z);
      double before = 0, last = 1;
      for (std::size_t i = 0; i + 2 < degree; ++i) {
        c[i] += p * last + q * before;
        before = last;
        last = c[i];
      }
      z = refine(coefficients, z);
      roots[found++] = z;
      roots[found++] = std::conj(z);
      degree -= 2;
    }
  }
}

}  // namespace ser
