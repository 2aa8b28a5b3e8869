// Screening in whole numbers: vectors are rounded to few bits, scores of such vectors are summed exactly, several products an
// instruction, and what cannot reach its query's threshold is left out. What may reach it is scored in Float32 as the
// scans do it, to the same bits. Included once for each instruction set, behind the tile of it, with
//   SCREEN(name)     the name of a function for the instruction set
//   SCREEN_TARGET    its target attribute
//   SCREEN_LANES     queries in a panel, as `search_panel_width` has it
//   SCREEN_ITEMS     items in a register tile
//   SCREEN_CODES     the whole numbers that it multiplies
//   SCREEN_FEW_ITEMS items in a tile of one query
//   SCREEN_CHAINS    scores that search_chains.h computes at once
//
// With m the mean of a block of items, x = m + s X + e, X whole numbers and e what rounding leaves, and q = s_q Q + e_q
// likewise, the score of query q and item x is
//
//     q . x = q . m + s_q s Q . X + e_q . (x - m) + (s_q Q) . e
//
// and by Cauchy and Schwarz the last two terms are at most |e_q| |x - m| + |s_q Q| |e|. The Float32 chains of q . x and
// q . m are off by at most d 2^-24 |q| |x| and d 2^-24 |q| |m|. Scales and lengths of items are the largest of their block.
// How far numbers are rounded is in the bound, and in no result.
//
// Queries that lie close around a point c differ little from it, and little is lost by rounding what is little: with
// q = c + g and g = s_g G + e_g,
//
//     q . x = q . m + c . (x - m) + s_g s G . X + e_g . (x - m) + (s_g G) . e
//
// whose last two terms are at most |e_g| |x - m| + |s_g G| |e|. The second is the same for all queries: divided by s_g s,
// where all queries of a panel have one s_g, it is what an item's sums begin with, as the nearest whole number. In Float32
// it is off by at most (d + 8) 2^-24 |c| |x - m|, the division counted. With s_g at least 2^-14 |c| it is at most
// 2^14 |x - m| / s, which no sum of bytes takes out of 32 bits.

/// Rounds the difference of `row` and `centre` to whole numbers of size `scale`; returns the lengths of what they stand
/// for and of what is left over.
SCREEN_TARGET static void SCREEN(round_row)(const float *row, const float *centre, size_t dimension, float scale,
                                            int32_t most, int8_t *out, double *length, double *rest) {
#pragma clang fp reassociate(on)
  double kept = 0, left = 0;
  for (size_t column = 0; column < dimension; column++) {
    float whole = nearbyintf((row[column] - centre[column]) / scale);
    whole = whole > (float)most ? (float)most : whole < (float)-most ? (float)-most : whole;
    const double value = (double)scale * (double)whole;
    const double error = (double)row[column] - (double)centre[column] - value;
    kept += value * value;
    left += error * error;
    out[column] = (int8_t)whole;
  }
  *length = sqrt(kept);
  *rest = sqrt(left);
}

SCREEN_TARGET static double SCREEN(distance_of)(const float *row, const float *centre, size_t dimension) {
#pragma clang fp reassociate(on)
  double sum = 0;
  for (size_t column = 0; column < dimension; column++) {
    const double difference = (double)row[column] - (double)centre[column];
    sum += difference * difference;
  }
  return sqrt(sum);
}

/// The largest size of an element of the difference, or infinity where there is one that is no finite number.
SCREEN_TARGET static float SCREEN(largest_element)(const float *row, const float *centre, size_t dimension) {
  float most = 0;
  int odd = 0;
  for (size_t column = 0; column < dimension; column++) {
    const float size = fabsf(row[column] - centre[column]);
    odd |= !(size < INFINITY);
    most = size > most ? size : most;
  }
  return odd ? INFINITY : most;
}

SCREEN_TARGET static void SCREEN(mean_row)(const struct search_items *items, uint32_t start, uint32_t end, float *mean) {
  memset(mean, 0, items->dimension * sizeof(float));
  for (uint32_t at = start; at < end; at++) {
    const float *row = row_at(items, at);
    for (size_t column = 0; column < items->dimension; column++) mean[column] += row[column];
  }
  for (size_t column = 0; column < items->dimension; column++) mean[column] /= (float)(end - start);
}

