#ifndef TOWERBOOK_INNER_PRODUCT_H
#define TOWERBOOK_INNER_PRODUCT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The inner product of two vectors of `count` numbers: the same bits on every processor.
float inner_product(const float *a, const float *b, size_t count);

#ifdef __cplusplus
}
#endif

#endif
