// What screens of all instruction sets share: places that may be above their thresholds, and small things. Included once.

/// What the numbers of items and queries are rounded to: items to -`most` ... `most`, kept with `offset` added so that none
/// is negative, queries to -`query_most` ... `query_most`.
struct screen_codes {
  int32_t most, offset, query_most;
};

// So many places are noted before they are scored. A panel is wide, however few queries there are: up to so few are compared
// one by one, a vector of products running along the dimension and not over the queries.
enum { MOST_NOTES = 256, SCREEN_FEW = 8 };

/// Places that may be above their thresholds, in the order of items.
struct screen_notes {
  uint32_t count, lanes[MOST_NOTES], positions[MOST_NOTES];
};

size_t search_screen_width(size_t dimension) { return (dimension + 7) / 8 * 8; }

// Whole tiles of at most 16 items are read, and whole vectors.
size_t search_screen_slack(size_t dimension) { return 16 * search_screen_width(dimension) + 64; }

/// Bounds are kept in Float32: a little more than what was computed.
static inline float rounded_up(double value) { return (float)(value * 1.000001); }

static inline const float *row_at(const struct search_items *items, uint32_t position) {
  return items->rows + (items->order ? items->order[position] : position) * items->dimension;
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
