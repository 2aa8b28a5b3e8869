#ifndef TOWERBOOK_TRANSPOSE_H
#define TOWERBOOK_TRANSPOSE_H
#include <immintrin.h>

// Squares of 32-bit words in registers.

/// 16 vectors of 16 words: rows become columns, by quarters and then by words within them.
__attribute__((target("avx512f"), always_inline)) static inline void transpose_16(__m512i *rows) {
  __m512i step[16];
#pragma clang loop unroll(full)
  for (int r = 0; r < 16; r += 2) {
    step[r] = _mm512_unpacklo_epi32(rows[r], rows[r + 1]);
    step[r + 1] = _mm512_unpackhi_epi32(rows[r], rows[r + 1]);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < 16; r += 4) {
    rows[r] = _mm512_unpacklo_epi64(step[r], step[r + 2]);
    rows[r + 1] = _mm512_unpackhi_epi64(step[r], step[r + 2]);
    rows[r + 2] = _mm512_unpacklo_epi64(step[r + 1], step[r + 3]);
    rows[r + 3] = _mm512_unpackhi_epi64(step[r + 1], step[r + 3]);
  }
  // rows[4 g + c] holds, in quarter q, column 4 q + c of rows 4 g ... 4 g + 3.
#pragma clang loop unroll(full)
  for (int c = 0; c < 4; c++) {
    const __m512i a = _mm512_shuffle_i32x4(rows[c], rows[4 + c], 0x88), b = _mm512_shuffle_i32x4(rows[8 + c], rows[12 + c], 0x88);
    const __m512i d = _mm512_shuffle_i32x4(rows[c], rows[4 + c], 0xdd), e = _mm512_shuffle_i32x4(rows[8 + c], rows[12 + c], 0xdd);
    step[c] = _mm512_shuffle_i32x4(a, b, 0x88);
    step[8 + c] = _mm512_shuffle_i32x4(a, b, 0xdd);
    step[4 + c] = _mm512_shuffle_i32x4(d, e, 0x88);
    step[12 + c] = _mm512_shuffle_i32x4(d, e, 0xdd);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < 16; r++) rows[r] = step[r];
}

/// 8 vectors of 8 words likewise.
__attribute__((target("avx2"), always_inline)) static inline void transpose_8(__m256 *rows) {
  __m256 step[8];
#pragma clang loop unroll(full)
  for (int r = 0; r < 8; r += 2) {
    step[r] = _mm256_unpacklo_ps(rows[r], rows[r + 1]);
    step[r + 1] = _mm256_unpackhi_ps(rows[r], rows[r + 1]);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < 8; r += 4) {
    rows[r] = _mm256_shuffle_ps(step[r], step[r + 2], 0x44);
    rows[r + 1] = _mm256_shuffle_ps(step[r], step[r + 2], 0xee);
    rows[r + 2] = _mm256_shuffle_ps(step[r + 1], step[r + 3], 0x44);
    rows[r + 3] = _mm256_shuffle_ps(step[r + 1], step[r + 3], 0xee);
  }
#pragma clang loop unroll(full)
  for (int c = 0; c < 4; c++) {
    const __m256 low = rows[c], high = rows[4 + c];
    rows[c] = _mm256_permute2f128_ps(low, high, 0x20);
    rows[4 + c] = _mm256_permute2f128_ps(low, high, 0x31);
  }
}

#endif