/// The product of the difference of `row` and `centre` with a point that queries lie around.
SCREEN_TARGET static float SCREEN(share_of)(const float *row, const float *centre, const float *point, size_t dimension) {
#pragma clang fp reassociate(on)
  float sum = 0;
  for (size_t column = 0; column < dimension; column++) sum += (row[column] - centre[column]) * point[column];
  return sum;
}

static void SCREEN(round_block)(const struct search_items *items, const struct search_screen *screen, uint32_t block) {
  const size_t dimension = items->dimension, width = search_screen_width(dimension);
  const uint32_t size = search_block_rows(dimension), start = block * size;
  const uint32_t end = items->count - start < size ? items->count : start + size;
  float *centre = screen->centres + block * dimension, most = 0;
  SCREEN(mean_row)(items, start, end, centre);
  for (uint32_t at = start; at < end; at++) {
    const float here = SCREEN(largest_element)(row_at(items, at), centre, dimension);
    most = here > most ? here : most;
  }
  const struct screen_codes codes = SCREEN_CODES;
  const float scale = most / (float)codes.most;
  float zeros[dimension];
  memset(zeros, 0, sizeof zeros);
  screen->scales[block] = scale > 0 && most < INFINITY ? scale : 0;
  if (screen->scales[block] == 0) return;
  double residual = 0, norm = SCREEN(distance_of)(centre, zeros, dimension), spread = 0;
  for (uint32_t at = start; at < end; at++) {
    const float *row = row_at(items, at);
    double kept, left;
    uint8_t *out = screen->rows + (size_t)at * width;
    memset(out, 0, width);
    SCREEN(round_row)(row, centre, dimension, scale, codes.most, (int8_t *)out, &kept, &left);
    for (size_t column = 0; column < width; column++) out[column] = (uint8_t)(out[column] + codes.offset);
    const double own = SCREEN(distance_of)(row, zeros, dimension), far = SCREEN(distance_of)(row, centre, dimension);
    norm = own > norm ? own : norm;
    spread = far > spread ? far : spread;
    residual = left > residual ? left : residual;
    if (screen->query_centre) screen->shares[at] = SCREEN(share_of)(row, centre, screen->query_centre, dimension);
  }
  screen->norms[block] = rounded_up(norm);
  screen->spreads[block] = rounded_up(spread);
  screen->residuals[block] = rounded_up(residual);
}

/// Rounds the difference of a query and `from` by `scale`, which is 0 or infinite where that cannot be done, and lays it into
/// its panel of whole numbers: four of its elements side by side, then those of the next query.
static void SCREEN(pack_query)(const struct search_group *group, size_t dimension, uint32_t index, const float *row,
                               const float *from, float scale) {
  const size_t width = search_screen_width(dimension), lane = index % SCREEN_LANES;
  int8_t *panel = group->screen_panels + index / SCREEN_LANES * SCREEN_LANES * width + lane * 4;
  struct search_screen_query *query = &group->screen_queries[index];
  int8_t whole[width];
  float zeros[dimension];
  memset(whole, 0, width);
  memset(zeros, 0, sizeof zeros);
  *query = (struct search_screen_query){.scale = scale > 0 && scale < INFINITY ? scale : 0};
  if (query->scale > 0) {
    double kept, left;
    SCREEN(round_row)(row, from, dimension, scale, SCREEN_CODES.query_most, whole, &kept, &left);
    query->length = rounded_up(kept);
    query->residual = rounded_up(left);
    query->norm = rounded_up(SCREEN(distance_of)(row, zeros, dimension));
  }
  for (size_t column = 0; column < width; column++) {
    query->sum += whole[column];
    panel[column / 4 * 4 * SCREEN_LANES + column % 4] = whole[column];
  }
}

/// About the bound that a query's differences from `from` come to, for items around their centre at a distance of one: of
/// an item about a 128th is left over.
static double SCREEN(looseness)(const float *row, const float *from, size_t dimension, double scale) {
  return scale * sqrt((double)dimension / 12) + SCREEN(distance_of)(row, from, dimension) / 128;
}

