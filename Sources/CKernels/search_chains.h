// The scores of what a screen noted, many at once, to the bits of a scan: a vector holds as many chains of fused multiply-adds,
// of any of a panel's queries and any items. Rows of items are turned, and of the panel, which has a column of all queries side
// by side, each chain takes its own. Included once for each instruction set, before search_screen.h, which undefines
//   SCREEN_CHAINS  16 with AVX-512, else 8

#if SCREEN_CHAINS == 16
/// The scores of 16 pairs of a query of a panel, given by its lane, and an item: a chain of fused multiply-adds each.
SCREEN_TARGET static void SCREEN(score_chains)(const float *panel, const uint32_t *lanes, const float *const *rows,
                                               size_t dimension, float *scores) {
  const __m512i lane = _mm512_loadu_si512(lanes);
  __m512 sum = _mm512_setzero_ps();
  for (size_t first = 0; first < dimension; first += SCREEN_CHAINS) {
    const size_t some = dimension - first < SCREEN_CHAINS ? dimension - first : SCREEN_CHAINS;
    const __mmask16 there = (__mmask16)((1u << some) - 1);
    __m512i columns[SCREEN_CHAINS];
#pragma clang loop unroll(full)
    for (int row = 0; row < SCREEN_CHAINS; row++) {
      columns[row] = _mm512_castps_si512(_mm512_maskz_loadu_ps(there, rows[row] + first));
    }
    transpose_16(columns);
    for (size_t column = 0; column < some; column++) {
      const float *queries = panel + (first + column) * SCREEN_LANES;
      const __m512 query = _mm512_permutex2var_ps(_mm512_loadu_ps(queries), lane, _mm512_loadu_ps(queries + 16));
      sum = _mm512_fmadd_ps(query, _mm512_castsi512_ps(columns[column]), sum);
    }
  }
  _mm512_storeu_ps(scores, sum);
}
#else
/// Likewise of 8 pairs; lanes are below 16.
SCREEN_TARGET static void SCREEN(score_chains)(const float *panel, const uint32_t *lanes, const float *const *rows,
                                               size_t dimension, float *scores) {
  const __m256i lane = _mm256_loadu_si256((const __m256i *)lanes);
  const __m256 is_high = _mm256_castsi256_ps(_mm256_cmpgt_epi32(lane, _mm256_set1_epi32(7)));
  const __m256i order = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256 sum = _mm256_setzero_ps();
  for (size_t first = 0; first < dimension; first += SCREEN_CHAINS) {
    const size_t some = dimension - first < SCREEN_CHAINS ? dimension - first : SCREEN_CHAINS;
    const __m256i there = _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)some), order);
    __m256 columns[SCREEN_CHAINS];
#pragma clang loop unroll(full)
    for (int row = 0; row < SCREEN_CHAINS; row++) columns[row] = _mm256_maskload_ps(rows[row] + first, there);
    transpose_8(columns);
    for (size_t column = 0; column < some; column++) {
      const float *queries = panel + (first + column) * SCREEN_LANES;
      const __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(queries), lane);
      const __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(queries + 8), lane);
      sum = _mm256_fmadd_ps(_mm256_blendv_ps(low, high, is_high), columns[column], sum);
    }
  }
  _mm256_storeu_ps(scores, sum);
}
#endif
