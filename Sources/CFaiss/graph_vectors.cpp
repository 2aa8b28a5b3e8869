#include "graph_vectors.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexPreTransform.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "inner_product.h"

namespace {

using faiss::Index;

/// The inner product of a query with vectors as they lie; the larger the nearer.
struct InnerProducts final : faiss::FlatCodesDistanceComputer {
  const float *vectors;
  const float *query = nullptr;
  size_t dimension;

  explicit InnerProducts(const faiss::IndexFlat &flat)
      : FlatCodesDistanceComputer(flat.codes.data(), flat.code_size), vectors(flat.get_xb()), dimension(flat.d) {}

  void set_query(const float *x) override { query = x; }
  float distance_to_code(const uint8_t *code) override {
    return inner_product(query, reinterpret_cast<const float *>(code), dimension);
  }
  float symmetric_dis(Index::idx_t i, Index::idx_t j) override {
    return inner_product(vectors + i * dimension, vectors + j * dimension, dimension);
  }
};

/// Vectors as FAISS keeps and writes them, compared by the processor's widest lanes: Debian's FAISS is built for those that
/// every processor has.
struct GraphVectors final : faiss::IndexFlatIP {
  explicit GraphVectors(faiss::IndexFlat &&flat) : IndexFlatIP(flat.d) {
    codes = std::move(flat.codes);
    ntotal = flat.ntotal;
  }
  faiss::FlatCodesDistanceComputer *get_FlatCodesDistanceComputer() const override { return new InnerProducts(*this); }
};

}  // namespace

void hold_graph_vectors(Index &index) {
  Index *inner = &index;
  while (auto *transformed = dynamic_cast<faiss::IndexPreTransform *>(inner)) inner = transformed->index;
  auto *graph = dynamic_cast<faiss::IndexHNSWFlat *>(inner);
  if (graph == nullptr || graph->metric_type != faiss::METRIC_INNER_PRODUCT || !graph->own_fields) return;
  auto *flat = dynamic_cast<faiss::IndexFlat *>(graph->storage);
  if (flat == nullptr || flat->metric_type != faiss::METRIC_INNER_PRODUCT) return;
  auto held = std::make_unique<GraphVectors>(std::move(*flat));
  delete flat;
  graph->storage = held.release();
}