/// A query of a panel.
static void SCREEN(unpack)(const float *panel, uint32_t lane, size_t dimension, float *row) {
  for (size_t column = 0; column < dimension; column++) row[column] = panel[column * SCREEN_LANES + lane];
}

/// The step by which the differences of `count` queries of a panel from the point they lie around are rounded, or 0 where
/// less is lost by rounding each query for itself.
static float SCREEN(common_step)(const float *panel, uint32_t count, const struct search_screen *screen, size_t dimension) {
  // Few queries are scanned one by one.
  if (!screen->query_centre || count <= SCREEN_FEW) return 0;
  const float *centre = screen->query_centre;
  float row[dimension], zeros[dimension], most = 0;
  memset(zeros, 0, sizeof zeros);
  for (uint32_t lane = 0; lane < count; lane++) {
    SCREEN(unpack)(panel, lane, dimension, row);
    const float here = SCREEN(largest_element)(row, centre, dimension);
    most = here > most ? here : most;
  }
  const float query_most = (float)SCREEN_CODES.query_most, least = (float)(screen->query_length * 0x1.001p-14);
  const float step = most / query_most > least ? most / query_most : least;
  if (!(step > 0 && step < INFINITY)) return 0;
  for (uint32_t lane = 0; lane < count; lane++) {
    SCREEN(unpack)(panel, lane, dimension, row);
    const float own = SCREEN(largest_element)(row, zeros, dimension) / query_most;
    const double alone = SCREEN(looseness)(row, zeros, dimension, own);
    if (!(SCREEN(looseness)(row, centre, dimension, step) < 0.75 * alone)) return 0;
  }
  return step;
}

static void SCREEN(pack_screen)(const struct search_group *group, const struct search_screen *screen, size_t dimension) {
  float row[dimension], zeros[dimension];
  memset(zeros, 0, sizeof zeros);
  for (uint32_t first = 0; first < group->queries; first += SCREEN_LANES) {
    const uint32_t count = group->queries - first < SCREEN_LANES ? group->queries - first : SCREEN_LANES;
    const float *panel = group->panels + (size_t)first * dimension;
    const float step = SCREEN(common_step)(panel, count, screen, dimension);
    group->screen_steps[first / SCREEN_LANES] = step;
    for (uint32_t lane = 0; lane < count; lane++) {
      SCREEN(unpack)(panel, lane, dimension, row);
      const float own = SCREEN(largest_element)(row, zeros, dimension) / (float)SCREEN_CODES.query_most;
      SCREEN(pack_query)(group, dimension, first + lane, row, step > 0 ? screen->query_centre : zeros, step > 0 ? step : own);
    }
  }
}

/// The scores of a panel's queries for the centre of a block.
SCREEN_TARGET static void SCREEN(centre_scores)(const float *panel, const float *centre, size_t dimension, float *scores) {
  for (uint32_t lane = 0; lane < SCREEN_LANES; lane++) scores[lane] = 0;
  for (size_t column = 0; column < dimension; column++) {
    for (uint32_t lane = 0; lane < SCREEN_LANES; lane++) scores[lane] += panel[column * SCREEN_LANES + lane] * centre[column];
  }
}

