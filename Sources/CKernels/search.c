#include "search.h"

#include <math.h>
#include <string.h>

// --- Keys and candidates -------------------------------------------------------------------------

static inline uint64_t key_of(float score, uint32_t position) {
  score += 0.0f;  // -0 and 0 are the same score
  uint32_t bits;
  memcpy(&bits, &score, sizeof bits);
  bits ^= bits >> 31 ? 0xffffffffu : 0x80000000u;
  return (uint64_t)bits << 32 | (uint32_t)~position;
}

float search_key_score(uint64_t key) {
  uint32_t bits = (uint32_t)(key >> 32);
  bits ^= bits >> 31 ? 0x80000000u : 0xffffffffu;
  float score;
  memcpy(&score, &bits, sizeof score);
  return score;
}

uint64_t search_worst_key(uint32_t position) { return key_of(-INFINITY, position); }

uint32_t search_key_position(uint64_t key) { return ~(uint32_t)key; }

/// Moves the `keep` largest of `keys` to the front, in any order. Hoare's selection with Lomuto's
/// partition, which needs no branch that the data decides.
static void select_largest(uint64_t *keys, uint32_t count, uint32_t keep) {
  uint32_t low = 0, high = count;
  if (keep >= count) return;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    uint64_t a = keys[low], b = keys[middle], c = keys[high - 1];
    uint64_t pivot = a > b ? (b > c ? b : (a > c ? c : a)) : (a > c ? a : (b > c ? c : b));
    uint32_t split = low;
    for (uint32_t index = low; index < high; index++) {
      uint64_t key = keys[index];
      keys[index] = keys[split];
      keys[split] = key;
      split += key >= pivot;
    }
    if (split == keep) return;
    if (split < keep) {
      low = split;
    } else if (split == high) {
      // The pivot is the smallest of all: put it last, so that the range shrinks.
      for (uint32_t index = low; index < high; index++) {
        if (keys[index] == pivot) {
          keys[index] = keys[high - 1];
          keys[high - 1] = pivot;
          break;
        }
      }
      high--;
      if (high == keep) return;
    } else {
      high = split;
    }
  }
}

static int is_excluded(const uint32_t *list, size_t count, uint32_t position) {
  size_t low = 0;
  while (count > 0) {
    size_t half = count / 2;
    if (list[low + half] < position) {
      low += half + 1;
      count -= half + 1;
    } else if (list[low + half] == position) {
      return 1;
    } else {
      count = half;
    }
  }
  return 0;
}

static void drop_excluded(struct search_group *group, uint32_t index) {
  if (group->excluded == NULL) return;
  uint32_t start = group->excluded_starts[index], end = group->excluded_ends[index];
  if (start == end) return;
  uint64_t *keys = group->candidates + (size_t)index * group->capacity;
  uint32_t left = 0;
  for (uint32_t at = 0; at < group->sizes[index]; at++) {
    if (!is_excluded(group->excluded + start, end - start, search_key_position(keys[at]))) {
      keys[left++] = keys[at];
    }
  }
  group->sizes[index] = left;
}

/// Makes room: what is excluded goes, and what can no longer be among the best `keep`. From then on a
/// candidate must beat the worst of those kept; an equal one has a higher position and would lose.
static __attribute__((noinline)) void compact(struct search_group *group, uint32_t index) {
  drop_excluded(group, index);
  uint32_t size = group->sizes[index], keep = group->keep;
  if (size < keep) return;
  uint64_t *keys = group->candidates + (size_t)index * group->capacity;
  select_largest(keys, size, keep);
  uint64_t worst = keys[0];
  for (uint32_t at = 1; at < keep; at++) worst = keys[at] < worst ? keys[at] : worst;
  float score = search_key_score(worst);
  if (score > group->thresholds[index]) group->thresholds[index] = score;
  group->sizes[index] = keep;
}

static inline void push(struct search_group *group, uint32_t index, float score, uint32_t position) {
  uint32_t size = group->sizes[index];
  group->candidates[(size_t)index * group->capacity + size] =
      key_of(score, position * group->position_step);
  group->sizes[index] = size + 1;
  if (size + 1 == group->capacity) compact(group, index);
}

