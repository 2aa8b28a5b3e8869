// Screening in whole numbers: vectors are rounded to 8 bits, scores of 8-bit vectors are summed exactly, four products an
// instruction, and what cannot reach its query's threshold is left out. What may reach it is scored in Float32 as the
// scans do it, to the same bits. Included once, by search.c.
//
// With m the mean of a block of items, x = m + s X + e, X whole numbers in -127 ... 127 and e what rounding leaves, and
// q = s_q Q + e_q likewise, the score of query q and item x is
//
//     q . x = q . m + s_q s Q . X + e_q . (x - m) + (s_q Q) . e
//
// and by Cauchy and Schwarz the last two terms are at most |e_q| |x - m| + |s_q Q| |e|. The Float32 chains of q . x and
// q . m are off by at most d 2^-24 |q| |x| and d 2^-24 |q| |m|. Scales and lengths of items are the largest of their block.
#include <immintrin.h>

size_t search_screen_width(size_t dimension) { return (dimension + 3) / 4 * 4; }

#define SCREEN_TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,fma")))

/// Rounds the difference of `row` and `centre` to whole numbers of size `scale`; returns the lengths of what they stand
/// for and of what is left over.
SCREEN_TARGET static void round_row(const float *row, const float *centre, size_t dimension, float scale, int8_t *out,
                                    double *length, double *rest) {
#pragma clang fp reassociate(on)
  double kept = 0, left = 0;
  for (size_t column = 0; column < dimension; column++) {
    float whole = nearbyintf((row[column] - centre[column]) / scale);
    whole = whole > 127 ? 127 : whole < -127 ? -127 : whole;
    const double value = (double)scale * (double)whole;
    const double error = (double)row[column] - (double)centre[column] - value;
    kept += value * value;
    left += error * error;
    out[column] = (int8_t)whole;
  }
  *length = sqrt(kept);
  *rest = sqrt(left);
}

SCREEN_TARGET static double distance_of(const float *row, const float *centre, size_t dimension) {
#pragma clang fp reassociate(on)
  double sum = 0;
  for (size_t column = 0; column < dimension; column++) {
    const double difference = (double)row[column] - (double)centre[column];
    sum += difference * difference;
  }
  return sqrt(sum);
}

/// The largest size of an element of the difference, or infinity where there is one that is no finite number.
SCREEN_TARGET static float largest_element(const float *row, const float *centre, size_t dimension) {
  float most = 0;
  int odd = 0;
  for (size_t column = 0; column < dimension; column++) {
    const float size = fabsf(row[column] - centre[column]);
    odd |= !(size < INFINITY);
    most = size > most ? size : most;
  }
  return odd ? INFINITY : most;
}

/// Bounds are kept in Float32: a little more than what was computed.
static float rounded_up(double value) { return (float)(value * 1.000001); }

static const float *row_at(const struct search_items *items, uint32_t position) {
  return items->rows + (items->order ? items->order[position] : position) * items->dimension;
}

SCREEN_TARGET static void mean_row(const struct search_items *items, uint32_t start, uint32_t end, float *mean) {
  memset(mean, 0, items->dimension * sizeof(float));
  for (uint32_t at = start; at < end; at++) {
    const float *row = row_at(items, at);
    for (size_t column = 0; column < items->dimension; column++) mean[column] += row[column];
  }
  for (size_t column = 0; column < items->dimension; column++) mean[column] /= (float)(end - start);
}

void search_screen_block(const struct search_items *items, const struct search_screen *screen, uint32_t block) {
  const size_t dimension = items->dimension, width = search_screen_width(dimension);
  const uint32_t size = search_block_rows(dimension), start = block * size;
  const uint32_t end = items->count - start < size ? items->count : start + size;
  float *centre = screen->centres + block * dimension, most = 0;
  mean_row(items, start, end, centre);
  for (uint32_t at = start; at < end; at++) {
    const float here = largest_element(row_at(items, at), centre, dimension);
    most = here > most ? here : most;
  }
  const float scale = most / 127;
  float zeros[dimension];
  memset(zeros, 0, sizeof zeros);
  screen->scales[block] = scale > 0 && most < INFINITY ? scale : 0;
  if (screen->scales[block] == 0) return;
  double residual = 0, norm = distance_of(centre, zeros, dimension), spread = 0;
  for (uint32_t at = start; at < end; at++) {
    const float *row = row_at(items, at);
    double kept, left;
    uint8_t *out = screen->rows + (size_t)at * width;
    memset(out, 0, width);
    round_row(row, centre, dimension, scale, (int8_t *)out, &kept, &left);
    for (size_t column = 0; column < width; column++) out[column] ^= 128;
    const double own = distance_of(row, zeros, dimension), far = distance_of(row, centre, dimension);
    norm = own > norm ? own : norm;
    spread = far > spread ? far : spread;
    residual = left > residual ? left : residual;
  }
  screen->norms[block] = rounded_up(norm);
  screen->spreads[block] = rounded_up(spread);
  screen->residuals[block] = rounded_up(residual);
}

