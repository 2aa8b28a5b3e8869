#ifndef TOWERBOOK_FAISS_GRAPH_H
#define TOWERBOOK_FAISS_GRAPH_H

#include <stdint.h>

#include "faiss_shim.h"

/// The links of an HNSW graph, without vectors. Codes and errors are those of `faiss_shim.h`.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct faiss_shim_graph faiss_shim_graph;

/// What holds of a whole graph.
typedef struct faiss_shim_graph_facts {
  int64_t count;     ///< of nodes, numbered from 0
  int links;         ///< the most neighbours of a node above level 0; on level 0 twice as many
  int most_level;    ///< the highest level, from 0; -1 where there are no nodes
  int64_t entry;     ///< a node of the highest level; -1 where there are none
  int construction;  ///< how many candidates an insertion kept
} faiss_shim_graph_facts;

/// Builds the graph of `vectors`, `[count, dimension]`, by inner product, with one thread: the same graph each time.
int faiss_shim_graph_build(int64_t count, int dimension, const float *vectors, int links, int construction,
                           faiss_shim_graph **graph);

/// The graph of an index that is one over vectors as they are (IndexHNSWFlat), which must live as long; NULL of any other.
/// FAISS_SHIM_DAMAGED where its lists do not fit each other.
int faiss_shim_graph_of(const faiss_shim_index *index, faiss_shim_graph **graph);

/// Ends what the two above gave; NULL is allowed.
void faiss_shim_graph_destroy(faiss_shim_graph *graph);

faiss_shim_graph_facts faiss_shim_graph_about(const faiss_shim_graph *graph);

/// The highest level of `node`, from 0.
int faiss_shim_graph_level(const faiss_shim_graph *graph, int64_t node);

/// Copies the neighbours of `node` on `level`, which it has, into `room`, [2 links], and returns how many there are: nodes
/// of that level, each once, without itself.
int faiss_shim_graph_neighbours(const faiss_shim_graph *graph, int64_t node, int level, int32_t *room);

#ifdef __cplusplus
}
#endif
#endif
