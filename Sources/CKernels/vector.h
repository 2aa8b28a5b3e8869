#ifndef TOWERBOOK_VECTOR_H
#define TOWERBOOK_VECTOR_H
#include <math.h>
#include <stdint.h>

// What the loops of the training core share.

#define TB_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#define TB_INLINE static inline __attribute__((always_inline))
// Sums over a row may be split over vector lanes: the order is fixed by the processor, not by chance.
#define TB_LANES _Pragma("clang fp reassociate(on)")

TB_INLINE float dot_of(const float *a, const float *b, int64_t width) {
  TB_LANES
  float sum = 0;
  for (int64_t c = 0; c < width; c++) sum += a[c] * b[c];
  return sum;
}

// exp in Float32 for x <= 88, below 2 units in the last place; 0 below -87 (Cephes' expf: reduce by ln 2 in two
// parts, a polynomial of degree 5 on +-ln 2 / 2, scale through the exponent bits). Not a number stays so.
TB_INLINE float exp_of(float x) {
  const float bounded = x < -87.0f ? -87.0f : x;
  const float rounded = bounded * 1.44269504088896341f + 12582912.0f;
  const float n = rounded - 12582912.0f;
  const float r = (bounded - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  union {
    float value;
    uint32_t bits;
  } power = {.value = rounded};
  power.bits = (power.bits + 127U) << 23;
  return x < -87.0f ? 0.0f : p * power.value;
}

// 1 / (1 + exp(-x)), from an exponential that cannot overflow.
TB_INLINE float sigmoid_of(float x) {
  const float e = exp_of(-__builtin_fabsf(x));
  return (x < 0 ? e : 1.0f) / (1.0f + e);
}

// tanh below 3 units in the last place (Cephes' tanhf: a polynomial below 0.625, the exponential above).
TB_INLINE float tanh_of(float x) {
  const float size = __builtin_fabsf(x), square = x * x;
  float p = -5.70498872745e-3f;
  p = p * square + 2.06390887954e-2f;
  p = p * square - 5.37397155531e-2f;
  p = p * square + 1.33314422036e-1f;
  p = p * square - 3.33332819422e-1f;
  p = p * square * x + x;
  const float e = exp_of(-2.0f * size);
  const float large = (1.0f - e) / (1.0f + e);
  return size < 0.625f ? p : x < 0 ? -large : large;
}

#endif
