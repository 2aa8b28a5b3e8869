#ifndef TOWERBOOK_INDEX_PARTS_H
#define TOWERBOOK_INDEX_PARTS_H

#include <faiss/Index.h>
#include <faiss/impl/HNSW.h>

#include <cstdint>

#include "faiss_graph.h"

/// Looks at what FAISS has read: it takes lists and sizes from files as they come and follows them wherever they lead.
///
/// Looked at are whole vectors, scalar and product quantizers, their codes in blocks too (PQ…fs), cells (IVF) and graphs (HNSW) over
/// them, and linear transformations. Other kinds are never made here, and refused.
/// Throws DamagedFile where parts do not fit each other.
void check_parts(const faiss::Index &index);

/// The same of a graph over `count` vectors; says what holds of it.
faiss_shim_graph_facts checked_graph(const faiss::HNSW &hnsw, int64_t count);

#endif