/// Lays a query into its panel of whole numbers: four of its elements side by side, then those of the next query.
static void pack_screen(const struct search_group *group, size_t dimension, uint32_t index, const float *row) {
  const size_t width = search_screen_width(dimension), lane = index % SCREEN_LANES;
  int8_t *panel = group->screen_panels + index / SCREEN_LANES * SCREEN_LANES * width + lane * 4;
  struct search_screen_query *query = &group->screen_queries[index];
  int8_t whole[width];
  float zeros[dimension];
  memset(whole, 0, width);
  memset(zeros, 0, sizeof zeros);
  const float most = largest_element(row, zeros, dimension), scale = most / 127;
  *query = (struct search_screen_query){.scale = scale > 0 && most < INFINITY ? scale : 0};
  if (query->scale > 0) {
    double kept, left;
    round_row(row, zeros, dimension, scale, whole, &kept, &left);
    query->length = rounded_up(kept);
    query->residual = rounded_up(left);
    query->norm = rounded_up(distance_of(row, zeros, dimension));
  }
  for (size_t column = 0; column < width; column++) {
    query->sum += whole[column];
    panel[column / 4 * 4 * SCREEN_LANES + column % 4] = whole[column];
  }
}

/// The scores of a panel's queries for the centre of a block.
SCREEN_TARGET static void centre_scores(const float *panel, const float *centre, size_t dimension, float *scores) {
  for (uint32_t lane = 0; lane < SCREEN_LANES; lane++) scores[lane] = 0;
  for (size_t column = 0; column < dimension; column++) {
    for (uint32_t lane = 0; lane < SCREEN_LANES; lane++) scores[lane] += panel[column * SCREEN_LANES + lane] * centre[column];
  }
}

/// The largest sums over items + 128 that cannot be a score above the threshold of each query of a panel; returns 0 where
/// a block or a query cannot be screened.
SCREEN_TARGET static int screen_limits(const struct search_group *group, uint32_t first_query,
                                       const struct search_screen *screen, uint32_t block, size_t dimension,
                                       int32_t *limits) {
  const double scale = screen->scales[block], norm = screen->norms[block], spread = screen->spreads[block];
  const double residual = screen->residuals[block];
  float centres[SCREEN_LANES];
  if (scale == 0) return 0;
  centre_scores(group->panels + (size_t)first_query * dimension, screen->centres + block * dimension, dimension, centres);
  for (uint32_t lane = 0; lane < SCREEN_LANES; lane++) {
    limits[lane] = INT32_MAX;
    if (first_query + lane >= group->queries) continue;
    const struct search_screen_query query = group->screen_queries[first_query + lane];
    const double threshold = group->thresholds[first_query + lane];
    // Sums beyond Float32 are infinite, whatever they would come to.
    if (query.scale == 0 || threshold == -INFINITY || !((double)query.norm * norm < 1e37)) return 0;
    const double chains = 2.1 * (double)dimension * 6.0e-8 * query.norm * norm + 1e-36;
    const double bound = query.residual * spread + query.length * residual + chains;
    const double limit = floor((threshold - centres[lane] - bound) / (query.scale * scale)) - 1 + 128.0 * query.sum;
    if (!(limit > -2147483648.0)) return 0;
    limits[lane] = limit < 2147483647.0 ? (int32_t)limit : INT32_MAX;
  }
  return 1;
}

// 24 of 32 registers hold sums. So many places are noted before they are scored.
enum { SCREEN_ITEMS = 12, MOST_NOTES = 256 };

/// Places that may be above their thresholds, in the order of items.
struct screen_notes {
  uint32_t count, lanes[MOST_NOTES], positions[MOST_NOTES];
};

