#include "training.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "vector.h"

// --- dense layers --------------------------------------------------------------------------------------------

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

// --- embeddings ----------------------------------------------------------------------------------------------

void tb_pick(const int32_t *column, const int32_t *ids, int64_t count, int32_t *output) {
  enum { AHEAD = 32 };
  const int64_t ahead = count < AHEAD ? count : AHEAD;
  for (int64_t i = 0; i < ahead; i++) __builtin_prefetch(column + ids[i]);
  for (int64_t i = 0; i < count; i++) {
    if (i + AHEAD < count) __builtin_prefetch(column + ids[i + AHEAD]);
    output[i] = column[ids[i]];
  }
}

void tb_fetch_windows(const int32_t *clicks, const int32_t *starts, int64_t count) {
  for (int64_t i = 0; i < count; i++) __builtin_prefetch(clicks + starts[i]);
}

TB_CLONES void tb_gather_rows(const float *table, const int32_t *ids, tb_block y) {
  const int64_t width = y.columns;
  for (int32_t r = 0; r < y.rows; r++) {
    if (r + 8 < y.rows) __builtin_prefetch(table + ids[r + 8] * width);
    const float *in = table + ids[r] * width;
    float *out = y.start + r * y.stride;
    for (int64_t c = 0; c < width; c++) out[c] = in[c];
  }
}

// The rows a history needs lie anywhere in the table: asking for the next history's rows hides their latency.
TB_INLINE void prefetch_history(const float *table, const int32_t *clicks, int32_t start, int32_t end, int64_t width) {
  for (int32_t k = start; k < end; k++) {
    const char *row = (const char *)(table + clicks[k] * width);
    for (int64_t byte = 0; byte < width * 4 && byte < 512; byte += 64) __builtin_prefetch(row + byte);
  }
}

TB_CLONES void tb_mean_history(
    const float *table, const int32_t *clicks, const int32_t *starts, const int32_t *ends, tb_block y) {
  const int64_t width = y.columns;
  for (int32_t r = 0; r < y.rows; r++) {
    if (r + 2 < y.rows) prefetch_history(table, clicks, starts[r + 2], ends[r + 2], width);
    float *out = y.start + r * y.stride;
    for (int64_t c = 0; c < width; c++) out[c] = 0;
    int32_t count = 0;
    for (int32_t k = starts[r]; k < ends[r]; k++) {
      if (clicks[k] == 0) continue;
      const float *in = table + clicks[k] * width;
      for (int64_t c = 0; c < width; c++) out[c] += in[c];
      count++;
    }
    const float divisor = count > 1 ? (float)count : 1.0f;
    for (int64_t c = 0; c < width; c++) out[c] /= divisor;
  }
}

void tb_shares_of_rows(const int32_t *ids, tb_block g, tb_share *shares) {
  for (int32_t r = 0; r < g.rows; r++) {
    shares[r] = (tb_share){.source = g.start + r * g.stride, .scale = 1.0f, .row = ids[r]};
  }
}

int64_t tb_shares_of_history(
    const int32_t *clicks, const int32_t *starts, const int32_t *ends, tb_block g, tb_share *shares) {
  tb_share *next = shares;
  for (int32_t r = 0; r < g.rows; r++) {
    int32_t count = 0;
    for (int32_t k = starts[r]; k < ends[r]; k++) count += clicks[k] != 0;
    if (count == 0) continue;
    const float scale = 1.0f / (float)count;
    for (int32_t k = starts[r]; k < ends[r]; k++) {
      if (clicks[k] == 0) continue;
      *next++ = (tb_share){.source = g.start + r * g.stride, .scale = scale, .row = clicks[k]};
    }
  }
  return next - shares;
}

// --- embeddings at length one, pooling by position, interpolation ---------------------------------------------

TB_INLINE float unit_factor(const float *x, int64_t width, float epsilon) {
  return epsilon < 0 ? 1.0f : 1.0f / sqrtf(dot_of(x, x, width) + epsilon);
}

TB_INLINE void put_row(float *out, const float *in, float scale, int64_t width, bool adds) {
  if (adds) {
    for (int64_t c = 0; c < width; c++) out[c] += scale * in[c];
  } else {
    for (int64_t c = 0; c < width; c++) out[c] = scale * in[c];
  }
}

TB_CLONES void tb_gather_unit_rows(const float *table, const int32_t *ids, float epsilon, int32_t adds, tb_block y) {
  const int64_t width = y.columns;
  for (int32_t r = 0; r < y.rows; r++) {
    if (r + 2 < y.rows) prefetch_history(table, ids, r + 2, r + 3, width);
    const float *in = table + ids[r] * width;
    put_row(y.start + r * y.stride, in, unit_factor(in, width, epsilon), width, adds);
  }
}

