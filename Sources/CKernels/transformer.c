#include "transformer.h"

#include <math.h>

#include "dropout.h"
#include "vector.h"

// --- positions -----------------------------------------------------------------------------------------------

TB_CLONES void tb_add_positions(
    tb_block x, const tb_sequences *s, const float *positions, float scale, const tb_dropout *d) {
  for (int32_t k = 0; k < s->count; k++) {
    const int32_t first = s->offsets[k] - s->offsets[0], last = s->offsets[k + 1] - s->offsets[0];
    for (int32_t r = first; r < last; r++) {
      float *row = x.start + r * x.stride;
      const float *position = positions + (int64_t)(r - first) * x.columns;
      for (int32_t c = 0; c < x.columns; c++) row[c] = scale * row[c] + position[c];
      if (d) drop(row, d, (uint32_t)r * (uint32_t)x.columns, x.columns);
    }
  }
}

TB_CLONES void tb_positions_backward(
    tb_block g, const tb_sequences *s, float scale, const tb_dropout *d, float *sums) {
  for (int32_t k = 0; k < s->count; k++) {
    const int32_t first = s->offsets[k] - s->offsets[0], last = s->offsets[k + 1] - s->offsets[0];
    for (int32_t r = first; r < last; r++) {
      float *row = g.start + r * g.stride, *sum = sums + (int64_t)(r - first) * g.columns;
      if (d) drop(row, d, (uint32_t)r * (uint32_t)g.columns, g.columns);
      for (int32_t c = 0; c < g.columns; c++) {
        sum[c] += row[c];
        row[c] *= scale;
      }
    }
  }
}

// --- layer normalisation -------------------------------------------------------------------------------------

TB_CLONES void tb_normalize_layer(tb_block x, const float *gain, const float *bias, float *statistics, tb_block y) {
  TB_LANES
  const float share = 1.0f / (float)x.columns;
  for (int32_t r = 0; r < x.rows; r++) {
    const float *in = x.start + r * x.stride;
    float *out = y.start + r * y.stride;
    float sum = 0, squares = 0;
    for (int32_t c = 0; c < x.columns; c++) sum += in[c];
    const float mean = sum * share;
    for (int32_t c = 0; c < x.columns; c++) squares += (in[c] - mean) * (in[c] - mean);
    const float factor = 1.0f / sqrtf(squares * share + 1e-5f);
    for (int32_t c = 0; c < x.columns; c++) out[c] = (in[c] - mean) * factor * gain[c] + bias[c];
    statistics[2 * (int64_t)r] = mean;
    statistics[2 * (int64_t)r + 1] = factor;
  }
}

// With n = (x - m) f and dn = dy gain: dx = f (dn - mean(dn) - n mean(dn n)).
TB_CLONES void tb_normalize_layer_backward(
    tb_block x, const float *gain, const float *statistics, tb_block dy, tb_block dx, float *gain_sums,
    float *bias_sums) {
  TB_LANES
  const float share = 1.0f / (float)x.columns;
  for (int32_t r = 0; r < x.rows; r++) {
    const float *in = x.start + r * x.stride, *g = dy.start + r * dy.stride;
    float *out = dx.start + r * dx.stride;
    const float mean = statistics[2 * (int64_t)r], factor = statistics[2 * (int64_t)r + 1];
    float sum = 0, along = 0;
    for (int32_t c = 0; c < x.columns; c++) {
      const float n = (in[c] - mean) * factor, own = g[c] * gain[c];
      sum += own;
      along += own * n;
      gain_sums[c] += g[c] * n;
      bias_sums[c] += g[c];
    }
    sum *= share;
    along *= share;
    for (int32_t c = 0; c < x.columns; c++) {
      out[c] += factor * (g[c] * gain[c] - sum - (in[c] - mean) * factor * along);
    }
  }
}

// --- attention -----------------------------------------------------------------------------------------------

TB_CLONES void tb_attend_causally(const tb_causal *a, tb_block y) {
  const int32_t width = y.columns / a->heads;
  for (int32_t k = 0; k < a->sequences.count; k++) {
    const int32_t *offsets = a->sequences.offsets + k;
    const int32_t first = offsets[0] - a->sequences.offsets[0], last = offsets[1] - a->sequences.offsets[0];
    for (int32_t r = first; r < last; r++) {
      const int32_t count = r - first + 1;
      for (int32_t h = 0; h < a->heads; h++) {
        const float *query = a->projections.start + r * a->projections.stride + h * width;
        const float *keys = a->projections.start + first * a->projections.stride + y.columns + h * width;
        const float *values = keys + y.columns;
        float *weights = a->weights.start + r * a->weights.stride + (int64_t)h * a->longest;
        float *out = y.start + r * y.stride + h * width;
        float most = -INFINITY, sum = 0;
        for (int32_t j = 0; j < count; j++) {
          const float score = a->scale * dot_of(query, keys + j * a->projections.stride, width);
          weights[j] = score;
          most = score > most ? score : most;
        }
        for (int32_t j = 0; j < count; j++) {
          weights[j] = exp_of(weights[j] - most);
          sum += weights[j];
        }
        const float share = 1.0f / sum;
        for (int32_t j = 0; j < count; j++) weights[j] *= share;
        for (int32_t c = 0; c < width; c++) out[c] = 0;
        const uint32_t element = (uint32_t)(r * a->weights.stride + (int64_t)h * a->longest);
        for (int32_t j = 0; j < count; j++) {
          const float *value = values + j * a->projections.stride;
          const float weight = weights[j] * (a->dropout ? kept(a->dropout, element + (uint32_t)j) : 1.0f);
          for (int32_t c = 0; c < width; c++) out[c] += weight * value[c];
        }
      }
    }
  }
}