static void sort_descending(uint64_t *keys, uint32_t count) {
  while (count > 24) {
    uint64_t a = keys[0], b = keys[count / 2], c = keys[count - 1];
    uint64_t pivot = a > b ? (b > c ? b : (a > c ? c : a)) : (a > c ? a : (b > c ? c : b));
    uint32_t split = 0;
    for (uint32_t index = 0; index < count; index++) {
      uint64_t key = keys[index];
      keys[index] = keys[split];
      keys[split] = key;
      split += key > pivot;
    }
    // The pivot itself is at or right of the split; bring it there, where it stays.
    for (uint32_t index = split; index < count; index++) {
      if (keys[index] == pivot) {
        keys[index] = keys[split];
        keys[split] = pivot;
        break;
      }
    }
    if (split < count - split - 1) {
      sort_descending(keys, split);
      keys += split + 1;
      count -= split + 1;
    } else {
      sort_descending(keys + split + 1, count - split - 1);
      count = split;
    }
  }
  for (uint32_t index = 1; index < count; index++) {
    uint64_t key = keys[index];
    uint32_t at = index;
    for (; at > 0 && keys[at - 1] < key; at--) keys[at] = keys[at - 1];
    keys[at] = key;
  }
}

uint32_t search_finish(struct search_group *group, uint32_t index) {
  drop_excluded(group, index);
  uint64_t *keys = group->candidates + (size_t)index * group->capacity;
  if (group->sizes[index] > group->keep) {
    select_largest(keys, group->sizes[index], group->keep);
    group->sizes[index] = group->keep;
  }
  sort_descending(keys, group->sizes[index]);
  return group->sizes[index];
}

// --- Scans ---------------------------------------------------------------------------------------

// A multiply and the add after it become one operation where the target has it.
#pragma STDC FP_CONTRACT ON

#define SCAN_NAME scan_generic
#define SCAN_TARGET
#define SCAN_LANES 4
#define SCAN_ITEMS 4
#define SCAN_MASK 0xf
#include "search_tile.h"

#if defined(__x86_64__)
// 12 of 16 registers hold sums.
#define SCAN_NAME scan_avx2
#define SCAN_TARGET __attribute__((target("avx2,fma")))
#define SCAN_LANES 8
#define SCAN_ITEMS 6
#define SCAN_MASK 0xff
#include "search_tile.h"

// 24 of 32 registers hold sums.
#define SCAN_NAME scan_avx512
#ifndef SEARCH_AVX512_TARGET
#define SEARCH_AVX512_TARGET "avx512f,avx512dq,avx512bw,avx512vl,fma"
#endif
#define SCAN_TARGET __attribute__((target(SEARCH_AVX512_TARGET)))
#define SCAN_LANES 16
#define SCAN_ITEMS 12
#define SCAN_MASK 0xffff
#include "search_tile.h"
#endif

// Queries in a panel.
enum { AVX512_LANES = 32, AVX2_LANES = 16, GENERIC_LANES = 8 };

typedef void scan_function(struct search_group *, uint32_t, const float *, const float *, uint32_t,
                           size_t, uint32_t);

static scan_function *scan_of(int level) {
#if defined(__x86_64__)
  if (level >= SEARCH_AVX512) return scan_avx512;
  if (level == SEARCH_AVX2) return scan_avx2;
#endif
  (void)level;
  return scan_generic;
}

int search_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return __builtin_cpu_supports("avx512vnni") ? SEARCH_VNNI : SEARCH_AVX512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return SEARCH_AVX2;
#endif
  return SEARCH_GENERIC;
}

size_t search_panel_width(int level) {
  return level >= SEARCH_AVX512 ? AVX512_LANES : level == SEARCH_AVX2 ? AVX2_LANES : GENERIC_LANES;
}

uint32_t search_block_rows(size_t dimension) {
  // 96 KiB of items: they stay in the second cache while every panel of the group passes by.
  size_t rows = 24576 / (dimension == 0 ? 1 : dimension) / 12 * 12;
  return (uint32_t)(rows < 48 ? 48 : rows);
}

// --- Screens ---------------------------------------------------------------------------------------

#include "search_notes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "transpose.h"

#include "search_vnni.h"
#include "search_chains.h"
#include "search_screen.h"

// 16 of 32 registers hold sums.
#define MADD_NAME _avx512
#define MADD_TARGET __attribute__((target(SEARCH_AVX512_TARGET)))
#define MADD_BITS 512
#define MADD_ITEMS 8
#include "search_madd.h"
#include "search_chains.h"
#include "search_screen.h"

// 8 of 16 registers hold sums.
#define MADD_NAME _avx2
#define MADD_TARGET __attribute__((target("avx2,fma")))
#define MADD_BITS 256
#define MADD_ITEMS 4
#include "search_madd.h"
#include "search_chains.h"
#include "search_screen.h"
#endif

/// What a screen of a level is made of.
struct screen_parts {
  void (*round_block)(const struct search_items *, const struct search_screen *, uint32_t);
  void (*pack)(const struct search_group *, const struct search_screen *, size_t);
  /// Scans a block by its screen; 0 where it has none that helps, and nothing was done.
  int (*scan)(struct search_group *, uint32_t, const struct search_items *, uint32_t, uint32_t, uint64_t *);
};

