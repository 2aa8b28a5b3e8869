// The tiles of a screen by AVX-512 VNNI, which adds four products of bytes to a sum. Included once, before search_screen.h.

#define SCREEN(name) name##_vnni
#define SCREEN_TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,fma")))
#define SCREEN_LANES 32
// 24 of 32 registers hold sums.
#define SCREEN_ITEMS 12
#define SCREEN_CODES ((struct screen_codes){.most = 127, .offset = 128, .query_most = 127})
#define SCREEN_FEW_ITEMS 16
#define SCREEN_CHAINS 16

/// Sums a tile of whole numbers, from `shifts` of the items on; the queries of each item that are over their limits go to
/// `masks`. Returns the items that have any.
SCREEN_TARGET static inline __attribute__((always_inline)) uint32_t SCREEN(screen_tile)(const int8_t *panel,
                                                                                        const uint8_t *rows,
                                                                                        size_t width, const int32_t *shifts,
                                                                                        const int32_t *limits,
                                                                                        uint32_t *masks) {
  __m512i sum[SCREEN_ITEMS][2];
#pragma clang loop unroll(full)
  for (int item = 0; item < SCREEN_ITEMS; item++) sum[item][0] = sum[item][1] = _mm512_set1_epi32(shifts[item]);
  for (size_t at = 0; at < width; at += 4) {
    const __m512i left = _mm512_loadu_si512(panel + at * SCREEN_LANES);
    const __m512i right = _mm512_loadu_si512(panel + at * SCREEN_LANES + 64);
#pragma clang loop unroll(full)
    for (size_t item = 0; item < SCREEN_ITEMS; item++) {
      int32_t four;
      memcpy(&four, rows + item * width + at, 4);
      const __m512i value = _mm512_set1_epi32(four);
      sum[item][0] = _mm512_dpbusd_epi32(sum[item][0], value, left);
      sum[item][1] = _mm512_dpbusd_epi32(sum[item][1], value, right);
    }
  }
  const __m512i left_limit = _mm512_loadu_si512(limits), right_limit = _mm512_loadu_si512(limits + 16);
  __m512i left = sum[0][0], right = sum[0][1];
#pragma clang loop unroll(full)
  for (int item = 1; item < SCREEN_ITEMS; item++) {
    left = _mm512_max_epi32(left, sum[item][0]);
    right = _mm512_max_epi32(right, sum[item][1]);
  }
  if (__builtin_expect(!(_mm512_cmpgt_epi32_mask(left, left_limit) | _mm512_cmpgt_epi32_mask(right, right_limit)), 1)) {
    return 0;
  }
  uint32_t hit = 0;
#pragma clang loop unroll(full)
  for (int item = 0; item < SCREEN_ITEMS; item++) {
    masks[item] = (uint32_t)_mm512_cmpgt_epi32_mask(sum[item][0], left_limit) |
                  (uint32_t)_mm512_cmpgt_epi32_mask(sum[item][1], right_limit) << 16;
    hit |= (uint32_t)(masks[item] != 0) << item;
  }
  return hit;
}

/// The sums of four vectors, of each a part in every quarter of the result.
SCREEN_TARGET static inline __attribute__((always_inline)) __m512i sums_of_four(const __m512i *sum) {
  const __m512i left = _mm512_add_epi32(_mm512_unpacklo_epi32(sum[0], sum[1]), _mm512_unpackhi_epi32(sum[0], sum[1]));
  const __m512i right = _mm512_add_epi32(_mm512_unpacklo_epi32(sum[2], sum[3]), _mm512_unpackhi_epi32(sum[2], sum[3]));
  return _mm512_add_epi32(_mm512_unpacklo_epi64(left, right), _mm512_unpackhi_epi64(left, right));
}

/// Adds up neighbouring quarters of two vectors.
SCREEN_TARGET static inline __attribute__((always_inline)) __m512i quarters_of(__m512i left, __m512i right) {
  return _mm512_add_epi32(_mm512_shuffle_i32x4(left, right, 0x88), _mm512_shuffle_i32x4(left, right, 0xdd));
}

/// The items of 16, the first `valid` of which are there, whose sums with a query are over its limit, as a mask.
SCREEN_TARGET static inline __attribute__((always_inline)) uint32_t SCREEN(few_tile)(const int8_t *query,
                                                                                     const uint8_t *rows,
                                                                                     uint32_t valid, size_t width,
                                                                                     int32_t limit) {
  __m512i sum[SCREEN_FEW_ITEMS];
#pragma clang loop unroll(full)
  for (int item = 0; item < SCREEN_FEW_ITEMS; item++) sum[item] = _mm512_setzero_si512();
  for (size_t at = 0; at < width; at += 64) {
    const __m512i some = _mm512_loadu_si512(query + at);
    const __mmask64 there = width - at < 64 ? ((__mmask64)1 << (width - at)) - 1 : ~(__mmask64)0;
#pragma clang loop unroll(full)
    for (uint32_t item = 0; item < SCREEN_FEW_ITEMS; item++) {
      const uint8_t *row = rows + (item < valid ? item : 0) * width + at;
      sum[item] = _mm512_dpbusd_epi32(sum[item], _mm512_maskz_loadu_epi8(there, row), some);
    }
  }
  const __m512i low = quarters_of(sums_of_four(sum), sums_of_four(sum + 4));
  const __m512i high = quarters_of(sums_of_four(sum + 8), sums_of_four(sum + 12));
  return (uint32_t)_mm512_cmpgt_epi32_mask(quarters_of(low, high), _mm512_set1_epi32(limit)) & ((1u << valid) - 1);
}
