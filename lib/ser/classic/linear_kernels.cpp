#include <ser/classic/linear_kernels.h>

#include <algorithm>
#include <cstring>
#include <utility>

#define SER_INLINE inline __attribute__((always_inline))
#if defined(__x86_64__)
#define SER_DISPATCH(call)                                                                \
  if (__builtin_cpu_supports("avx512f")) return avx512::call;                             \
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::call; \
  return baseline::call;
#else
#define SER_DISPATCH(call) return baseline::call;
#endif

namespace ser {
namespace {

constexpr std::size_t class_tile = 6;
// Memory is what scores wait for; the processor's own prefetching loses a tile's rows at every page.
constexpr std::size_t prefetch_ahead = 256;

template <class Real, int Lanes>
struct Vector {
  typedef Real Type __attribute__((vector_size(Lanes * sizeof(Real))));
  typedef float Narrow __attribute__((vector_size(Lanes * sizeof(float))));

  static SER_INLINE void load_data(const float* source, Type& vector) {
    Narrow narrow;
    std::memcpy(&narrow, source, sizeof narrow);
    vector = __builtin_convertvector(narrow, Type);
  }
  static SER_INLINE void load(const Real* source, Type& vector) { std::memcpy(&vector, source, sizeof vector); }
  static SER_INLINE void store(Real* target, const Type& vector) { std::memcpy(target, &vector, sizeof vector); }
};

template <class Real, int Lanes, int Rows, int Classes>
SER_INLINE void score_tile(const float* x, std::size_t columns, const Real* weights, Real* scores, std::size_t stride) {
  using V = Vector<Real, Lanes>;
  typename V::Type sum[Rows][Classes] = {};
  std::size_t j = 0;
  for (; j + Lanes <= columns; j += Lanes) {
    typename V::Type data[Rows], weight;
    for (int r = 0; r < Rows; ++r) {
      const float* source = x + static_cast<std::size_t>(r) * columns + j;
      __builtin_prefetch(source + prefetch_ahead, 0, 2);
      V::load_data(source, data[r]);
    }
    for (int k = 0; k < Classes; ++k) {
      V::load(weights + static_cast<std::size_t>(k) * columns + j, weight);
      for (int r = 0; r < Rows; ++r) sum[r][k] += data[r] * weight;
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int k = 0; k < Classes; ++k) {
      Real total = 0;
      for (int lane = 0; lane < Lanes; ++lane) total += sum[r][k][lane];
      for (std::size_t rest = j; rest < columns; ++rest)
        total += static_cast<Real>(x[static_cast<std::size_t>(r) * columns + rest]) *
                 weights[static_cast<std::size_t>(k) * columns + rest];
      scores[static_cast<std::size_t>(r) * stride + static_cast<std::size_t>(k)] = total;
    }
}

template <class Real, int Lanes, int Rows, int Classes>
SER_INLINE void score_rows(const RowBlock& x, const Real* weights, Real* scores, std::size_t stride) {
  std::size_t i = 0;
  for (; i + Rows <= x.rows; i += Rows)
    score_tile<Real, Lanes, Rows, Classes>(x.values + i * x.columns, x.columns, weights, scores + i * stride, stride);
  for (; i < x.rows; ++i)
    score_tile<Real, Lanes, 1, Classes>(x.values + i * x.columns, x.columns, weights, scores + i * stride, stride);
}

template <class Real, int Lanes, int Chunks, int Classes>
SER_INLINE void gradient_tile(const RowBlock& x, const Real* residuals, Real* gradient, std::size_t stride) {
  using V = Vector<Real, Lanes>;
  std::size_t j = 0;
  for (; j + Lanes * Chunks <= x.columns; j += Lanes * Chunks) {
    typename V::Type sum[Classes][Chunks], data[Chunks];
    for (int k = 0; k < Classes; ++k)
      for (int c = 0; c < Chunks; ++c)
        V::load(gradient + static_cast<std::size_t>(k) * x.columns + j + static_cast<std::size_t>(c * Lanes),
                sum[k][c]);
    for (std::size_t i = 0; i < x.rows; ++i) {
      for (int c = 0; c < Chunks; ++c)
        V::load_data(x.values + i * x.columns + j + static_cast<std::size_t>(c * Lanes), data[c]);
      for (int k = 0; k < Classes; ++k)
        for (int c = 0; c < Chunks; ++c) sum[k][c] += data[c] * residuals[i * stride + static_cast<std::size_t>(k)];
    }
    for (int k = 0; k < Classes; ++k)
      for (int c = 0; c < Chunks; ++c)
        V::store(gradient + static_cast<std::size_t>(k) * x.columns + j + static_cast<std::size_t>(c * Lanes),
                 sum[k][c]);
  }
  for (; j < x.columns; ++j)
    for (std::size_t k = 0; k < Classes; ++k) {
      Real sum = gradient[k * x.columns + j];
      for (std::size_t i = 0; i < x.rows; ++i)
        sum += residuals[i * stride + k] * static_cast<Real>(x.values[i * x.columns + j]);
      gradient[k * x.columns + j] = sum;
    }
}

/// Calls tile.operator()<Count>() for `count` classes, 1 to class_tile.
template <class Tile, std::size_t... Counts>
SER_INLINE void with_count(std::size_t count, const Tile& tile, std::index_sequence<Counts...>) {
  ((count == Counts + 1 ? tile.template operator()<static_cast<int>(Counts + 1)>() : void()), ...);
}

template <class Real, int Lanes, int Rows>
struct ScoreTiles {
  const RowBlock& x;
  const Real* weights;
  Real* scores;
  std::size_t stride;
  template <int Classes>
  SER_INLINE void operator()() const {
    score_rows<Real, Lanes, Rows, Classes>(x, weights, scores, stride);
  }
};

template <class Real, int Lanes, int Chunks>
struct GradientTiles {
  const RowBlock& x;
  const Real* residuals;
  Real* gradient;
  std::size_t stride;
  template <int Classes>
  SER_INLINE void operator()() const {
    gradient_tile<Real, Lanes, Chunks, Classes>(x, residuals, gradient, stride);
  }
};

template <class Real, int Bytes, int Rows>
SER_INLINE void all_scores(const RowBlock& x, const Real* weights, std::size_t classes, Real* scores) {
  constexpr int lanes = Bytes / static_cast<int>(sizeof(Real));
  for (std::size_t k = 0; k < classes; k += class_tile)
    with_count(std::min(class_tile, classes - k),
               ScoreTiles<Real, lanes, Rows>{x, weights + k * x.columns, scores + k, classes},
               std::make_index_sequence<class_tile>{});
}

template <class Real, int Bytes, int Chunks>
SER_INLINE void all_gradients(const RowBlock& x, const Real* residuals, std::size_t classes, Real* gradient) {
  constexpr int lanes = Bytes / static_cast<int>(sizeof(Real));
  for (std::size_t k = 0; k < classes; k += class_tile)
    with_count(std::min(class_tile, classes - k),
               GradientTiles<Real, lanes, Chunks>{x, residuals + k, gradient + k * x.columns, classes},
               std::make_index_sequence<class_tile>{});
}

#define SER_KERNELS(space, attribute, bytes, rows, chunks)                                                  \
  namespace space {                                                                                         \
  template <class Real>                                                                                     \
  attribute void scores(const RowBlock& x, const Real* weights, std::size_t classes, Real* result) {        \
    all_scores<Real, bytes, rows>(x, weights, classes, result);                                             \
  }                                                                                                         \
  template <class Real>                                                                                     \
  attribute void gradients(const RowBlock& x, const Real* residuals, std::size_t classes, Real* gradient) { \
    all_gradients<Real, bytes, chunks>(x, residuals, classes, gradient);                                    \
  }                                                                                                         \
  }
#if defined(__x86_64__)
SER_KERNELS(avx512, __attribute__((target("avx512f,avx2,fma"))), 64, 4, 4)
SER_KERNELS(avx2, __attribute__((target("avx2,fma"))), 32, 2, 2)
#endif
SER_KERNELS(baseline, , 16, 2, 2)

}  // namespace

void block_scores(const RowBlock& x, const float* weights, std::size_t classes, float* result) {
  SER_DISPATCH(scores(x, weights, classes, result))
}
void block_scores(const RowBlock& x, const double* weights, std::size_t classes, double* result) {
  SER_DISPATCH(scores(x, weights, classes, result))
}
void add_block_gradient(const RowBlock& x, const float* residuals, std::size_t classes, float* gradient) {
  SER_DISPATCH(gradients(x, residuals, classes, gradient))
}
void add_block_gradient(const RowBlock& x, const double* residuals, std::size_t classes, double* gradient) {
  SER_DISPATCH(gradients(x, residuals, classes, gradient))
}

}  // namespace ser
