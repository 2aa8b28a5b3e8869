#include "faiss_graph.h"

#include <faiss/IndexHNSW.h>

#include <cstddef>
#include <utility>

#include "graph_vectors.h"
#include "shim_parts.h"

struct faiss_shim_graph {
  /// The links where they are the graph's own.
  std::unique_ptr<faiss::HNSW> own;
  const faiss::HNSW *hnsw = nullptr;
  faiss_shim_graph_facts facts{};
};

namespace {

/// What holds of `hnsw` over `count` vectors. FAISS reads its lists from files as they come, so that each is looked at.
faiss_shim_graph_facts checked_facts(const faiss::HNSW &hnsw, int64_t count) {
  const auto &widths = hnsw.cum_nneighbor_per_level;
  const size_t nodes = hnsw.levels.size();
  auto fits = [](bool holds) {
    if (!holds) throw DamagedFile{"the lists of its graph do not fit each other"};
  };
  fits(nodes == static_cast<size_t>(count) && hnsw.offsets.size() == nodes + 1);
  fits(widths.size() >= 3 && widths[0] == 0 && widths[1] > 0 && widths[1] % 2 == 0);
  const int links = widths[1] / 2;
  for (size_t level = 1; level + 1 < widths.size(); level++) fits(widths[level + 1] - widths[level] == links);
  faiss_shim_graph_facts facts{count, links, -1, -1, hnsw.efConstruction};
  for (size_t node = 0; node < nodes; node++) {
    const int levels = hnsw.levels[node];
    fits(levels >= 1 && static_cast<size_t>(levels) < widths.size());
    const size_t begin = hnsw.offsets[node], end = hnsw.offsets[node + 1];
    fits(begin <= end && end <= hnsw.neighbors.size() && end - begin >= static_cast<size_t>(widths[levels]));
    facts.most_level = std::max(facts.most_level, levels - 1);
  }
  if (nodes > 0) {
    fits(hnsw.entry_point >= 0 && hnsw.entry_point < count);
    fits(hnsw.levels[hnsw.entry_point] - 1 == facts.most_level);
    facts.entry = hnsw.entry_point;
  }
  return facts;
}

}  // namespace

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
    made->facts = checked_facts(*made->hnsw, count);
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
    made->facts = checked_facts(flat->hnsw, flat->ntotal);
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
