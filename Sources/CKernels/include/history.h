#ifndef TOWERBOOK_HISTORY_H
#define TOWERBOOK_HISTORY_H
#include "training.h"

// Loops of histories that are pooled by attention or by a recurrent layer. Their products of matrices are taken
// elsewhere; each function works on one thread.

/// Known clicks row by row: row r has the vectors clicks[offsets[r]..<offsets[r + 1]] (rows as wide as `queries`,
/// side by side) and the weights of the same places.
typedef struct {
  float *clicks;
  const int32_t *offsets;
  tb_block queries;
  float scale;
  float *weights;
} tb_attention;
/// weights[j] = softmax over the row's clicks of scale * queries[r] . clicks[j]; output[r] = sum_j weights[j]
/// clicks[j], zeros where there is no click.
void tb_attend(const tb_attention *attention, tb_block output);
/// From the gradient of the output: clicks become their gradient, query_gradient[r] is set to that of queries[r].
void tb_attend_backward(const tb_attention *attention, tb_block gradient, tb_block query_gradient);

/// One step of a gated recurrent unit over `rows` rows; everything lies side by side, gates 3 * width wide (update,
/// reset, candidate), the rest `width` wide. `recurrent` and `previous` are null where the state before is zero.
typedef struct {
  int32_t rows, width;
  float *gates;
  float *recurrent;
  const float *previous;
  const float *bias;
  float *inner;
  float *hidden;
} tb_gru;
/// With x the products of the input in `gates`, h those of the state before in `recurrent`, and both rows of `bias`
/// ([2, 3 * width]) added:
///   z = sigmoid(x_z + h_z), r = sigmoid(x_r + h_r), inner = h_c, c = tanh(x_c + r inner),
///   hidden = z previous + (1 - z) c;
/// `gates` become (z, r, c).
void tb_gru_step(const tb_gru *step);
/// From hidden_gradient [rows, width], that of `hidden`: `gates` become the gradient of the sums under z, r, c;
/// `inner` becomes that of inner; hidden_gradient becomes the share of it that goes straight to `previous`.
void tb_gru_step_backward(const tb_gru *step, float *hidden_gradient);

#endif
