#ifndef TOWERBOOK_SEARCH_H
#define TOWERBOOK_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/// Exact top-k by inner product: scores live in registers, are held against each query's threshold
/// there, and only those above it are written. See `ExactSearch` for how the pieces are used.

#ifdef __cplusplus
extern "C" {
#endif

/// The instruction sets that a scan is built for, best last.
enum search_level { SEARCH_GENERIC = 0, SEARCH_AVX2 = 1, SEARCH_AVX512 = 2, SEARCH_VNNI = 3 };

/// The best level that this CPU runs.
int search_best_level(void);

/// How many queries lie side by side in a panel at this level.
size_t search_panel_width(int level);

/// Items rounded to bytes, by which a scan leaves out most of them; blocks as `search_block_rows` cuts them. Made and used at
/// one level.
struct search_screen {
  uint8_t *rows;     ///< [count, search_screen_width], by position, and `search_screen_slack` bytes more that may be read: whole numbers, none negative
  float *scales;     ///< [blocks]: what a whole number stands for; 0 for a block that cannot be screened
  float *centres;    ///< [blocks, dimension]: the mean of the items
  float *norms;      ///< [blocks]: the longest item
  float *spreads;    ///< [blocks]: the farthest item from the centre
  float *residuals;  ///< [blocks]: the longest difference of an item from what stands for it
  const float *query_centre;  ///< [dimension]: a point that queries lie around, or NULL for none
  double query_length;        ///< how far that is from zero, finite
  float *shares;              ///< [count]: the product of an item's difference from its block's centre and `query_centre`; or NULL
};

/// Items in the order of their positions: position `p` is row `order[p]`, or row `p` without an order.
struct search_items {
  const float *rows;      ///< [count, dimension], row-major
  const uint32_t *order;  ///< [count] or NULL
  uint32_t count;
  uint32_t first;  ///< the scan begins at this position, where a block does,
  uint32_t end;    ///< and ends before this one
  size_t dimension;
  const struct search_screen *screen;  ///< or NULL
};

/// A query rounded to bytes: what its whole numbers stand for (0 where it cannot be rounded), their sum, and the
/// lengths of the query, of what stands for it and of the difference. Where its panel has a step, this is the query's
/// difference from the screen's `query_centre`, but for `norm`.
struct search_screen_query {
  float scale, norm, length, residual;
  int32_t sum;
};

/// Some queries and what has been found for them. A candidate is one 64-bit key: the score as an
/// unsigned number of the same order above, the complement of the position below, so that a larger key
/// is a better candidate and equal scores go to the lower position.
struct search_group {
  float *panels;             ///< [panels, dimension, width], see search_pack
  float *thresholds;         ///< [panels * width]: only scores above it become candidates
  uint64_t *candidates;      ///< [queries, capacity]
  uint32_t *sizes;           ///< [queries]: candidates so far
  uint32_t queries;
  uint32_t keep;             ///< k: at least 1
  uint32_t capacity;         ///< at least keep + 1
  uint32_t position_step;    ///< position of item p of the scan is p * position_step
  const uint32_t *excluded;  ///< positions that are dropped, ascending within each query, or NULL
  const uint32_t *excluded_starts;  ///< [queries]: where the list of each query begins
  const uint32_t *excluded_ends;    ///< [queries]: and where it ends
  int8_t *screen_panels;            ///< [panels, search_screen_width / 4, width, 4], or NULL
  struct search_screen_query *screen_queries;  ///< [queries], or NULL
  float *screen_steps;     ///< [panels]: the scale that all of a panel's queries share, 0 where each has its own; or NULL
  int32_t *screen_shifts;  ///< [search_block_rows + 16]: room for what sums over items begin with; or NULL
};

/// Lays query `index` of the group, `row` [dimension], into its panel.
void search_pack(const struct search_group *group, int level, size_t dimension, uint32_t index,
                 const float *row);

/// Rounds the queries of a packed group for a screen.
void search_pack_screen(const struct search_group *group, int level, const struct search_screen *screen, size_t dimension);

/// Scans the items from `first` to `end` for all queries of a packed group. `block_rows` is room for
/// `search_block_rows(dimension) * dimension` floats, needed only where the items have an order.
void search_scan(struct search_group *group, int level, const struct search_items *items,
                 float *block_rows);

/// Whether scans at this level have a screen.
int search_screens(int level);

/// The bytes of an item rounded.
size_t search_screen_width(size_t dimension);

/// Bytes behind the last item rounded that scans may read, and do not count.
size_t search_screen_slack(size_t dimension);

/// Rounds the items of a block; blocks may be rounded at once.
void search_screen_block(const struct search_items *items, int level, const struct search_screen *screen, uint32_t block);

/// How many items go through the cache together.
uint32_t search_block_rows(size_t dimension);

/// Drops what is excluded and all but the best `keep` candidates of query `index`, best first;
/// returns how many are left.
uint32_t search_finish(struct search_group *group, uint32_t index);

/// The score in a key.
float search_key_score(uint64_t key);

/// The key of a score below all others, at `position`.
uint64_t search_worst_key(uint32_t position);

/// The position in a key.
uint32_t search_key_position(uint64_t key);

/// `scores[i]` is the score of row `rows[i]` of `items` `[.., dimension]`: the same chain of fused multiply-adds over the
/// dimension as in a scan.
void search_score_rows(const float *items, size_t dimension, const uint32_t *rows, size_t count, const float *query,
                       float *scores);

#ifdef __cplusplus
}
#endif
#endif
