#include "training.h"

#include <math.h>
#include <stdbool.h>

#include "vector.h"

// --- softmax -------------------------------------------------------------------------------------------------

// What is not a number is passed over: the sum of exponentials is then none either.
TB_INLINE float maximum(const float *x, int32_t count) {
  enum { LANES = 64 };
  int32_t c = 0;
  float best = -INFINITY;
  if (count >= LANES) {
    float most[LANES];
    for (int k = 0; k < LANES; k++) most[k] = x[k];
    for (c = LANES; c + LANES <= count; c += LANES) {
      for (int k = 0; k < LANES; k++) most[k] = x[c + k] > most[k] ? x[c + k] : most[k];
    }
    for (int k = 0; k < LANES; k++) best = most[k] > best ? most[k] : best;
  }
  for (; c < count; c++) best = x[c] > best ? x[c] : best;
  return best;
}

// Sets the columns that belong to other rows to minus infinity; returns how many.
TB_INLINE int32_t hide_others(float *row, int32_t columns, const tb_contrast *s, int32_t r) {
  if (!s->own_offsets) return 0;
  const int32_t end = s->own_offsets[r + 1];
  int32_t c = s->shared, hidden = 0;
  for (int32_t k = s->own_offsets[r]; k <= end; k++) {
    const int32_t next = k < end ? s->own[k] : columns;
    for (; c < next; c++, hidden++) row[c] = -INFINITY;
    c = next + 1;
  }
  return hidden;
}

TB_INLINE void add_bias(float *row, int32_t columns, const tb_contrast *s, int32_t label) {
  if (!s->bias) return;
  const float *bias = s->bias, bare = row[label];
  for (int32_t c = 0; c < columns; c++) row[c] += bias[c];
  if (s->spares_labels) row[label] = bare;
}

// Sets the label and what row r does not see to minus infinity; returns how many columns are left.
TB_INLINE int32_t keep_others(float *row, int32_t columns, const tb_contrast *s, int32_t r) {
  int32_t others = columns - 1 - hide_others(row, columns, s, r);
  row[s->labels[r]] = -INFINITY;
  if (!s->excluded_offsets) return others;
  for (int32_t k = s->excluded_offsets[r]; k < s->excluded_offsets[r + 1]; k++) {
    others -= row[s->excluded[k]] != -INFINITY;
    row[s->excluded[k]] = -INFINITY;
  }
  return others;
}

TB_CLONES void tb_softmax_rows(tb_block z, const tb_contrast *s) {
  TB_LANES
  for (int32_t r = 0; r < z.rows; r++) {
    float *row = z.start + r * z.stride;
    const int32_t label = s->labels[r];
    add_bias(row, z.columns, s, label);
    hide_others(row, z.columns, s, r);
    if (s->excluded_offsets) {
      for (int32_t k = s->excluded_offsets[r]; k < s->excluded_offsets[r + 1]; k++) {
        if (s->excluded[k] != label) row[s->excluded[k]] = -INFINITY;
      }
    }
    const float most = maximum(row, z.columns), target = row[label];
    float sum = 0;
    for (int32_t c = 0; c < z.columns; c++) {
      const float e = exp_of(row[c] - most);
      row[c] = e;
      sum += e;
    }
    s->losses[r] = log((double)sum) + (double)most - (double)target;
    const float weight = s->weights[r], factor = weight / sum;
    for (int32_t c = 0; c < z.columns; c++) row[c] *= factor;
    row[label] -= weight;
  }
}

// Every candidate but the label has softplus(d) = max(d, 0) + log(1 + exp(-|d|)) with d = z_c - z_label; what is left
// out stands at minus infinity, where both terms and the gradient are 0. The logarithm is taken of products of 512
// factors of at most 2 each: in double they stay finite.
TB_CLONES void tb_bpr_rows(tb_block z, const tb_contrast *s) {
  TB_LANES
  for (int32_t r = 0; r < z.rows; r++) {
    float *row = z.start + r * z.stride;
    const int32_t label = s->labels[r];
    add_bias(row, z.columns, s, label);
    const float target = row[label];
    const int32_t others = keep_others(row, z.columns, s, r);
    const float weight = others > 0 ? s->weights[r] / (float)others : 0;
    float pull = 0;
    double sum = 0;
    for (int32_t first = 0; first < z.columns; first += 512) {
      const int32_t end = first + 512 < z.columns ? first + 512 : z.columns;
      double product = 1;
      for (int32_t c = first; c < end; c++) {
        const float d = row[c] - target, e = exp_of(-__builtin_fabsf(d));
        sum += (double)(d > 0 ? d : 0);
        product *= 1 + (double)e;
        const float share = weight * ((d < 0 ? e : 1.0f) / (1.0f + e));
        row[c] = share;
        pull += share;
      }
      sum += log(product);
    }
    // A target of plus infinity would hide in differences of minus infinity.
    s->losses[r] = !isfinite(target) ? (double)NAN : others > 0 ? sum / others : 0;
    row[label] = -pull;
  }
}

