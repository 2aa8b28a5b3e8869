#ifndef TOWERBOOK_RATES_H
#define TOWERBOOK_RATES_H
#include <stdint.h>

/// `a[i] = b[i] + factor * c[i]` for `count` elements.
/// Source: J. D. McCalpin, STREAM, the triad.
void tb_triad(float *a, const float *b, const float *c, float factor, int64_t count);

/// The sum of `count` words, without regard to overflow: what it costs to read them.
uint64_t tb_sum_words(const uint64_t *words, int64_t count);

#endif
