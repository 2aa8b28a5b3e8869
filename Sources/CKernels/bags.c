#include "training.h"

#include "vector.h"

TB_CLONES void tb_bag_rows(const tb_bags *b, const float *table, int32_t adds, tb_block y) {
  const int64_t width = y.columns;
  for (int32_t r = 0; r < y.rows; r++) {
    float *out = y.start + r * y.stride;
    if (!adds) {
      for (int64_t c = 0; c < width; c++) out[c] = 0;
    }
    for (int32_t k = b->starts[r]; k < b->ends[r]; k++) {
      const float *in = table + b->codes[k] * width;
      const float weight = b->weights[k];
      for (int64_t c = 0; c < width; c++) out[c] += weight * in[c];
    }
  }
}

int64_t tb_shares_of_bags(const tb_bags *b, tb_block g, tb_share *shares) {
  int64_t count = 0;
  for (int32_t r = 0; r < g.rows; r++) {
    const float *source = g.start + r * g.stride;
    for (int32_t k = b->starts[r]; k < b->ends[r]; k++) {
      shares[count++] = (tb_share){.source = source, .scale = b->weights[k], .row = b->codes[k]};
    }
  }
  return count;
}
