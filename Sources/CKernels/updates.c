#include "training.h"
#include "vector.h"

// How optimisers move rows.

typedef struct {
  float *values, *state0, *state1;
  const float *gradient;
} entry;

// How many entries ahead memory is asked for; so much of each that many entries' memory fits the first cache.
enum { AHEAD = 8, MOST_BYTES = 1024 };

TB_INLINE void prefetch(const float *start, int64_t count) {
  for (int64_t byte = 0; byte < count * 4 && byte < MOST_BYTES; byte += 64) __builtin_prefetch((const char *)start + byte, 1);
}

// Rows and slots lie anywhere in their tables: asking for those of a later entry hides their latency.
TB_INLINE void prefetch_entry(const tb_update *u, int64_t e) {
  if (e >= u->last) return;
  if (u->rows) prefetch(u->values + u->rows[e] * (int64_t)u->columns, u->columns);
  if (u->slots && u->states) prefetch(u->states + u->slots[e] * u->state_width, u->state_width);
}

TB_INLINE entry entry_at(const tb_update *u, int64_t e) {
  const int64_t width = u->columns, row = u->rows ? u->rows[e] : e, slot = u->slots ? u->slots[e] : e;
  prefetch_entry(u, e + AHEAD);
  float *states = u->states ? u->states + slot * u->state_width : 0;
  return (entry){
      .values = u->values + row * width,
      .state0 = states,
      .state1 = states ? states + width : 0,
      .gradient = u->gradient ? u->gradient + e * width : 0};
}

// The slot of an entry that is not at `step` yet, or a negative number.
TB_INLINE int64_t slot_behind(const tb_update *u, int64_t e, const int32_t *steps, int32_t step) {
  const int64_t slot = u->slots ? u->slots[e] : e;
  if (u->slots && e + 2 * AHEAD < u->last) __builtin_prefetch(steps + u->slots[e + 2 * AHEAD], 1);
  return slot < 0 || steps[slot] == step ? -1 : slot;
}

TB_CLONES void tb_adam(const tb_update *u, float rate, float beta1, float beta2, float epsilon, float decay) {
  const float rest1 = 1.0f - beta1, rest2 = 1.0f - beta2, gs = u->gradient_scale;
  const int32_t columns = u->columns;
  for (int64_t e = u->first; e < u->last; e++) {
    const entry at = entry_at(u, e);
    float *restrict x = at.values, *restrict m = at.state0, *restrict v = at.state1;
    const float *restrict g = at.gradient;
    for (int32_t c = 0; c < columns; c++) {
      const float d = g[c] * gs;
      m[c] = beta1 * m[c] + rest1 * d;
      v[c] = beta2 * v[c] + rest2 * (d * d);
      x[c] -= rate * m[c] / (__builtin_elementwise_sqrt(v[c]) + epsilon) + decay * x[c];
    }
  }
}

TB_CLONES void tb_adam_catch_up(const tb_update *u, int32_t *steps, int32_t first_step, int32_t step, const tb_adam_lag *lags) {
  const int32_t columns = u->columns;
  for (int64_t e = u->first; e < u->last; e++) {
    const int64_t slot = slot_behind(u, e, steps, step);
    if (slot < 0) continue;
    const entry at = entry_at(u, e);
    const tb_adam_lag lag = lags[steps[slot] - first_step];
    float *restrict x = at.values, *restrict m = at.state0, *restrict v = at.state1;
    for (int32_t c = 0; c < columns; c++) {
      const float root = __builtin_elementwise_sqrt(v[c]);
      const float move = lag.weight[0] / (lag.root[0] * root + lag.epsilon[0]) +
                         lag.weight[1] / (lag.root[1] * root + lag.epsilon[1]);
      x[c] = lag.keep * x[c] - m[c] * move;
      m[c] *= lag.m;
      v[c] *= lag.v;
    }
    steps[slot] = step;
  }
}

TB_CLONES void tb_adagrad(const tb_update *u, float rate, float epsilon) {
  const float gs = u->gradient_scale;
  const int32_t columns = u->columns;
  for (int64_t e = u->first; e < u->last; e++) {
    const entry at = entry_at(u, e);
    float *restrict x = at.values, *restrict a = at.state0;
    const float *restrict g = at.gradient;
    for (int32_t c = 0; c < columns; c++) {
      const float d = g[c] * gs;
      a[c] += d * d;
      x[c] -= rate * d / (__builtin_elementwise_sqrt(a[c]) + epsilon);
    }
  }
}

TB_CLONES void tb_sgd(const tb_update *u, float rate, float momentum) {
  const int32_t columns = u->columns;
  const float step = rate * u->gradient_scale;
  for (int64_t e = u->first; e < u->last; e++) {
    const entry at = entry_at(u, e);
    const float *g = at.gradient;
    if (!at.state0) {
      for (int32_t c = 0; c < columns; c++) at.values[c] -= step * g[c];
      continue;
    }
    for (int32_t c = 0; c < columns; c++) {
      const float move = momentum * at.state0[c] - step * g[c];
      at.state0[c] = move;
      at.values[c] += move;
    }
  }
}

TB_CLONES void tb_momentum_catch_up(
    const tb_update *u, int32_t *steps, int32_t first_step, int32_t step, const tb_momentum_lag *lags) {
  const int32_t columns = u->columns;
  for (int64_t e = u->first; e < u->last; e++) {
    const int64_t slot = slot_behind(u, e, steps, step);
    if (slot < 0) continue;
    const entry at = entry_at(u, e);
    const tb_momentum_lag lag = lags[steps[slot] - first_step];
    for (int32_t c = 0; c < columns; c++) {
      at.values[c] += lag.sum * at.state0[c];
      at.state0[c] *= lag.velocity;
    }
    steps[slot] = step;
  }
}
