// Products of matrices whose factors are rounded to bfloat16, two products and their sum an instruction and lane.
//
// Blocks of both factors are rounded and laid out once (K. Goto and R. van de Geijn, "Anatomy of high-performance matrix
// multiplication", TOMS 2008): a 32-bit word holds two neighbours along the inner side, so that one instruction takes such
// a pair of a row of `a`, in all lanes, times pairs of 16 columns of `b`. Sums of a tile of `c` stay in registers for a
// block of the inner side; blocks are cut by its length alone, and so the order of an element's additions is too.
#include "products.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#include "transpose.h"

#define BF16_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))
#define BF16_INLINE BF16_TARGET static inline __attribute__((always_inline))

enum {
  LANES = 16,
  PANEL = 64,        // columns of `b` that a tile has, four vectors
  INNER = 256,       // the inner side's block: a panel of so many rows is 32 KiB, and stays in the first cache
  MOST_ROWS = 504,   // rows of `a` that are laid out at once, a multiple of every tile's
  ROOM_A = 512 * INNER / 2 + 2 * LANES,
  ROOM_B = 1024 * INNER / 2,
};

int32_t tb_multiplies_bf16(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

// --- Room ------------------------------------------------------------------------------------------

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static _Thread_local uint32_t *room;

static void make_key(void) { pthread_key_create(&key, free); }

/// Where this thread lays out factors: `ROOM_A` words, then `ROOM_B`. It goes with the thread.
static uint32_t *own_room(void) {
  if (room) return room;
  pthread_once(&once, make_key);
  const size_t bytes = (ROOM_A + ROOM_B) * sizeof(uint32_t);
  room = aligned_alloc(64, bytes);
  if (!room) {
    errno = ENOMEM;  // tells the program's end from others
    abort();
  }
  memset(room, 0, bytes);
  pthread_setspecific(key, room);
  return room;
}

// --- Laying out ------------------------------------------------------------------------------------

/// A mask of the first `count` of 16 lanes.
BF16_INLINE __mmask16 first_lanes(int64_t count) { return count >= LANES ? 0xffff : count <= 0 ? 0 : (__mmask16)((1u << count) - 1); }

/// 32 neighbours of a row as 16 pairs; those from `count` on are zeros.
BF16_INLINE __m512i pairs_of_row(const float *row, int64_t count) {
  const __m512 low = _mm512_maskz_loadu_ps(first_lanes(count), row);
  const __m512 high = _mm512_maskz_loadu_ps(first_lanes(count - LANES), row + LANES);
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/// 16 neighbours of a row, each paired with the one below; the first `count` of them, zeros behind and for a row that is not there.
BF16_INLINE __m512i pairs_of_two(const float *row, const float *below, __mmask16 there, __m512i order) {
  const __m512 low = _mm512_maskz_loadu_ps(there, row);
  const __m512 high = below ? _mm512_maskz_loadu_ps(there, below) : _mm512_setzero_ps();
  return _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(high, low));
}

/// Lays out `inner` x `width` numbers, the inner side downwards: `out[p][w]` is the pair of rows 2p and 2p + 1.
BF16_TARGET static void lay_down(const float *x, int64_t stride, int64_t inner, int64_t width, uint32_t *out,
                                 int64_t out_stride) {
  int16_t places[32];
  for (int16_t lane = 0; lane < LANES; lane++) {
    places[2 * lane] = lane;
    places[2 * lane + 1] = (int16_t)(lane + LANES);
  }
  const __m512i order = _mm512_loadu_si512(places);
  for (int64_t k = 0; k < inner; k += 2, x += 2 * stride, out += out_stride) {
    const float *below = k + 1 < inner ? x + stride : NULL;
    for (int64_t w = 0; w < width; w += LANES) {
      _mm512_storeu_si512(out + w, pairs_of_two(x + w, below ? below + w : NULL, first_lanes(width - w), order));
    }
  }
}

/// Lays out `height` x `inner` numbers, the inner side along rows: `out[h][p]` is the pair of columns 2p and 2p + 1.
BF16_TARGET static void lay_along(const float *x, int64_t stride, int64_t height, int64_t inner, uint32_t *out,
                                  int64_t out_stride) {
  for (int64_t h = 0; h < height; h++, x += stride, out += out_stride) {
    for (int64_t k = 0; k < inner; k += 2 * LANES) {
      _mm512_mask_storeu_epi32(out + k / 2, first_lanes((inner - k + 1) / 2), pairs_of_row(x + k, inner - k));
    }
  }
}

/// Lays out `width` x `inner` numbers as `lay_down` does their transpose.
BF16_TARGET static void lay_across(const float *x, int64_t stride, int64_t inner, int64_t width, uint32_t *out,
                                   int64_t out_stride) {
  for (int64_t w = 0; w < width; w += LANES) {
    for (int64_t k = 0; k < inner; k += 2 * LANES) {
      __m512i rows[LANES];
#pragma clang loop unroll(full)
      for (int r = 0; r < LANES; r++) {
        rows[r] = w + r < width ? pairs_of_row(x + (w + r) * stride + k, inner - k) : _mm512_setzero_si512();
      }
      transpose_16(rows);
      const int64_t pairs = (inner - k + 1) / 2;
#pragma clang loop unroll(full)
      for (int r = 0; r < LANES; r++) {
        if (r < pairs) _mm512_storeu_si512(out + (k / 2 + r) * out_stride + w, rows[r]);
      }
    }
  }
}

// --- Tiles -----------------------------------------------------------------------------------------

/// How tiles read a block of `a`: the words between two of its rows, and between two of its pairs.
typedef struct {
  const uint32_t *start;
  int64_t row, pair;
} laid_rows;

/// `height` x 16 `vectors` elements of `c`, of which `rows` x `columns` are there, over `pairs` of the inner side.
BF16_INLINE void tile(const uint32_t *a, int64_t row, int64_t pair, const uint32_t *b, int64_t pairs, float *c,
                      int64_t stride, int64_t rows, int64_t columns, float scale, int adds, const int height,
                      const int vectors) {
  __m512 sum[12][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < height; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_setzero_ps();
  }
  for (int64_t p = 0; p < pairs; p++) {
    __m512bh right[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) right[v] = (__m512bh)_mm512_loadu_si512(b + (p * vectors + v) * LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < height; r++) {
      const __m512bh left = (__m512bh)_mm512_set1_epi32((int32_t)a[r * row + p * pair]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_dpbf16_ps(sum[r][v], left, right[v]);
    }
  }
  const __m512 factor = _mm512_set1_ps(scale);
#pragma clang loop unroll(full)
  for (int r = 0; r < height; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; r < rows && v < vectors; v++) {
      float *at = c + r * stride + v * LANES;
      const __mmask16 there = first_lanes(columns - v * LANES);
      const __m512 before = adds ? _mm512_maskz_loadu_ps(there, at) : _mm512_setzero_ps();
      _mm512_mask_storeu_ps(at, there, adds ? _mm512_fmadd_ps(sum[r][v], factor, before) : _mm512_mul_ps(sum[r][v], factor));
    }
  }
}

/// All tiles of a panel's columns.
BF16_INLINE void panel(laid_rows a, const uint32_t *b, int64_t pairs, tb_block c, float scale, int adds,
                       const int height, const int vectors) {
  for (int64_t r = 0; r < c.rows; r += height) {
    const int64_t rows = c.rows - r;
    float *out = c.start + r * c.stride;
    // Constants where the layout has ones.
    if (a.pair == 1) {
      tile(a.start + r * a.row, a.row, 1, b, pairs, out, c.stride, rows, c.columns, scale, adds, height, vectors);
    } else {
      tile(a.start + r, 1, a.pair, b, pairs, out, c.stride, rows, c.columns, scale, adds, height, vectors);
    }
  }
}

// 24 of 32 registers hold sums, or where columns are few as many as there can be.
BF16_TARGET static void panel_of_4(laid_rows a, const uint32_t *b, int64_t pairs, tb_block c, float scale, int adds) {
  panel(a, b, pairs, c, scale, adds, 6, 4);
}
BF16_TARGET static void panel_of_3(laid_rows a, const uint32_t *b, int64_t pairs, tb_block c, float scale, int adds) {
  panel(a, b, pairs, c, scale, adds, 6, 3);
}
BF16_TARGET static void panel_of_2(laid_rows a, const uint32_t *b, int64_t pairs, tb_block c, float scale, int adds) {
  panel(a, b, pairs, c, scale, adds, 12, 2);
}
BF16_TARGET static void panel_of_1(laid_rows a, const uint32_t *b, int64_t pairs, tb_block c, float scale, int adds) {
  panel(a, b, pairs, c, scale, adds, 12, 1);
}

/// The part of `block` from `row` and `column` on that is `rows` x `columns` as read.
static tb_block part_of(tb_block block, int32_t transposed, int64_t row, int64_t column, int64_t rows, int64_t columns) {
  if (transposed) return part_of(block, 0, column, row, columns, rows);
  return (tb_block){block.start + row * block.stride + column, (int32_t)rows, (int32_t)columns, block.stride};
}

static laid_rows lay_a(tb_block a, int32_t transposed, uint32_t *out, int64_t pairs) {
  if (!transposed) {
    lay_along(a.start, a.stride, a.rows, a.columns, out, pairs);
    return (laid_rows){out, pairs, 1};
  }
  const int64_t stride = (a.columns + LANES - 1) / LANES * LANES;
  lay_down(a.start, a.stride, a.rows, a.columns, out, stride);
  return (laid_rows){out, 1, stride};
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

void tb_multiply_bf16(tb_block a, int32_t a_transposed, tb_block b, int32_t b_transposed, tb_block c, float scale,
                      int32_t adds) {
  typedef void panel_function(laid_rows, const uint32_t *, int64_t, tb_block, float, int);
  static panel_function *const panels[] = {panel_of_1, panel_of_2, panel_of_3, panel_of_4};
  uint32_t *const left = own_room(), *const right = left + ROOM_A;
  const int64_t inner = a_transposed ? a.rows : a.columns;
  for (int64_t k = 0; k < inner || k == 0; k += INNER) {
    const int64_t depth = smaller(INNER, inner - k), pairs = (depth + 1) / 2;
    const int64_t most_columns = pairs > 0 ? ROOM_B / pairs / PANEL * PANEL : PANEL;
    for (int64_t j = 0; j < c.columns; j += most_columns) {
      const int64_t columns = smaller(most_columns, c.columns - j);
      for (int64_t at = 0; at < columns; at += PANEL) {
        const int64_t width = smaller(PANEL, columns - at), stride = (width + LANES - 1) / LANES * LANES;
        const tb_block part = part_of(b, b_transposed, k, j + at, depth, width);
        (b_transposed ? lay_across : lay_down)(part.start, part.stride, depth, width, right + at * pairs, stride);
      }
      for (int64_t i = 0; i < c.rows; i += MOST_ROWS) {
        const int64_t rows = smaller(MOST_ROWS, c.rows - i);
        const laid_rows laid = lay_a(part_of(a, a_transposed, i, k, rows, depth), a_transposed, left, pairs);
        for (int64_t at = 0; at < columns; at += PANEL) {
          const int64_t width = smaller(PANEL, columns - at);
          const tb_block out = part_of(c, 0, i, j + at, rows, width);
          panels[(width - 1) / LANES](laid, right + at * pairs, pairs, out, scale, adds || k > 0);
        }
      }
    }
  }
}

#else

int32_t tb_multiplies_bf16(void) { return 0; }

void tb_multiply_bf16(tb_block a, int32_t a_transposed, tb_block b, int32_t b_transposed, tb_block c, float scale,
                      int32_t adds) {
  abort();
}

#endif
