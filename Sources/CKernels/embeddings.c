#include "training.h"

#include <math.h>
#include <stdbool.h>

#include "vector.h"

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