// With m what dropout multiplies by: dw_j = m_j v_j . dy, ds_j = scale w_j (dw_j - sum_k w_k dw_k), dv_j = w_j m_j dy,
// dq = sum_j ds_j k_j, dk_j = ds_j q.
TB_CLONES void tb_attend_causally_backward(const tb_causal *a, tb_block g, tb_block dp) {
  const int32_t width = g.columns / a->heads;
  for (int32_t r = 0; r < dp.rows; r++) {
    float *row = dp.start + r * dp.stride;
    for (int32_t c = 0; c < dp.columns; c++) row[c] = 0;
  }
  for (int32_t k = 0; k < a->sequences.count; k++) {
    const int32_t *offsets = a->sequences.offsets + k;
    const int32_t first = offsets[0] - a->sequences.offsets[0], last = offsets[1] - a->sequences.offsets[0];
    for (int32_t r = first; r < last; r++) {
      const int32_t count = r - first + 1;
      for (int32_t h = 0; h < a->heads; h++) {
        const float *query = a->projections.start + r * a->projections.stride + h * width;
        const float *keys = a->projections.start + first * a->projections.stride + g.columns + h * width;
        const float *values = keys + g.columns, *gradient = g.start + r * g.stride + h * width;
        float *restrict dquery = dp.start + r * dp.stride + h * width;
        float *dkeys = dp.start + first * dp.stride + g.columns + h * width, *dvalues = dkeys + g.columns;
        const float *weights = a->weights.start + r * a->weights.stride + (int64_t)h * a->longest;
        float *parts = a->weights.start + r * a->weights.stride + (int64_t)a->heads * a->longest;
        const uint32_t element = (uint32_t)(r * a->weights.stride + (int64_t)h * a->longest);
        float along = 0;
        for (int32_t j = 0; j < count; j++) {
          const float factor = a->dropout ? kept(a->dropout, element + (uint32_t)j) : 1.0f;
          const float *value = values + j * a->projections.stride;
          float *restrict dvalue = dvalues + j * dp.stride;
          parts[j] = factor * dot_of(gradient, value, width);
          along += weights[j] * parts[j];
          const float weight = weights[j] * factor;
          for (int32_t c = 0; c < width; c++) dvalue[c] += weight * gradient[c];
        }
        for (int32_t j = 0; j < count; j++) {
          const float score = a->scale * weights[j] * (parts[j] - along);
          const float *key = keys + j * a->projections.stride;
          float *restrict dkey = dkeys + j * dp.stride;
          for (int32_t c = 0; c < width; c++) {
            dquery[c] += score * key[c];
            dkey[c] += score * query[c];
          }
        }
      }
    }
  }
}

// --- the gate ------------------------------------------------------------------------------------------------

TB_CLONES void tb_gate(tb_block halves, const tb_dropout *d, tb_block y) {
  for (int32_t r = 0; r < y.rows; r++) {
    const float *left = halves.start + r * halves.stride, *right = left + y.columns;
    float *out = y.start + r * y.stride;
    for (int32_t c = 0; c < y.columns; c++) out[c] = left[c] * sigmoid_of(left[c]) * right[c];
    if (d) drop(out, d, (uint32_t)r * (uint32_t)y.columns, y.columns);
  }
}

// silu'(x) = s + x s (1 - s), s = sigmoid(x).
TB_CLONES void tb_gate_backward(tb_block halves, const tb_dropout *d, tb_block g) {
  for (int32_t r = 0; r < g.rows; r++) {
    float *restrict left = halves.start + r * halves.stride, *restrict right = left + g.columns;
    float *restrict gradient = g.start + r * g.stride;
    if (d) drop(gradient, d, (uint32_t)r * (uint32_t)g.columns, g.columns);
    for (int32_t c = 0; c < g.columns; c++) {
      const float x = left[c], s = sigmoid_of(x);
      left[c] = gradient[c] * right[c] * (s + x * s * (1 - s));
      right[c] = gradient[c] * x * s;
    }
  }
}