// What no number is comes to bucket 0 with a share that is none either, so that the loss shows it.
TB_INLINE int32_t bucket_of(float hours, float inverse_width, int32_t table_rows, float *share) {
  const float place = hours * inverse_width, last = (float)(table_rows - 1);
  const float held = place < 0 ? 0 : place > last ? last : place;
  int32_t bucket = held == held ? (int32_t)held : 0;
  if (bucket > table_rows - 2) bucket = table_rows - 2;
  *share = held - (float)bucket;
  return bucket;
}

TB_CLONES void tb_interpolate_rows(
    const float *table, int32_t table_rows, const float *hours, float inverse_width, int32_t adds, tb_block y) {
  const int64_t width = y.columns;
  for (int32_t r = 0; r < y.rows; r++) {
    float share;
    const int32_t bucket = bucket_of(hours[r], inverse_width, table_rows, &share);
    const float *low = table + bucket * width, *high = low + width;
    float *out = y.start + r * y.stride;
    for (int64_t c = 0; c < width; c++) {
      const float x = low[c] * (1 - share) + high[c] * share;
      out[c] = adds ? out[c] + x : x;
    }
  }
}

void tb_shares_of_interpolation(
    int32_t table_rows, const float *hours, float inverse_width, tb_block g, tb_share *shares) {
  for (int32_t r = 0; r < g.rows; r++) {
    float share;
    const int32_t bucket = bucket_of(hours[r], inverse_width, table_rows, &share);
    const float *source = g.start + r * g.stride;
    shares[2 * r] = (tb_share){.source = source, .scale = 1 - share, .row = bucket};
    shares[2 * r + 1] = (tb_share){.source = source, .scale = share, .row = bucket + 1};
  }
}

TB_INLINE float inverse_weight_sum(const tb_pool *p, int32_t r) {
  float sum = 0;
  for (int32_t k = p->ends[r] - 1, j = 0; k >= p->starts[r]; k--, j++) {
    if (p->clicks[k] != 0) sum += p->weights[j];
  }
  return 1.0f / (sum + 1e-6f);
}

TB_CLONES void tb_pool_rows(const tb_pool *p, int32_t adds, tb_block y) {
  const int64_t width = y.columns;
  for (int32_t r = 0; r < y.rows; r++) {
    if (r + 2 < y.rows) prefetch_history(p->table, p->clicks, p->starts[r + 2], p->ends[r + 2], width);
    float *out = y.start + r * y.stride;
    if (!adds) {
      for (int64_t c = 0; c < width; c++) out[c] = 0;
    }
    const float inverse = inverse_weight_sum(p, r);
    for (int32_t k = p->ends[r] - 1, j = 0; k >= p->starts[r]; k--, j++) {
      if (p->clicks[k] == 0 || p->weights[j] == 0) continue;
      const float *in = p->table + p->clicks[k] * width;
      put_row(out, in, p->weights[j] * inverse * unit_factor(in, width, p->epsilon), width, true);
    }
  }
}

int64_t tb_shares_of_pool(const tb_pool *p, tb_block g, tb_share *shares) {
  tb_share *next = shares;
  for (int32_t r = 0; r < g.rows; r++) {
    const float inverse = inverse_weight_sum(p, r);
    for (int32_t k = p->ends[r] - 1, j = 0; k >= p->starts[r]; k--, j++) {
      if (p->clicks[k] == 0 || p->weights[j] == 0) continue;
      *next++ = (tb_share){.source = g.start + r * g.stride, .scale = p->weights[j] * inverse, .row = p->clicks[k]};
    }
  }
  return next - shares;
}

// p = sum w_j e_j / S, S = sum w_j + 1e-6: dp/dw_j = (e_j - p) / S.
TB_CLONES void tb_pool_weight_gradient(const tb_pool *p, tb_block g, float *sums) {
  const int64_t width = g.columns;
  for (int32_t r = 0; r < g.rows; r++) {
    const float *gradient = g.start + r * g.stride;
    const float inverse = inverse_weight_sum(p, r);
    float along = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int32_t k = p->ends[r] - 1, j = 0; k >= p->starts[r]; k--, j++) {
        if (p->clicks[k] == 0) continue;
        const float *in = p->table + p->clicks[k] * width;
        const float part = dot_of(in, gradient, width) * unit_factor(in, width, p->epsilon);
        if (pass == 0) along += p->weights[j] * inverse * part;
        if (pass == 1) sums[j] += inverse * (part - along);
      }
    }
  }
}

