#ifndef TOWERBOOK_OMP_H
#define TOWERBOOK_OMP_H

/// What FAISS's header of HNSW names of OpenMP, in declarations of functions that nobody here calls: clang has no omp.h.
typedef struct towerbook_omp_lock omp_lock_t;

#endif
