#ifndef TOWERBOOK_DROPOUT_H
#define TOWERBOOK_DROPOUT_H
#include "training.h"
#include "vector.h"

// What loops that drop out share.

// A bijective mix of 32 bits (Wellons, "prospecting for hash functions"), keyed twice so that the streams of two
// steps are not windows of one sequence.
TB_INLINE uint32_t mix(uint32_t x, uint32_t key0, uint32_t key1) {
  x += key0;
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= key1;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}

// What element number `element` from the first on is multiplied by.
TB_INLINE float kept(const tb_dropout *d, uint32_t element) {
  return mix(d->first + element, d->key0, d->key1) >= d->threshold ? d->scale : 0.0f;
}

// Drops some of `count` values, whose numbers begin at `element`.
TB_INLINE void drop(float *values, const tb_dropout *d, uint32_t element, int32_t count) {
  const uint32_t first = d->first + element, key0 = d->key0, key1 = d->key1, threshold = d->threshold;
  const float scale = d->scale;
  for (int32_t c = 0; c < count; c++) {
    values[c] = mix(first + (uint32_t)c, key0, key1) >= threshold ? values[c] * scale : 0.0f;
  }
}

#endif
