// One scan of a panel of queries over a block of items. Included once for each instruction set, with
//   SCAN_NAME    the name of the function
//   SCAN_TARGET  its target attribute
//   SCAN_LANES   floats in a vector
//   SCAN_ITEMS   items in a register tile of SCAN_ITEMS x (2 * SCAN_LANES) scores
//
// Each score is one chain of fused multiply-adds over the dimension, in order: its bits depend on
// neither the place of the query or item in a tile nor on the size of the vectors.

#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#define VECTOR PASTE(SCAN_NAME, _vector)
#define LANES_BOOL PASTE(SCAN_NAME, _mask)
#define TILE PASTE(SCAN_NAME, _tile)

typedef float VECTOR __attribute__((ext_vector_type(SCAN_LANES)));
typedef _Bool LANES_BOOL __attribute__((ext_vector_type(SCAN_LANES)));

SCAN_TARGET static inline __attribute__((always_inline)) void TILE(
    struct search_group *group, uint32_t first_query, const float *panel, const float *const *rows,
    uint32_t valid, size_t dimension, uint32_t position) {
  VECTOR sum[SCAN_ITEMS][2];
#pragma clang loop unroll(full)
  for (int item = 0; item < SCAN_ITEMS; item++) sum[item][0] = sum[item][1] = (VECTOR)(0.0f);

  for (size_t column = 0; column < dimension; column++) {
    const VECTOR *queries = (const VECTOR *)(panel + column * 2 * SCAN_LANES);
    VECTOR left = queries[0], right = queries[1];
#pragma clang loop unroll(full)
    for (int item = 0; item < SCAN_ITEMS; item++) {
      VECTOR value = (VECTOR)(rows[item][column]);
      sum[item][0] += left * value;
      sum[item][1] += right * value;
    }
  }

  // The largest score of each query, from its threshold up. Written so that a NaN is never taken.
  const VECTOR *thresholds = (const VECTOR *)(group->thresholds + first_query);
  VECTOR left = thresholds[0], right = thresholds[1];
#pragma clang loop unroll(full)
  for (int item = 0; item < SCAN_ITEMS; item++) {
    left = sum[item][0] > left ? sum[item][0] : left;
    right = sum[item][1] > right ? sum[item][1] : right;
  }
  if (__builtin_expect(__builtin_reduce_or((left > thresholds[0]) | (right > thresholds[1])) == 0, 1)) return;

  float scores[SCAN_ITEMS][2 * SCAN_LANES];
  uint64_t masks[SCAN_ITEMS];
#pragma clang loop unroll(full)
  for (int item = 0; item < SCAN_ITEMS; item++) {
    memcpy(scores[item], sum[item], sizeof(scores[item]));
    LANES_BOOL over_left = __builtin_convertvector(sum[item][0] > thresholds[0], LANES_BOOL);
    LANES_BOOL over_right = __builtin_convertvector(sum[item][1] > thresholds[1], LANES_BOOL);
    uint16_t low = 0, high = 0;
    memcpy(&low, &over_left, (SCAN_LANES + 7) / 8);
    memcpy(&high, &over_right, (SCAN_LANES + 7) / 8);
    masks[item] = (uint64_t)(low & SCAN_MASK) | (uint64_t)(high & SCAN_MASK) << SCAN_LANES;
  }
  for (uint32_t item = 0; item < valid; item++) {
    for (uint64_t mask = masks[item]; mask != 0; mask &= mask - 1) {
      uint32_t lane = (uint32_t)__builtin_ctzll(mask);
      push(group, first_query + lane, scores[item][lane], position + item);
    }
  }
}

SCAN_TARGET static void SCAN_NAME(struct search_group *group, uint32_t first_query,
                                  const float *panel, const float *rows, uint32_t count,
                                  size_t dimension, uint32_t position) {
  uint32_t done = 0;
  const float *tile[SCAN_ITEMS];
  for (; done + SCAN_ITEMS <= count; done += SCAN_ITEMS) {
#pragma clang loop unroll(full)
    for (int item = 0; item < SCAN_ITEMS; item++) tile[item] = rows + (done + (uint32_t)item) * dimension;
    TILE(group, first_query, panel, tile, SCAN_ITEMS, dimension, position + done);
  }
  if (done == count) return;
  // The last tile is filled up with its first item, which counts once.
  for (uint32_t item = 0; item < SCAN_ITEMS; item++) {
    tile[item] = rows + (done + item < count ? done + item : done) * dimension;
  }
  TILE(group, first_query, panel, tile, count - done, dimension, position + done);
}

#undef PASTE2
#undef PASTE
#undef VECTOR
#undef LANES_BOOL
#undef TILE
#undef SCAN_NAME
#undef SCAN_TARGET
#undef SCAN_LANES
#undef SCAN_ITEMS
#undef SCAN_MASK