// The logit of the k-th best of all items, as the columns of a row tell of them: the best k columns at most have to be held,
// as each stands for one item at least. What is minus infinity is not seen, what is not a number is no logit.
TB_INLINE float quantile_of(
    const float *row, int32_t columns, const tb_contrast *s, int32_t label, int32_t k, float share) {
  float best[TB_MOST_AT_K], counts[TB_MOST_AT_K];
  int32_t held = 0;
  for (int32_t c = 0; c < columns; c++) {
    const float value = row[c];
    if (!(value > -INFINITY) || (held == k && !(value > best[k - 1]))) continue;
    const float own = s->bias ? expf(s->bias[c]) : share;
    int32_t place = held < k ? held++ : k - 1;
    for (; place > 0 && best[place - 1] < value; place--) {
      best[place] = best[place - 1];
      counts[place] = counts[place - 1];
    }
    best[place] = value;
    counts[place] = c == label || own < 1 ? 1 : own;
  }
  if (held == 0) return row[label];
  float sum = 0;
  int32_t place = 0;
  for (; place < held - 1; place++) {
    sum += counts[place];
    if (sum >= (float)k) break;
  }
  return best[place];
}

TB_CLONES void tb_softmax_at_k_rows(tb_block z, const tb_contrast *s, int32_t k, double items, float scale) {
  TB_LANES
  for (int32_t r = 0; r < z.rows; r++) {
    float *row = z.start + r * z.stride;
    const int32_t label = s->labels[r];
    const float bare = row[label];
    const int32_t others = keep_others(row, z.columns, s, r);
    row[label] = bare;
    const float share = others > 0 ? (float)((items - 1) / others) : 1;
    const float quantile = quantile_of(row, z.columns, s, label, k, share);
    const float top = sigmoid_of(scale * (bare - quantile)), weight = s->weights[r] * top;
    add_bias(row, z.columns, s, label);
    const float most = maximum(row, z.columns), target = row[label];
    float sum = 0;
    for (int32_t c = 0; c < z.columns; c++) {
      const float e = exp_of(row[c] - most);
      row[c] = e;
      sum += e;
    }
    s->losses[r] = (double)top * (log((double)sum) + (double)most - (double)target);
    const float factor = weight / sum;
    for (int32_t c = 0; c < z.columns; c++) row[c] *= factor;
    row[label] -= weight;
  }
}

// What is not a number is no smaller than the margin, so that it reaches the sum.
TB_CLONES void tb_ccl_rows(tb_block z, const tb_contrast *s, float margin, float negative_weight) {
  TB_LANES
  for (int32_t r = 0; r < z.rows; r++) {
    float *row = z.start + r * z.stride;
    const int32_t label = s->labels[r];
    add_bias(row, z.columns, s, label);
    const float target = row[label];
    const int32_t others = keep_others(row, z.columns, s, r);
    const float factor = others > 0 ? negative_weight / (float)others : 0, share = s->weights[r] * factor;
    double sum = 0;
    for (int32_t c = 0; c < z.columns; c++) {
      const float above = row[c] - margin;
      sum += (double)(above <= 0 ? 0 : above);
      row[c] = above <= 0 ? 0 : share;
    }
    s->losses[r] = 1 - (double)target + (double)factor * sum;
    row[label] = -s->weights[r];
  }
}

// Softplus as in tb_bpr_rows, of the logits themselves.
TB_CLONES void tb_gbce_rows(tb_block z, const tb_contrast *s, float power) {
  TB_LANES
  for (int32_t r = 0; r < z.rows; r++) {
    float *row = z.start + r * z.stride;
    const int32_t label = s->labels[r];
    add_bias(row, z.columns, s, label);
    const float target = row[label];
    keep_others(row, z.columns, s, r);
    const float share = s->weights[r];
    double sum = 0;
    for (int32_t first = 0; first < z.columns; first += 512) {
      const int32_t end = first + 512 < z.columns ? first + 512 : z.columns;
      double product = 1;
      for (int32_t c = first; c < end; c++) {
        const float d = row[c], e = exp_of(-__builtin_fabsf(d));
        sum += (double)(d > 0 ? d : 0);
        product *= 1 + (double)e;
        row[c] = share * ((d < 0 ? e : 1.0f) / (1.0f + e));
      }
      sum += log(product);
    }
    const double missed = fmax(-(double)target, 0) + log1p(exp(-fabs((double)target)));
    // A target of plus infinity has no loss of its own and would hide.
    s->losses[r] = isfinite(target) ? (double)power * missed + sum : (double)NAN;
    row[label] = -share * power * sigmoid_of(-target);
  }
}

TB_CLONES void tb_exp_sums(tb_block z, float shift, float *row_sums, float *column_sums) {
  TB_LANES
  for (int32_t r = 0; r < z.rows; r++) {
    float *row = z.start + r * z.stride;
    float sum = 0;
    for (int32_t c = 0; c < z.columns; c++) {
      const float e = exp_of(row[c] - shift);
      row[c] = e;
      column_sums[c] += e;
      sum += e;
    }
    row_sums[r] = sum;
  }
}

TB_CLONES void tb_scale_both(tb_block e, const float *row_factors, const float *column_factors) {
  for (int32_t r = 0; r < e.rows; r++) {
    float *row = e.start + r * e.stride;
    const float factor = row_factors[r];
    for (int32_t c = 0; c < e.columns; c++) row[c] *= factor + column_factors[c];
  }
}
