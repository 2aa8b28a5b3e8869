#ifndef TOWERBOOK_TRAINING_H
#define TOWERBOOK_TRAINING_H
#include <stdint.h>

// Loops of the training core (dense.c, embeddings.c, softmax.c). All matrices are row-major Float32; `stride` is the distance between two rows,
// counted in floats. Each function works on one thread; `tb_parallel_for` (threads.h) spreads calls
// over threads.

/// A block of a matrix: `rows` rows of `columns` floats, `stride` apart.
typedef struct {
  float *start;
  int32_t rows, columns;
  int64_t stride;
} tb_block;

/// Which elements dropout keeps: hash(first + index; key0, key1) >= threshold; what is kept is scaled.
typedef struct {
  uint32_t key0, key1, first, threshold;
  float scale;
} tb_dropout;

/// output = dropout(relu(output + bias)); `relu` 0 or 1; `dropout` may be null.
void tb_finish_dense(tb_block output, const float *bias, int32_t relu, const tb_dropout *dropout);
/// gradient *= scale where output > 0, else 0 (ReLU, and dropout after it).
void tb_relu_backward(tb_block gradient, tb_block output, float scale);
/// gradient *= scale where dropout kept the element, else 0 (dropout with no ReLU before it).
void tb_dropout_backward(tb_block gradient, const tb_dropout *dropout);
/// sums[c] += sum over rows of matrix[r][c].
void tb_add_column_sums(tb_block matrix, float *sums);
/// sum[i] += part[i].
void tb_add(float *sum, const float *part, int64_t count);
/// The sum of squares, in double.
double tb_sum_of_squares(const float *values, int64_t count);

/// output = input * rsqrt(max(sum input^2, epsilon)) by rows; inverse[r] keeps the factor, and is negative
/// where the row was too short, so that the factor was constant.
void tb_normalize_rows(tb_block input, tb_block output, float *inverse, float epsilon);
/// output = input * rsqrt(sum input^2 + epsilon) by rows; inverse[r] keeps the factor.
void tb_normalize_rows_smooth(tb_block input, tb_block output, float *inverse, float epsilon);
/// gradient of the input of either, from that of its output.
void tb_normalize_rows_backward(tb_block output_gradient, tb_block output, const float *inverse, tb_block input_gradient);

/// output[i] = column[ids[i]], for columns so long that nearly every place is fetched from memory.
void tb_pick(const int32_t *column, const int32_t *ids, int64_t count, int32_t *output);
/// Asks for the beginnings of the windows of `clicks` that begin at `starts`, to have them at hand when they are read.
void tb_fetch_windows(const int32_t *clicks, const int32_t *starts, int64_t count);
/// output[r] = table[ids[r]]; table rows are output.columns wide.
void tb_gather_rows(const float *table, const int32_t *ids, tb_block output);
/// output[r] = mean of table[id] over the ids other than 0 in clicks[starts[r]..<ends[r]]; zeros where none is.
void tb_mean_history(const float *table, const int32_t *clicks, const int32_t *starts, const int32_t *ends, tb_block output);

/// output[r] = table[ids[r]] * rsqrt(|table[ids[r]]|^2 + epsilon), the bare row where epsilon < 0; `adds` 1 adds it.
void tb_gather_unit_rows(const float *table, const int32_t *ids, float epsilon, int32_t adds, tb_block output);
/// output[r] (+)= (1 - f) table[b] + f table[b + 1], b + f = hours[r] * inverse_width held in 0 ... table_rows - 1.
void tb_interpolate_rows(
    const float *table, int32_t table_rows, const float *hours, float inverse_width, int32_t adds, tb_block output);

/// Click histories that are pooled by position: the j-th newest click of row r is clicks[ends[r] - 1 - j], down to
/// starts[r]; weights[j] is its weight; id 0 counts for nothing. Rows are brought to length one as
/// x * rsqrt(|x|^2 + epsilon) first; epsilon < 0 leaves them.
typedef struct {
  const float *table;
  const int32_t *clicks, *starts, *ends;
  const float *weights;
  float epsilon;
} tb_pool;
/// output[r] (+)= sum_j w_j e_j / (sum_j w_j + 1e-6).
void tb_pool_rows(const tb_pool *pool, int32_t adds, tb_block output);
/// sums[j] += the derivative by w_j of every row, where `gradient` is that of the pooled rows.
void tb_pool_weight_gradient(const tb_pool *pool, tb_block gradient, float *sums);

/// One share of an embedding row's gradient: scale * source[0..<columns] goes to table row `row`.
typedef struct {
  const float *source;
  float scale;
  int32_t row;
} tb_share;
/// Shares of `tb_gather_rows`; writes gradient.rows of them.
void tb_shares_of_rows(const int32_t *ids, tb_block gradient, tb_share *shares);
/// Bags of embedding rows: row r has the table rows codes[k] with the weights weights[k], k in starts[r]..<ends[r].
typedef struct {
  const int32_t *starts, *ends, *codes;
  const float *weights;
} tb_bags;
/// output[r] (+)= sum_k weights[k] table[codes[k]]; zeros for an empty bag.
void tb_bag_rows(const tb_bags *bags, const float *table, int32_t adds, tb_block output);
/// Shares of `tb_bag_rows`; returns how many.
int64_t tb_shares_of_bags(const tb_bags *bags, tb_block gradient, tb_share *shares);
/// Shares of `tb_mean_history`; returns how many.
int64_t tb_shares_of_history(
    const int32_t *clicks, const int32_t *starts, const int32_t *ends, tb_block gradient, tb_share *shares);