/// The largest sums over items + offset that cannot be a score above the threshold of each query of a panel; returns 0 where
/// a block or a query cannot be screened.
SCREEN_TARGET static int SCREEN(screen_limits)(const struct search_group *group, uint32_t first_query,
                                               const struct search_screen *screen, uint32_t block, size_t dimension,
                                               int32_t *limits) {
  const double scale = screen->scales[block], norm = screen->norms[block], spread = screen->spreads[block];
  const double residual = screen->residuals[block];
  const float step = group->screen_steps[first_query / SCREEN_LANES];
  const double point = step > 0 ? screen->query_length : 0;
  const double shift = (double)(dimension + 8) * 6.0e-8 * point * spread;
  float centres[SCREEN_LANES];
  if (scale == 0 || !(point * norm < 1e37)) return 0;
  SCREEN(centre_scores)(group->panels + (size_t)first_query * dimension, screen->centres + block * dimension, dimension, centres);
  for (uint32_t lane = 0; lane < SCREEN_LANES; lane++) {
    limits[lane] = INT32_MAX;
    if (first_query + lane >= group->queries) continue;
    const struct search_screen_query query = group->screen_queries[first_query + lane];
    const double threshold = group->thresholds[first_query + lane];
    // Sums beyond Float32 are infinite, whatever they would come to.
    if (query.scale == 0 || threshold == -INFINITY || !((double)query.norm * norm < 1e37)) return 0;
    const double chains = 2.1 * (double)dimension * 6.0e-8 * query.norm * norm + 1e-36;
    const double bound = query.residual * spread + query.length * residual + chains + shift;
    // One for what the division is off by, and one for what a sum begins with.
    const double limit = floor((threshold - centres[lane] - bound) / ((double)query.scale * scale)) - 2 +
                         (double)SCREEN_CODES.offset * query.sum;
    if (!(limit > -2147483648.0)) return 0;
    limits[lane] = limit < 2147483647.0 ? (int32_t)limit : INT32_MAX;
  }
  return 1;
}

/// What the sums of a panel's queries over the items of a block begin with.
SCREEN_TARGET static void SCREEN(screen_shifts)(const struct search_group *group, uint32_t first_query,
                                                const struct search_screen *screen, uint32_t start, uint32_t count,
                                                size_t dimension) {
  const float step = group->screen_steps[first_query / SCREEN_LANES];
  int32_t *shifts = group->screen_shifts;
  if (step == 0) {
    memset(shifts, 0, count * sizeof *shifts);
    return;
  }
  const double units = 1 / ((double)step * screen->scales[start / search_block_rows(dimension)]);
  const float *shares = screen->shares + start;
  for (uint32_t at = 0; at < count; at++) {
    // Only where products are so small that Float32 has none of them is it beyond.
    const double shift = (double)shares[at] * units, most = 0x1p30;
    shifts[at] = (int32_t)rint(shift > most ? most : shift < -most ? -most : shift);
  }
}

/// Scores what was noted, as the scans do it.
SCREEN_TARGET static void SCREEN(score_notes)(struct search_group *group, uint32_t first_query,
                                              const struct search_items *items, struct screen_notes *notes) {
  const float *panel = group->panels + (size_t)first_query * items->dimension, *rows[SCREEN_CHAINS];
  uint32_t lanes[SCREEN_CHAINS];
  float scores[SCREEN_CHAINS];
  for (uint32_t first = 0; first < notes->count; first += SCREEN_CHAINS) {
    for (uint32_t chain = 0; chain < SCREEN_CHAINS; chain++) {
      // The last chains are filled up with the first one's place.
      const uint32_t at = first + chain < notes->count ? first + chain : first;
      rows[chain] = row_at(items, notes->positions[at]);
      lanes[chain] = notes->lanes[at];
    }
    SCREEN(score_chains)(panel, lanes, rows, items->dimension, scores);
    for (uint32_t chain = 0; chain < SCREEN_CHAINS && first + chain < notes->count; chain++) {
      const uint32_t query = first_query + lanes[chain];
      if (scores[chain] > group->thresholds[query]) push(group, query, scores[chain], notes->positions[first + chain]);
    }
  }
  notes->count = 0;
}

/// Scans a block of items for a panel of queries; returns how many scores were computed.
SCREEN_TARGET static uint32_t SCREEN(screen_scan)(struct search_group *group, uint32_t first_query,
                                                  const struct search_items *items, uint32_t start, uint32_t count,
                                                  const int32_t *limits) {
  const size_t width = search_screen_width(items->dimension);
  const int8_t *panel = group->screen_panels + (size_t)first_query * width;
  const uint8_t *block = items->screen->rows + (size_t)start * width;
  uint32_t scored = 0, masks[SCREEN_ITEMS];
  struct screen_notes notes = {.count = 0};
  SCREEN(screen_shifts)(group, first_query, items->screen, start, count, items->dimension);
  for (uint32_t done = 0; done < count; done += SCREEN_ITEMS) {
    // Of the last tile the rows of the block are looked at.
    const uint32_t valid = count - done < SCREEN_ITEMS ? count - done : SCREEN_ITEMS;
    uint32_t hit = SCREEN(screen_tile)(panel, block + done * width, width, group->screen_shifts + done, limits, masks);
    for (hit &= (1u << valid) - 1; hit != 0; hit &= hit - 1) {
      const uint32_t item = (uint32_t)__builtin_ctz(hit);
      scored += (uint32_t)__builtin_popcount(masks[item]);
      note(&notes, items, start + done + item, masks[item]);
      if (notes.count > MOST_NOTES - SCREEN_LANES) SCREEN(score_notes)(group, first_query, items, &notes);
    }
  }
  SCREEN(score_notes)(group, first_query, items, &notes);
  return scored;
}

