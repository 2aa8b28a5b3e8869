#include "history.h"

#include <math.h>
#include <stdbool.h>

#include "vector.h"

// --- attention -----------------------------------------------------------------------------------------------

TB_CLONES void tb_attend(const tb_attention *a, tb_block y) {
  const int64_t width = y.columns;
  for (int32_t r = 0; r < y.rows; r++) {
    const int32_t first = a->offsets[r], last = a->offsets[r + 1];
    const float *query = a->queries.start + r * a->queries.stride;
    float *out = y.start + r * y.stride;
    float most = -INFINITY, sum = 0;
    for (int32_t j = first; j < last; j++) {
      const float score = a->scale * dot_of(query, a->clicks + j * width, width);
      a->weights[j] = score;
      most = score > most ? score : most;
    }
    for (int32_t j = first; j < last; j++) {
      a->weights[j] = exp_of(a->weights[j] - most);
      sum += a->weights[j];
    }
    for (int64_t c = 0; c < width; c++) out[c] = 0;
    for (int32_t j = first; j < last; j++) {
      const float *click = a->clicks + j * width;
      const float weight = a->weights[j] /= sum;
      for (int64_t c = 0; c < width; c++) out[c] += weight * click[c];
    }
  }
}

// p = sum_j w_j e_j, w = softmax(s q . e): ds_j = w_j (e_j . dp - sum_k w_k e_k . dp), de_j = w_j dp + s ds_j q,
// dq = s sum_j ds_j e_j.
TB_CLONES void tb_attend_backward(const tb_attention *a, tb_block g, tb_block dq) {
  const int64_t width = g.columns;
  for (int32_t r = 0; r < g.rows; r++) {
    const int32_t first = a->offsets[r], last = a->offsets[r + 1];
    const float *query = a->queries.start + r * a->queries.stride, *gradient = g.start + r * g.stride;
    float *out = dq.start + r * dq.stride;
    float along = 0;
    for (int32_t j = first; j < last; j++) {
      along += a->weights[j] * dot_of(gradient, a->clicks + j * width, width);
    }
    for (int64_t c = 0; c < width; c++) out[c] = 0;
    for (int32_t j = first; j < last; j++) {
      float *click = a->clicks + j * width;
      const float weight = a->weights[j];
      const float score = a->scale * weight * (dot_of(gradient, click, width) - along);
      for (int64_t c = 0; c < width; c++) {
        out[c] += score * click[c];
        click[c] = weight * gradient[c] + score * query[c];
      }
    }
  }
}

// --- the gated recurrent unit --------------------------------------------------------------------------------

// `starts` is known when this is compiled: where the state before is zero, nothing is read of it.
TB_INLINE void gru_rows(const tb_gru *s, const bool starts) {
  const int64_t width = s->width;
  const float *own = s->bias, *theirs = s->bias + 3 * width;
  for (int64_t r = 0; r < s->rows; r++) {
    float *restrict gates = s->gates + r * 3 * width, *restrict inner = s->inner + r * width;
    float *restrict hidden = s->hidden + r * width;
    const float *restrict recurrent = starts ? theirs : s->recurrent + r * 3 * width;
    const float *restrict previous = starts ? theirs : s->previous + r * width;
    for (int64_t c = 0; c < 2 * width; c++) {
      gates[c] = sigmoid_of(gates[c] + own[c] + theirs[c] + (starts ? 0 : recurrent[c]));
    }
    for (int64_t c = 0; c < width; c++) {
      const float m = theirs[2 * width + c] + (starts ? 0 : recurrent[2 * width + c]), z = gates[c];
      const float candidate = tanh_of(gates[2 * width + c] + own[2 * width + c] + gates[width + c] * m);
      gates[2 * width + c] = candidate;
      inner[c] = m;
      hidden[c] = z * (starts ? 0 : previous[c]) + (1 - z) * candidate;
    }
  }
}

TB_CLONES void tb_gru_step(const tb_gru *s) {
  if (s->previous) gru_rows(s, false);
  else gru_rows(s, true);
}

TB_INLINE void gru_rows_backward(const tb_gru *s, float *hidden_gradient, const bool starts) {
  const int64_t width = s->width;
  for (int64_t r = 0; r < s->rows; r++) {
    float *restrict gates = s->gates + r * 3 * width, *restrict inner = s->inner + r * width;
    float *restrict dh = hidden_gradient + r * width;
    const float *restrict previous = starts ? s->bias : s->previous + r * width;
    for (int64_t c = 0; c < width; c++) {
      const float z = gates[c], reset = gates[width + c], candidate = gates[2 * width + c], d = dh[c];
      const float dc = d * (1 - z) * (1 - candidate * candidate);
      gates[c] = d * ((starts ? 0 : previous[c]) - candidate) * z * (1 - z);
      gates[width + c] = dc * inner[c] * reset * (1 - reset);
      gates[2 * width + c] = dc;
      inner[c] = dc * reset;
      dh[c] = d * z;
    }
  }
}

TB_CLONES void tb_gru_step_backward(const tb_gru *s, float *hidden_gradient) {
  if (s->previous) gru_rows_backward(s, hidden_gradient, false);
  else gru_rows_backward(s, hidden_gradient, true);
}
