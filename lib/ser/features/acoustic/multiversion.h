// Loops that pay from wider registers are compiled twice, for AVX2 and for the base instruction set, and chosen at load
// time. Neither version fuses multiplication and addition, and sums have a fixed order: the results are the same bits.
#pragma once

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define SER_MULTIVERSION __attribute__((target_clones("avx2", "default")))
#else
#define SER_MULTIVERSION
#endif