/// Scores what was noted, as the scans do it; four chains at a time, since each waits for its last sum.
SCREEN_TARGET static void score_notes(struct search_group *group, uint32_t first_query,
                                      const struct search_items *items, struct screen_notes *notes) {
  enum { CHAINS = 4 };
  const size_t dimension = items->dimension;
  const float *panel = group->panels + (size_t)first_query * dimension;
  for (uint32_t first = 0; first < notes->count; first += CHAINS) {
    const float *rows[CHAINS], *lanes[CHAINS];
    float scores[CHAINS] = {0};
#pragma clang loop unroll(full)
    for (uint32_t chain = 0; chain < CHAINS; chain++) {
      // The last chains are filled up with the first one's place.
      const uint32_t at = first + chain < notes->count ? first + chain : first;
      rows[chain] = row_at(items, notes->positions[at]);
      lanes[chain] = panel + notes->lanes[at];
    }
    for (size_t column = 0; column < dimension; column++) {
#pragma clang loop unroll(full)
      for (uint32_t chain = 0; chain < CHAINS; chain++) {
        scores[chain] = __builtin_fmaf(lanes[chain][column * SCREEN_LANES], rows[chain][column], scores[chain]);
      }
    }
    for (uint32_t chain = 0; chain < CHAINS && first + chain < notes->count; chain++) {
      const uint32_t query = first_query + notes->lanes[first + chain];
      if (scores[chain] > group->thresholds[query]) push(group, query, scores[chain], notes->positions[first + chain]);
    }
  }
  notes->count = 0;
}

/// Notes an item for the queries in `mask`, and asks for it: it comes from memory while the scan goes on.
static inline void note(struct screen_notes *notes, const struct search_items *items, uint32_t position, uint32_t mask) {
  const float *row = row_at(items, position);
  for (size_t column = 0; column < items->dimension && column < 128; column += 16) __builtin_prefetch(row + column);
  for (; mask != 0; mask &= mask - 1) {
    notes->lanes[notes->count] = (uint32_t)__builtin_ctz(mask);
    notes->positions[notes->count++] = position;
  }
}