TB_CLONES void tb_unit_rows_backward(
    const float *table, const int32_t *rows, int64_t first, int64_t last, int32_t columns, float epsilon,
    float *gradient) {
  for (int64_t s = first; s < last; s++) {
    const float *x = table + rows[s] * (int64_t)columns;
    float *g = gradient + s * columns;
    const float factor = unit_factor(x, columns, epsilon);
    const float along = dot_of(x, g, columns) * factor * factor;
    for (int32_t c = 0; c < columns; c++) g[c] = factor * (g[c] - x[c] * along);
  }
}

// Radix sort, least significant digit first, 11 bits a pass: stable, so that sums keep one order.
int64_t tb_sort_shares(
    const tb_share *shares, int64_t count, int32_t table_rows, uint64_t *keys, uint64_t *spare, int32_t *order,
    int32_t *rows, int32_t *segments) {
  for (int64_t i = 0; i < count; i++) keys[i] = (uint64_t)(uint32_t)shares[i].row << 32 | (uint64_t)i;
  for (int shift = 32; shift == 32 || (shift < 64 && (uint64_t)table_rows >> (shift - 32)); shift += 11) {
    int32_t places[2048] = {0};
    for (int64_t i = 0; i < count; i++) places[keys[i] >> shift & 2047]++;
    int32_t place = 0;
    for (int digit = 0; digit < 2048; digit++) {
      int32_t here = places[digit];
      places[digit] = place;
      place += here;
    }
    for (int64_t i = 0; i < count; i++) spare[places[keys[i] >> shift & 2047]++] = keys[i];
    uint64_t *swap = keys;
    keys = spare;
    spare = swap;
  }
  int64_t distinct = 0;
  for (int64_t i = 0; i < count; i++) {
    order[i] = (int32_t)(uint32_t)keys[i];
    if (i == 0 || keys[i] >> 32 != keys[i - 1] >> 32) {
      rows[distinct] = (int32_t)(keys[i] >> 32);
      segments[distinct++] = (int32_t)i;
    }
  }
  segments[distinct] = (int32_t)count;
  return distinct;
}

TB_CLONES void tb_sum_segments(
    const tb_share *shares, const int32_t *order, const int32_t *segments, int64_t first, int64_t last, int32_t columns,
    float *gradient) {
  for (int64_t s = first; s < last; s++) {
    float *out = gradient + s * columns;
    const tb_share head = shares[order[segments[s]]];
    for (int32_t c = 0; c < columns; c++) out[c] = head.scale * head.source[c];
    for (int32_t i = segments[s] + 1; i < segments[s + 1]; i++) {
      const tb_share share = shares[order[i]];
      for (int32_t c = 0; c < columns; c++) out[c] += share.scale * share.source[c];
    }
  }
}

// --- softmax -------------------------------------------------------------------------------------------------

typedef float lanes __attribute__((vector_size(64), aligned(4)));

TB_INLINE float maximum(const float *x, int32_t count) {
  int32_t c = 0;
  float best = -INFINITY;
  if (count >= 16) {
    lanes most = *(const lanes *)x;
    for (c = 16; c + 16 <= count; c += 16) most = __builtin_elementwise_max(most, *(const lanes *)(x + c));
    for (int k = 0; k < 16; k++) best = most[k] > best ? most[k] : best;
  }
  for (; c < count; c++) best = x[c] > best ? x[c] : best;
  return best;
}

TB_CLONES void tb_softmax_rows(tb_block z, const tb_contrast *s) {
  TB_LANES
  for (int32_t r = 0; r < z.rows; r++) {
    float *row = z.start + r * z.stride;
    const int32_t label = s->labels[r];
    if (s->bias) {
      const float *bias = s->bias;
      for (int32_t c = 0; c < z.columns; c++) row[c] += bias[c];
    }
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
    if (s->bias) {
      const float *bias = s->bias;
      for (int32_t c = 0; c < z.columns; c++) row[c] += bias[c];
    }
    const float target = row[label];
    int32_t others = z.columns - 1;
    row[label] = -INFINITY;
    if (s->excluded_offsets) {
      for (int32_t k = s->excluded_offsets[r]; k < s->excluded_offsets[r + 1]; k++) {
        others -= row[s->excluded[k]] != -INFINITY;
        row[s->excluded[k]] = -INFINITY;
      }
    }
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