/// Those of `level`, or NULL where it has none.
static const struct screen_parts *screen_of(int level) {
#if defined(__x86_64__)
  static const struct screen_parts vnni = {round_block_vnni, pack_screen_vnni, scan_screened_vnni};
  static const struct screen_parts avx512 = {round_block_avx512, pack_screen_avx512, scan_screened_avx512};
  static const struct screen_parts avx2 = {round_block_avx2, pack_screen_avx2, scan_screened_avx2};
  if (level >= SEARCH_VNNI) return &vnni;
  if (level == SEARCH_AVX512) return &avx512;
  if (level == SEARCH_AVX2) return &avx2;
#endif
  (void)level;
  return NULL;
}

int search_screens(int level) { return screen_of(level) != NULL; }

void search_screen_block(const struct search_items *items, int level, const struct search_screen *screen, uint32_t block) {
  screen_of(level)->round_block(items, screen, block);
}

void search_pack(const struct search_group *group, int level, size_t dimension, uint32_t index,
                 const float *row) {
  size_t width = search_panel_width(level);
  float *lane = group->panels + index / width * width * dimension + index % width;
  for (size_t column = 0; column < dimension; column++) lane[column * width] = row[column];
}

void search_pack_screen(const struct search_group *group, int level, const struct search_screen *screen, size_t dimension) {
  screen_of(level)->pack(group, screen, dimension);
}

static const float *rows_of_block(const struct search_items *items, uint32_t start, uint32_t count, float *block_rows) {
  size_t dimension = items->dimension;
  if (items->order == NULL) return items->rows + (size_t)start * dimension;
  for (uint32_t index = 0; index < count; index++) {
    memcpy(block_rows + (size_t)index * dimension,
           items->rows + (size_t)items->order[start + index] * dimension, dimension * sizeof(float));
  }
  return block_rows;
}

void search_scan(struct search_group *group, int level, const struct search_items *items,
                 float *block_rows) {
  scan_function *scan = scan_of(level);
  uint32_t width = (uint32_t)search_panel_width(level);
  uint32_t block = search_block_rows(items->dimension);
  size_t dimension = items->dimension;
  const struct screen_parts *screen = items->screen != NULL && group->screen_panels != NULL ? screen_of(level) : NULL;
  // Scores that were computed, and that there were: a screen that lets more than one of 50 through costs more than it
  // saves. It is then left out for a while, and each time for twice as long.
  uint64_t scored = 0, seen = 0, pause = 256, left = 0;
  for (uint32_t start = items->first; start < items->end;) {
    uint32_t count = items->end - start < block ? items->end - start : block;
    const float *rows = NULL;
    for (uint32_t query = 0; query < group->queries; query += width) {
      if (screen != NULL && left > 0) {
        left--;
      } else if (screen != NULL && screen->scan(group, query, items, start, count, &scored)) {
        seen += (uint64_t)count * width;
        if (scored > 4096 + seen / 50) {
          left = pause;
          pause *= 2;
          scored = seen = 0;
        }
        continue;
      }
      if (rows == NULL) rows = rows_of_block(items, start, count, block_rows);
      scan(group, query, group->panels + (size_t)query * dimension, rows, count, dimension, start);
    }
    start += count;
  }
}

// --- Chosen rows -----------------------------------------------------------------------------------

// Each sum is a chain that waits for itself: eight rows side by side keep the units busy, and change no bit.
enum { SCORED_TOGETHER = 8 };

__attribute__((target_clones("avx512f", "arch=haswell", "default"))) void search_score_rows(
    const float *items, size_t dimension, const uint32_t *rows, size_t count, const float *query, float *scores) {
  for (size_t start = 0; start < count; start += SCORED_TOGETHER) {
    const size_t some = count - start < SCORED_TOGETHER ? count - start : SCORED_TOGETHER;
    const float *item[SCORED_TOGETHER];
    float sum[SCORED_TOGETHER] = {0};
    for (size_t place = 0; place < SCORED_TOGETHER; place++) {
      item[place] = items + (size_t)rows[start + (place < some ? place : 0)] * dimension;
    }
    for (size_t c = 0; c < dimension; c++) {
      for (size_t place = 0; place < SCORED_TOGETHER; place++) {
        sum[place] = __builtin_fmaf(query[c], item[place][c], sum[place]);
      }
    }
    for (size_t place = 0; place < some; place++) scores[start + place] = sum[place] + 0.0f;
  }
}
