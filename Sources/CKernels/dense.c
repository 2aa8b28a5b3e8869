#include "training.h"

#include <math.h>
#include <stdbool.h>

#include "dropout.h"
#include "vector.h"

// --- dense layers --------------------------------------------------------------------------------------------

TB_CLONES void tb_finish_dense(tb_block y, const float *bias, int32_t relu, const tb_dropout *d) {
  const float floor = relu ? 0.0f : -INFINITY;
  for (int32_t r = 0; r < y.rows; r++) {
    float *row = y.start + r * y.stride;
    if (!d) {
      for (int32_t c = 0; c < y.columns; c++) {
        float x = row[c] + bias[c];
        row[c] = x > floor ? x : floor;
      }
      continue;
    }
    const uint32_t first = d->first + (uint32_t)r * (uint32_t)y.columns, key0 = d->key0, key1 = d->key1;
    const uint32_t threshold = d->threshold;
    const float scale = d->scale;
    for (int32_t c = 0; c < y.columns; c++) {
      float x = row[c] + bias[c];
      x = x > floor ? x : floor;
      row[c] = mix(first + (uint32_t)c, key0, key1) >= threshold ? x * scale : 0.0f;
    }
  }
}

TB_CLONES void tb_relu_backward(tb_block g, tb_block y, float scale) {
  for (int32_t r = 0; r < g.rows; r++) {
    float *row = g.start + r * g.stride;
    const float *out = y.start + r * y.stride;
    for (int32_t c = 0; c < g.columns; c++) {
      float x = row[c] * scale;
      row[c] = out[c] > 0 ? x : 0.0f;
    }
  }
}

TB_CLONES void tb_dropout_backward(tb_block g, const tb_dropout *d) {
  const uint32_t key0 = d->key0, key1 = d->key1, threshold = d->threshold;
  const float scale = d->scale;
  for (int32_t r = 0; r < g.rows; r++) {
    float *row = g.start + r * g.stride;
    const uint32_t first = d->first + (uint32_t)r * (uint32_t)g.columns;
    for (int32_t c = 0; c < g.columns; c++) {
      row[c] = mix(first + (uint32_t)c, key0, key1) >= threshold ? row[c] * scale : 0.0f;
    }
  }
}

TB_CLONES void tb_add_column_sums(tb_block m, float *sums) {
  for (int32_t r = 0; r < m.rows; r++) {
    const float *row = m.start + r * m.stride;
    for (int32_t c = 0; c < m.columns; c++) sums[c] += row[c];
  }
}

TB_CLONES void tb_add(float *sum, const float *part, int64_t count) {
  for (int64_t i = 0; i < count; i++) sum[i] += part[i];
}

TB_CLONES double tb_sum_of_squares(const float *values, int64_t count) {
  TB_LANES
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += (double)values[i] * (double)values[i];
  return sum;
}

// --- L2 normalisation ----------------------------------------------------------------------------------------

TB_CLONES void tb_normalize_rows(tb_block x, tb_block y, float *inverse, float epsilon) {
  TB_LANES
  for (int32_t r = 0; r < x.rows; r++) {
    const float *in = x.start + r * x.stride;
    float *out = y.start + r * y.stride;
    float sum = 0;
    for (int32_t c = 0; c < x.columns; c++) sum += in[c] * in[c];
    const bool floored = sum < epsilon;
    const float factor = 1.0f / sqrtf(floored ? epsilon : sum);
    for (int32_t c = 0; c < x.columns; c++) out[c] = in[c] * factor;
    inverse[r] = floored ? -factor : factor;
  }
}

TB_CLONES void tb_normalize_rows_smooth(tb_block x, tb_block y, float *inverse, float epsilon) {
  TB_LANES
  for (int32_t r = 0; r < x.rows; r++) {
    const float *in = x.start + r * x.stride;
    float *out = y.start + r * y.stride;
    float sum = 0;
    for (int32_t c = 0; c < x.columns; c++) sum += in[c] * in[c];
    const float factor = 1.0f / sqrtf(sum + epsilon);
    for (int32_t c = 0; c < x.columns; c++) out[c] = in[c] * factor;
    inverse[r] = factor;
  }
}

// With an epsilon inside the root the same formula holds to the letter: y = x f, f = (|x|^2 + epsilon)^-1/2.
// y = x f, f = |x|^-1: dx = f (dy - y (y . dy)); where f is the constant epsilon^-1/2, dx = f dy.
TB_CLONES void tb_normalize_rows_backward(tb_block dy, tb_block y, const float *inverse, tb_block dx) {
  TB_LANES
  for (int32_t r = 0; r < dy.rows; r++) {
    const float *g = dy.start + r * dy.stride, *out = y.start + r * y.stride;
    float *in = dx.start + r * dx.stride;
    float dot = 0;
    for (int32_t c = 0; c < dy.columns; c++) dot += g[c] * out[c];
    const float factor = fabsf(inverse[r]);
    if (inverse[r] < 0) dot = 0;
    for (int32_t c = 0; c < dy.columns; c++) in[c] = factor * (g[c] - out[c] * dot);
  }
}
