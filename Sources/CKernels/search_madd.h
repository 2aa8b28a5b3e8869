// The tiles of a screen without VNNI: `vpmaddubsw` adds two products of an unsigned and a signed byte in 16 bits, where sums
// beyond them are cut off. Included once for each size of vectors, before search_screen.h, with
//   MADD_NAME     what names end in
//   MADD_TARGET   the target attribute
//   MADD_BITS     256 or 512
//   MADD_ITEMS    items in a register tile
//
// Nothing is ever cut off: items are kept as X + 80 in 0 ... 160 and queries as Q in -51 ... 51, so that each product lies
// within 160 * 51 = 8160 and the sum of four, which two instructions and an addition make, within 32640 < 2^15. Fours are
// then added in 32 bits, so that sums are exact: of 2^15 products at most 160 * 51 * 2^15 < 2^31. That leaves the bound of
// search_screen.h as it is. With a widening for each two products bytes could be twice as fine; the step of four takes a
// fifth fewer instructions, and what more is scored for it is less than that. The largest element of a block of items is
// farther out, in standard deviations, than that of one query: so items have the larger share of 8191.

#define MADD_PASTE2(a, b) a##b
#define MADD_PASTE(a, b) MADD_PASTE2(a, b)
#define SCREEN(name) MADD_PASTE(name, MADD_NAME)
#define SCREEN_TARGET MADD_TARGET
#define SCREEN_ITEMS MADD_ITEMS
#define SCREEN_CODES ((struct screen_codes){.most = 80, .offset = 80, .query_most = 51})
#define SCREEN_FEW_ITEMS 8

#if MADD_BITS == 512
#define SCREEN_LANES 32
#define SCREEN_CHAINS 16
#define MADD_VECTOR __m512i
#define MADD(operation) _mm512_##operation
#define MADD_LOAD(from) _mm512_loadu_si512(from)
#define MADD_OVER(a, b) ((uint32_t)_mm512_cmpgt_epi32_mask(a, b))
#else
#define SCREEN_LANES 16
#define SCREEN_CHAINS 8
#define MADD_VECTOR __m256i
#define MADD(operation) _mm256_##operation
#define MADD_LOAD(from) _mm256_loadu_si256((const __m256i *)(from))
#define MADD_OVER(a, b) ((uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(a, b))))
#endif

/// Four bytes of a row, in every lane.
SCREEN_TARGET static inline __attribute__((always_inline)) MADD_VECTOR SCREEN(four_bytes)(const uint8_t *from) {
  int32_t four;
  memcpy(&four, from, 4);
  return MADD(set1_epi32)(four);
}

