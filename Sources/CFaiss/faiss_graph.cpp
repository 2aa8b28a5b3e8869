#include "faiss_graph.h"

#include <faiss/IndexHNSW.h>

#include <cstddef>
#include <utility>

#include "graph_vectors.h"
#include "index_parts.h"
#include "shim_parts.h"

struct faiss_shim_graph {
  /// The links where they are the graph's own.
  std::unique_ptr<faiss::HNSW> own;
  const faiss::HNSW *hnsw = nullptr;
  faiss_shim_graph_facts facts{};
};

int faiss_shim_graph_build(int64_t count, int dimension, const float *vectors, int links, int construction,
                           faiss_shim_graph **graph) {
  return guarded([&] {
    use_threads(1);
    auto made = std::make_unique<faiss_shim_graph>();
    {
      faiss::IndexHNSWFlat index(dimension, links, faiss::METRIC_INNER_PRODUCT);
      hold_graph_vectors(index);
      index.hnsw.efConstruction = construction;
      if (count > 0) index.add(count, vectors);
      made->own = std::make_unique<faiss::HNSW>(std::move(index.hnsw));
    }
    made->hnsw = made->own.get();
    made->facts = checked_graph(*made->hnsw, count);
    *graph = made.release();
  });
}

int faiss_shim_graph_of(const faiss_shim_index *index, faiss_shim_graph **graph) {
  *graph = nullptr;
  return guarded([&] {
    const auto *flat = dynamic_cast<const faiss::IndexHNSWFlat *>(index->inner());
    if (flat == nullptr) return;
    auto made = std::make_unique<faiss_shim_graph>();
    made->hnsw = &flat->hnsw;
    made->facts = checked_graph(flat->hnsw, flat->ntotal);
    *graph = made.release();
  });
}

void faiss_shim_graph_destroy(faiss_shim_graph *graph) { delete graph; }

faiss_shim_graph_facts faiss_shim_graph_about(const faiss_shim_graph *graph) { return graph->facts; }

int faiss_shim_graph_level(const faiss_shim_graph *graph, int64_t node) { return graph->hnsw->levels[node] - 1; }

int faiss_shim_graph_neighbours(const faiss_shim_graph *graph, int64_t node, int level, int32_t *room) {
  const faiss::HNSW &hnsw = *graph->hnsw;
  const auto *list = hnsw.neighbors.data() + hnsw.offsets[node] + hnsw.cum_nneighbor_per_level[level];
  const int width = graph->facts.links * (level == 0 ? 2 : 1);
  int found = 0;
  for (int place = 0; place < width && list[place] >= 0; place++) {
    const int32_t other = list[place];
    if (other >= graph->facts.count || other == node || hnsw.levels[other] - 1 < level) continue;
    if (std::find(room, room + found, other) == room + found) room[found++] = other;
  }
  return found;
}