/// Sums a tile of whole numbers; the queries of each item that are over their limits go to `masks`. Returns 0 where
/// there are none.
SCREEN_TARGET static inline __attribute__((always_inline)) int screen_tile(const int8_t *panel,
                                                                           const uint8_t *const *rows, size_t width,
                                                                           const int32_t *limits, uint32_t *masks) {
  __m512i sum[SCREEN_ITEMS][2];
#pragma clang loop unroll(full)
  for (int item = 0; item < SCREEN_ITEMS; item++) sum[item][0] = sum[item][1] = _mm512_setzero_si512();
  for (size_t at = 0; at < width; at += 4) {
    const __m512i left = _mm512_loadu_si512(panel + at * SCREEN_LANES);
    const __m512i right = _mm512_loadu_si512(panel + at * SCREEN_LANES + 64);
#pragma clang loop unroll(full)
    for (int item = 0; item < SCREEN_ITEMS; item++) {
      int32_t four;
      memcpy(&four, rows[item] + at, 4);
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
#pragma clang loop unroll(full)
  for (int item = 0; item < SCREEN_ITEMS; item++) {
    masks[item] = (uint32_t)_mm512_cmpgt_epi32_mask(sum[item][0], left_limit) |
                  (uint32_t)_mm512_cmpgt_epi32_mask(sum[item][1], right_limit) << 16;
  }
  return 1;
}

/// Scans a block of items for a panel of queries; returns how many scores were computed.
SCREEN_TARGET static uint32_t screen_scan(struct search_group *group, uint32_t first_query,
                                          const struct search_items *items, uint32_t start, uint32_t count,
                                          const int32_t *limits) {
  const size_t width = search_screen_width(items->dimension);
  const int8_t *panel = group->screen_panels + (size_t)first_query * width;
  const uint8_t *block = items->screen->rows + (size_t)start * width, *rows[SCREEN_ITEMS];
  uint32_t scored = 0, masks[SCREEN_ITEMS];
  struct screen_notes notes = {.count = 0};
  for (uint32_t done = 0; done < count; done += SCREEN_ITEMS) {
    const uint32_t valid = count - done < SCREEN_ITEMS ? count - done : SCREEN_ITEMS;
    // The last tile is filled up with its first item, which counts once.
#pragma clang loop unroll(full)
    for (uint32_t item = 0; item < SCREEN_ITEMS; item++) rows[item] = block + (done + (item < valid ? item : 0)) * width;
    if (!screen_tile(panel, rows, width, limits, masks)) continue;
    for (uint32_t item = 0; item < valid; item++) {
      if (masks[item] == 0) continue;
      scored += (uint32_t)__builtin_popcount(masks[item]);
      note(&notes, items, start + done + item, masks[item]);
      if (notes.count > MOST_NOTES - SCREEN_LANES) score_notes(group, first_query, items, &notes);
    }
  }
  score_notes(group, first_query, items, &notes);
  return scored;
}

// --- Few queries ---------------------------------------------------------------------------------

// A panel is 32 queries wide, however many there are. Of up to so many each is compared by itself: a vector of products
// runs along the dimension, not over the queries.
enum { SCREEN_FEW = 8, FEW_ITEMS = 16 };

/// The query of a lane, one byte an element, as its panel has it; zeros up to whole vectors.
static void unpack_screen(const int8_t *panel, uint32_t lane, size_t width, int8_t *query) {
  memset(query, 0, (width + 63) / 64 * 64);
  for (size_t at = 0; at < width; at += 4) memcpy(query + at, panel + at * SCREEN_LANES + lane * 4, 4);
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

/// The sums of whole numbers of 16 items, the first `valid` of which are there, and a query.
SCREEN_TARGET static inline __attribute__((always_inline)) __m512i few_tile(const int8_t *query, const uint8_t *rows,
                                                                          uint32_t valid, size_t width) {
  __m512i sum[FEW_ITEMS];
#pragma clang loop unroll(full)
  for (int item = 0; item < FEW_ITEMS; item++) sum[item] = _mm512_setzero_si512();
  for (size_t at = 0; at < width; at += 64) {
    const __m512i some = _mm512_loadu_si512(query + at);
    const __mmask64 there = width - at < 64 ? ((__mmask64)1 << (width - at)) - 1 : ~(__mmask64)0;
#pragma clang loop unroll(full)
    for (uint32_t item = 0; item < FEW_ITEMS; item++) {
      const uint8_t *row = rows + (item < valid ? item : 0) * width + at;
      sum[item] = _mm512_dpbusd_epi32(sum[item], _mm512_maskz_loadu_epi8(there, row), some);
    }
  }
  const __m512i low = quarters_of(sums_of_four(sum), sums_of_four(sum + 4));
  const __m512i high = quarters_of(sums_of_four(sum + 8), sums_of_four(sum + 12));
  return quarters_of(low, high);
}

/// As `screen_scan`, for at most `SCREEN_FEW` queries.
SCREEN_TARGET static uint32_t screen_scan_few(struct search_group *group, uint32_t first_query,
                                              const struct search_items *items, uint32_t start, uint32_t count,
                                              const int32_t *limits) {
  const size_t width = search_screen_width(items->dimension);
  const int8_t *panel = group->screen_panels + (size_t)first_query * width;
  const uint8_t *block = items->screen->rows + (size_t)start * width;
  uint32_t scored = 0;
  int8_t query[(width + 63) / 64 * 64];
  struct screen_notes notes = {.count = 0};
  for (uint32_t lane = 0; first_query + lane < group->queries; lane++) {
    unpack_screen(panel, lane, width, query);
    const __m512i limit = _mm512_set1_epi32(limits[lane]);
    for (uint32_t done = 0; done < count; done += FEW_ITEMS) {
      const uint32_t valid = count - done < FEW_ITEMS ? count - done : FEW_ITEMS;
      const __m512i sums = few_tile(query, block + done * width, valid, width);
      uint32_t over = (uint32_t)_mm512_cmpgt_epi32_mask(sums, limit) & ((1u << valid) - 1);
      if (__builtin_expect(over == 0, 1)) continue;
      scored += (uint32_t)__builtin_popcount(over);
      for (; over != 0; over &= over - 1) {
        note(&notes, items, start + done + (uint32_t)__builtin_ctz(over), 1u << lane);
      }
      if (notes.count > MOST_NOTES - SCREEN_LANES) score_notes(group, first_query, items, &notes);
    }
  }
  score_notes(group, first_query, items, &notes);
  return scored;
}