/// Sums a tile of whole numbers, from `shifts` of the items on; the queries of each item that are over their limits go to
/// `masks`. Returns the items that have any.
SCREEN_TARGET static inline __attribute__((always_inline)) uint32_t SCREEN(screen_tile)(const int8_t *panel,
                                                                                        const uint8_t *rows,
                                                                                        size_t width, const int32_t *shifts,
                                                                                        const int32_t *limits,
                                                                                        uint32_t *masks) {
  enum { HALF = SCREEN_LANES * 2, NEXT = SCREEN_LANES * 4 };
  MADD_VECTOR sum[SCREEN_ITEMS][2];
  const MADD_VECTOR ones = MADD(set1_epi16)(1);
#pragma clang loop unroll(full)
  for (int item = 0; item < SCREEN_ITEMS; item++) sum[item][0] = sum[item][1] = MADD(set1_epi32)(shifts[item]);
  for (size_t at = 0; at < width; at += 8) {
    const int8_t *queries = panel + at * SCREEN_LANES;
    const MADD_VECTOR left = MADD_LOAD(queries), right = MADD_LOAD(queries + HALF);
    const MADD_VECTOR next_left = MADD_LOAD(queries + NEXT), next_right = MADD_LOAD(queries + NEXT + HALF);
#pragma clang loop unroll(full)
    for (size_t item = 0; item < SCREEN_ITEMS; item++) {
      const MADD_VECTOR value = SCREEN(four_bytes)(rows + item * width + at), next = SCREEN(four_bytes)(rows + item * width + at + 4);
      const MADD_VECTOR fours = MADD(add_epi16)(MADD(maddubs_epi16)(value, left), MADD(maddubs_epi16)(next, next_left));
      const MADD_VECTOR others = MADD(add_epi16)(MADD(maddubs_epi16)(value, right), MADD(maddubs_epi16)(next, next_right));
      sum[item][0] = MADD(add_epi32)(sum[item][0], MADD(madd_epi16)(fours, ones));
      sum[item][1] = MADD(add_epi32)(sum[item][1], MADD(madd_epi16)(others, ones));
    }
  }
  const MADD_VECTOR left_limit = MADD_LOAD(limits), right_limit = MADD_LOAD(limits + SCREEN_LANES / 2);
  MADD_VECTOR left = sum[0][0], right = sum[0][1];
#pragma clang loop unroll(full)
  for (int item = 1; item < SCREEN_ITEMS; item++) {
    left = MADD(max_epi32)(left, sum[item][0]);
    right = MADD(max_epi32)(right, sum[item][1]);
  }
  if (__builtin_expect(!(MADD_OVER(left, left_limit) | MADD_OVER(right, right_limit)), 1)) return 0;
  uint32_t hit = 0;
#pragma clang loop unroll(full)
  for (int item = 0; item < SCREEN_ITEMS; item++) {
    masks[item] = MADD_OVER(sum[item][0], left_limit) | MADD_OVER(sum[item][1], right_limit) << SCREEN_LANES / 2;
    hit |= (uint32_t)(masks[item] != 0) << item;
  }
  return hit;
}

/// The sums of whole numbers of an item and a query, in eight parts. What is read behind the item meets zeros of the query.
SCREEN_TARGET static inline __attribute__((always_inline)) __m256i SCREEN(eight_parts)(const int8_t *query,
                                                                                       const uint8_t *row, size_t width) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i sum = _mm256_setzero_si256();
  for (size_t at = 0; at < width; at += 64) {
    __m256i fours = _mm256_maddubs_epi16(_mm256_loadu_si256((const __m256i *)(row + at)),
                                         _mm256_loadu_si256((const __m256i *)(query + at)));
    if (at + 32 < width) {
      fours = _mm256_add_epi16(fours, _mm256_maddubs_epi16(_mm256_loadu_si256((const __m256i *)(row + at + 32)),
                                                           _mm256_loadu_si256((const __m256i *)(query + at + 32))));
    }
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(fours, ones));
  }
  return sum;
}

/// The items of 8, the first `valid` of which are there, whose sums with a query are over its limit, as a mask.
SCREEN_TARGET static inline __attribute__((always_inline)) uint32_t SCREEN(few_tile)(const int8_t *query,
                                                                                     const uint8_t *rows, uint32_t valid,
                                                                                     size_t width, int32_t limit) {
  __m256i sum[SCREEN_FEW_ITEMS];
#pragma clang loop unroll(full)
  for (uint32_t item = 0; item < SCREEN_FEW_ITEMS; item++) {
    sum[item] = SCREEN(eight_parts)(query, rows + (item < valid ? item : 0) * width, width);
  }
  const __m256i low = _mm256_hadd_epi32(_mm256_hadd_epi32(sum[0], sum[1]), _mm256_hadd_epi32(sum[2], sum[3]));
  const __m256i high = _mm256_hadd_epi32(_mm256_hadd_epi32(sum[4], sum[5]), _mm256_hadd_epi32(sum[6], sum[7]));
  const __m256i sums = _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20),
                                        _mm256_permute2x128_si256(low, high, 0x31));
  const __m256i over = _mm256_cmpgt_epi32(sums, _mm256_set1_epi32(limit));
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(over)) & ((1u << valid) - 1);
}
