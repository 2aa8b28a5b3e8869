#include "inner_product.h"

#include <string.h>

// Sixteen partial sums, products rounded before they are added: so much stands in the source, and holds for lanes of any width.
typedef float lanes __attribute__((vector_size(64), aligned(4)));

__attribute__((target_clones("avx512f", "avx2", "default"))) float inner_product(const float *a, const float *b,
                                                                                 size_t count) {
#pragma clang fp contract(off) reassociate(off)
  lanes first = {0}, second = {0};
  size_t place = 0;
  for (; place + 32 <= count; place += 32) {
    first += *(const lanes *)(a + place) * *(const lanes *)(b + place);
    second += *(const lanes *)(a + place + 16) * *(const lanes *)(b + place + 16);
  }
  for (; place + 16 <= count; place += 16) first += *(const lanes *)(a + place) * *(const lanes *)(b + place);
  if (place < count) {
    lanes left = {0}, right = {0};
    memcpy(&left, a + place, (count - place) * sizeof(float));
    memcpy(&right, b + place, (count - place) * sizeof(float));
    second += left * right;
  }
  first += second;
  float sums[16];
  memcpy(sums, &first, sizeof sums);
  for (int width = 8; width > 0; width /= 2) {
    for (int lane = 0; lane < width; lane++) sums[lane] += sums[lane + width];
  }
  return sums[0];
}