/// Shares of `tb_pool_rows` (of its rows at length one); returns how many.
int64_t tb_shares_of_pool(const tb_pool *pool, tb_block gradient, tb_share *shares);
/// Shares of `tb_interpolate_rows`, two a row.
void tb_shares_of_interpolation(
    int32_t table_rows, const float *hours, float inverse_width, tb_block gradient, tb_share *shares);
/// gradient[s], that of table row rows[s] brought to length one, becomes that of the row itself, s in first..<last.
void tb_unit_rows_backward(
    const float *table, const int32_t *rows, int64_t first, int64_t last, int32_t columns, float epsilon, float *gradient);
/// Sorts shares by row, keeping their order within a row. keys and spare have `count` elements; order[i] is the
/// share that comes i-th; rows and segments (one more) get the distinct rows and where each begins. Returns how
/// many distinct rows there are.
int64_t tb_sort_shares(
    const tb_share *shares, int64_t count, int32_t table_rows, uint64_t *keys, uint64_t *spare, int32_t *order,
    int32_t *rows, int32_t *segments);
/// gradient[s] = sum of the shares of segment s, for s in first..<last; gradient rows are `columns` wide.
void tb_sum_segments(
    const tb_share *shares, const int32_t *order, const int32_t *segments, int64_t first, int64_t last, int32_t columns,
    float *gradient);

/// A contrastive loss by rows over `logits`, which become their gradient. losses[r] is the loss of row r before its
/// weight. `bias` [columns] is added to the logits, or null; excluded[excluded_offsets[r]..<excluded_offsets[r+1]]
/// are columns row r does not see, or null; of the columns from `shared` on row r sees own[own_offsets[r]..<own_offsets[r+1]]
/// alone, which are ascending and distinct, or all where own_offsets is null; with spares_labels 1 a row's label goes
/// without its bias; weights[r] multiplies the gradient.
typedef struct {
  const int32_t *labels;
  const float *weights;
  const float *bias;
  const int32_t *excluded_offsets;
  const int32_t *excluded;
  int32_t shared;
  const int32_t *own_offsets;
  const int32_t *own;
  int32_t spares_labels;
  double *losses;
} tb_contrast;
/// Softmax cross-entropy.
void tb_softmax_rows(tb_block logits, const tb_contrast *rows);
/// Bayesian personalised ranking: losses[r] is the mean of log(1 + exp(z_c - z_label)) over the
/// columns that row r sees, its label left out; 0 where there is none.
void tb_bpr_rows(tb_block logits, const tb_contrast *rows);
/// Softmax cross-entropy times sigma(scale (z_label - b)), b the k-th highest logit of all items without their bias: a column
/// stands for exp(bias) items, at least 1, or without a bias for (items - 1) / n of them, n the columns that row r sees
/// beside its label, which stands for one. No gradient goes through that weight. k is at most TB_MOST_AT_K.
#define TB_MOST_AT_K 1024
void tb_softmax_at_k_rows(tb_block logits, const tb_contrast *rows, int32_t k, double items, float scale);
/// The cosine contrastive loss: losses[r] is 1 - z_label + weight times the mean of max(0, z_c - margin) over the columns
/// that row r sees, its label left out.
void tb_ccl_rows(tb_block logits, const tb_contrast *rows, float margin, float weight);
/// Binary cross-entropy: losses[r] is power log(1 + exp(-z_label)) + the sum of log(1 + exp(z_c)) over the columns that row
/// r sees, its label left out.
void tb_gbce_rows(tb_block logits, const tb_contrast *rows, float power);
/// logits = exp(logits - shift); row_sums[r] is their sum; column_sums[c] += logits[r][c].
void tb_exp_sums(tb_block logits, float shift, float *row_sums, float *column_sums);
/// exps[r][c] *= row_factors[r] + column_factors[c].
void tb_scale_both(tb_block exps, const float *row_factors, const float *column_factors);

/// Rows of one parameter to move: entry e in first..<last is table row rows[e] (e itself where rows is null), its
/// state is row slots[e] (e itself where null) of states, which is state_width wide and holds one or two rows of
/// columns side by side, its gradient is row e. Gradients are multiplied by gradient_scale first.
typedef struct {
  float *values;
  const float *gradient;
  float *states;
  int64_t state_width;
  const int32_t *rows;
  const int32_t *slots;
  int64_t first, last;
  int32_t columns;
  float gradient_scale;
} tb_update;
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; x -= rate m / (sqrt(v) + epsilon) + decay x.
void tb_adam(const tb_update *update, float rate, float beta1, float beta2, float epsilon, float decay);
/// a += g^2; x -= rate g / (sqrt(a) + epsilon).
void tb_adagrad(const tb_update *update, float rate, float epsilon);
/// v = momentum v - rate g; x += v; without states x -= rate g.
void tb_sgd(const tb_update *update, float rate, float momentum);

/// What a row misses that had no gradient for some steps of Adam: x = keep x - m sum_i weight_i / (root_i sqrt(v) +
/// epsilon_i); m *= .m; v *= .v.
typedef struct {
  float keep, m, v;
  float weight[2], root[2], epsilon[2];
} tb_adam_lag;
/// Brings entries up to `step`: slot s, last moved in step steps[s], by lags[steps[s] - first_step]; an entry whose slot
/// is negative has no state and stays.
void tb_adam_catch_up(
    const tb_update *update, int32_t *steps, int32_t first_step, int32_t step, const tb_adam_lag *lags);
/// The same of gradient descent with momentum: x += sum v; v *= velocity.
typedef struct {
  float sum, velocity;
} tb_momentum_lag;
/// Brings entries up to `step`, likewise.
void tb_momentum_catch_up(
    const tb_update *update, int32_t *steps, int32_t first_step, int32_t step, const tb_momentum_lag *lags);

#endif