// --- Few queries ---------------------------------------------------------------------------------

/// The query of a lane, one byte an element, as its panel has it; zeros up to whole vectors.
static void SCREEN(unpack_screen)(const int8_t *panel, uint32_t lane, size_t width, int8_t *query) {
  memset(query, 0, (width + 63) / 64 * 64);
  for (size_t at = 0; at < width; at += 4) memcpy(query + at, panel + at * SCREEN_LANES + lane * 4, 4);
}

/// As `screen_scan`, for at most `SCREEN_FEW` queries.
SCREEN_TARGET static uint32_t SCREEN(screen_scan_few)(struct search_group *group, uint32_t first_query,
                                                      const struct search_items *items, uint32_t start, uint32_t count,
                                                      const int32_t *limits) {
  const size_t width = search_screen_width(items->dimension);
  const int8_t *panel = group->screen_panels + (size_t)first_query * width;
  const uint8_t *block = items->screen->rows + (size_t)start * width;
  uint32_t scored = 0;
  int8_t query[(width + 63) / 64 * 64];
  struct screen_notes notes = {.count = 0};
  for (uint32_t lane = 0; first_query + lane < group->queries; lane++) {
    SCREEN(unpack_screen)(panel, lane, width, query);
    for (uint32_t done = 0; done < count; done += SCREEN_FEW_ITEMS) {
      const uint32_t valid = count - done < SCREEN_FEW_ITEMS ? count - done : SCREEN_FEW_ITEMS;
      uint32_t over = SCREEN(few_tile)(query, block + done * width, valid, width, limits[lane]);
      if (__builtin_expect(over == 0, 1)) continue;
      scored += (uint32_t)__builtin_popcount(over);
      for (; over != 0; over &= over - 1) {
        note(&notes, items, start + done + (uint32_t)__builtin_ctz(over), 1u << lane);
      }
      if (notes.count > MOST_NOTES - SCREEN_LANES) SCREEN(score_notes)(group, first_query, items, &notes);
    }
  }
  SCREEN(score_notes)(group, first_query, items, &notes);
  return scored;
}

/// Scans a block by its screen; 0 where it has none that helps, and nothing was done.
static int SCREEN(scan_screened)(struct search_group *group, uint32_t query, const struct search_items *items,
                                 uint32_t start, uint32_t count, uint64_t *scored) {
  int32_t limits[SCREEN_LANES];
  const uint32_t block = start / search_block_rows(items->dimension);
  if (!SCREEN(screen_limits)(group, query, items->screen, block, items->dimension, limits)) return 0;
  *scored += group->queries - query <= SCREEN_FEW
                 ? SCREEN(screen_scan_few)(group, query, items, start, count, limits)
                 : SCREEN(screen_scan)(group, query, items, start, count, limits);
  return 1;
}

#undef SCREEN
#undef SCREEN_TARGET
#undef SCREEN_LANES
#undef SCREEN_ITEMS
#undef SCREEN_CODES
#undef SCREEN_FEW_ITEMS
#undef SCREEN_CHAINS
// Of search_madd.h.
#undef MADD_PASTE2
#undef MADD_PASTE
#undef MADD_NAME
#undef MADD_TARGET
#undef MADD_BITS
#undef MADD_ITEMS
#undef MADD_VECTOR
#undef MADD
#undef MADD_LOAD
#undef MADD_OVER

