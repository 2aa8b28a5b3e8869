// Loops that do nothing but move bytes: what other loops are held against.
#include "rates.h"

#define TB_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))

TB_CLONES void tb_triad(float *restrict a, const float *restrict b, const float *restrict c, float factor,
                        int64_t count) {
  for (int64_t i = 0; i < count; i++) a[i] = b[i] + factor * c[i];
}

TB_CLONES uint64_t tb_sum_words(const uint64_t *words, int64_t count) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < count; i++) sum += words[i];
  return sum;
}
