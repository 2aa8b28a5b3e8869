#ifndef TOWERBOOK_GRAPH_VECTORS_H
#define TOWERBOOK_GRAPH_VECTORS_H

#include <faiss/Index.h>

/// Has an HNSW index of whole vectors, under whatever transformations, compare them by `inner_product`; leaves all others as they are.
void hold_graph_vectors(faiss::Index &index);

#endif
