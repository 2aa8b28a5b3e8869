#ifndef TOWERBOOK_PRODUCTS_H
#define TOWERBOOK_PRODUCTS_H
#include <stdint.h>

#include "training.h"

// Matrix products in bfloat16 (products.c), each on the calling thread alone.

/// Whether this processor has an instruction for them: AVX-512 BF16, which all have that have AMX.
int32_t tb_multiplies_bf16(void);

/// c = scale * a * b, or c += scale * a * b where `adds`: factors are rounded to bfloat16 (to nearest, ties to even; below
/// 2^-126 to zero), their products are exact and their sums in Float32. `a_transposed`, `b_transposed`: whether the block
/// is read so. An element's bits depend on its row of `a` and its column of `b` alone. Only where `tb_multiplies_bf16`.
void tb_multiply_bf16(tb_block a, int32_t a_transposed, tb_block b, int32_t b_transposed, tb_block c, float scale,
                      int32_t adds);

#endif
