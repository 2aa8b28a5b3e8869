#ifndef TOWERBOOK_TRANSFORMER_H
#define TOWERBOOK_TRANSFORMER_H
#include "training.h"

// Loops of self-attention over sequences of clicks. Rows lie side by side, sequence after sequence: sequence s has the
// rows offsets[s] - offsets[0]..<offsets[s + 1] - offsets[0]. Products of matrices are taken elsewhere; each function
// works on one thread.

typedef struct {
  const int32_t *offsets;
  int32_t count;
} tb_sequences;

/// rows = dropout(scale * rows + positions[i]), i the place of a row in its sequence; positions are as wide as rows.
void tb_add_positions(
    tb_block rows, const tb_sequences *sequences, const float *positions, float scale, const tb_dropout *dropout);
/// From the gradient of the output: sums[i] += the gradient of positions[i]; `gradient` becomes that of the rows.
void tb_positions_backward(
    tb_block gradient, const tb_sequences *sequences, float scale, const tb_dropout *dropout, float *sums);

/// output = (input - mean) / sqrt(variance + 1e-5) * gain + bias by rows; statistics[2 r] is the mean of row r,
/// statistics[2 r + 1] the reciprocal of the root.
void tb_normalize_layer(tb_block input, const float *gain, const float *bias, float *statistics, tb_block output);
/// From the gradient of the output: input_gradient += that of the input; gain_sums and bias_sums += theirs.
void tb_normalize_layer_backward(
    tb_block input, const float *gain, const float *statistics, tb_block gradient, tb_block input_gradient,
    float *gain_sums, float *bias_sums);

/// Attention of every row to itself and the rows before it in its sequence. `projections` has queries, keys and values
/// side by side, each as wide as the output, head after head. weights[r][h * longest + j] is what row r's head h gives
/// the j-th row of the sequence, before dropout; `longest` is as long as the longest sequence at least, and rows of
/// `weights` have (heads + 1) * longest columns, the last ones for the way back to work in.
typedef struct {
  tb_block projections, weights;
  tb_sequences sequences;
  int32_t heads, longest;
  float scale;
  const tb_dropout *dropout;
} tb_causal;
/// output[r] = sum_j dropout(weights)[j] value_j, weights = softmax_j(scale query_r . key_j), head by head.
void tb_attend_causally(const tb_causal *attention, tb_block output);
/// From the gradient of the output: `projection_gradient` is set to that of `projections`.
void tb_attend_causally_backward(const tb_causal *attention, tb_block gradient, tb_block projection_gradient);

/// output = dropout(silu(left) * right), left and right the halves of the columns of `halves`.
void tb_gate(tb_block halves, const tb_dropout *dropout, tb_block output);
/// From the gradient of the output: `halves` become their gradient.
void tb_gate_backward(tb_block halves, const tb_dropout *dropout, tb_block gradient);

#endif
