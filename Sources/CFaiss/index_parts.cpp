#include "index_parts.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexFlatCodes.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexIVFPQR.h>
#include <faiss/IndexPQ.h>
#include <faiss/IndexPQFastScan.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/VectorTransform.h>
#include <faiss/invlists/InvertedLists.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "checked_io.h"

namespace {

using faiss::Index;

void fits(bool holds, const char *what) {
  if (!holds) throw DamagedFile{std::string("its ") + what + " do not fit each other"};
}

[[noreturn]] void refuse() { throw DamagedFile{"it holds an index of a kind that is never made here"}; }

/// The number of an enumeration, which in a file may be none of its values.
template <typename Enumeration>
int number_of(const Enumeration &value) {
  int number;
  static_assert(sizeof number == sizeof value);
  memcpy(&number, &value, sizeof number);
  return number;
}

/// Whether `first * second` is `expected`.
bool is_product(size_t first, size_t second, size_t expected) {
  size_t product;
  return !__builtin_mul_overflow(first, second, &product) && product == expected;
}

void check(const faiss::ScalarQuantizer &codes, size_t dimension) {
  using Scalar = faiss::ScalarQuantizer;
  size_t bits = 0, ranges = 0;
  switch (number_of(codes.qtype)) {
    case Scalar::QT_8bit: bits = 8, ranges = 2 * dimension; break;
    case Scalar::QT_6bit: bits = 6, ranges = 2 * dimension; break;
    case Scalar::QT_4bit: bits = 4, ranges = 2 * dimension; break;
    case Scalar::QT_8bit_uniform: bits = 8, ranges = 2; break;
    case Scalar::QT_4bit_uniform: bits = 4, ranges = 2; break;
    case Scalar::QT_8bit_direct: bits = 8; break;
    case Scalar::QT_fp16: bits = 16; break;
    default: fits(false, "codes");
  }
  fits(codes.d == dimension && codes.code_size == (dimension * bits + 7) / 8 && codes.trained.size() == ranges, "codes");
}

void check(const faiss::ProductQuantizer &codes, size_t dimension) {
  fits(codes.d == dimension && codes.M > 0 && dimension % codes.M == 0 && codes.nbits > 0 && codes.nbits <= 16, "codes");
  fits(codes.dsub == dimension / codes.M && codes.ksub == size_t{1} << codes.nbits, "codes");
  fits(codes.code_size == (codes.M * codes.nbits + 7) / 8, "codes");
  fits(is_product(dimension, codes.ksub, codes.centroids.size()), "codes");
}

void check(const Index *index, int depth);

void check(const faiss::IndexFlatCodes &index) {
  fits(is_product(index.code_size, static_cast<size_t>(index.ntotal), index.codes.size()), "codes");
  const auto dimension = static_cast<size_t>(index.d);
  if (dynamic_cast<const faiss::IndexFlat *>(&index) != nullptr) {
    fits(index.code_size == dimension * sizeof(float), "vectors");
  } else if (auto *scalar = dynamic_cast<const faiss::IndexScalarQuantizer *>(&index)) {
    check(scalar->sq, dimension);
    fits(scalar->sq.code_size == index.code_size, "codes");
  } else if (auto *product = dynamic_cast<const faiss::IndexPQ *>(&index)) {
    check(product->pq, dimension);
    fits(product->pq.code_size == index.code_size, "codes");
  } else {
    refuse();
  }
}

/// Codes of 4 bits in blocks of `bbs` vectors, which are filled up, as are the codes of a vector to an even number.
void check(const faiss::IndexPQFastScan &index) {
  check(index.pq, static_cast<size_t>(index.d));
  fits(index.pq.nbits == 4 && index.M == index.pq.M && index.M2 == (index.M + 1) / 2 * 2, "codes");
  // Blocks of 32 searched in the way that is chosen for them: others are never made here.
  fits(index.bbs == 32 && index.implem == 0 && index.qbs == 0, "blocks");
  const auto count = static_cast<size_t>(index.ntotal);
  fits(index.ntotal2 >= count && index.ntotal2 - count < 32 && index.ntotal2 % 32 == 0, "blocks");
  fits(is_product(index.ntotal2, index.M2 / 2, index.codes.size()), "blocks");
}

void check(const faiss::IndexIVF &index, int depth) {
  check(index.quantizer, depth + 1);
  fits(index.quantizer->d == index.d && index.quantizer->ntotal == static_cast<int64_t>(index.nlist), "cells");
  // Others are in files of their own, wherever these are.
  auto *lists = dynamic_cast<const faiss::ArrayInvertedLists *>(index.invlists);
  fits(lists != nullptr && lists->nlist == index.nlist && lists->code_size == index.code_size, "cells");
  fits(lists->ids.size() == lists->nlist && lists->codes.size() == lists->nlist, "cells");
  for (size_t cell = 0; cell < lists->nlist; cell++) {
    const auto &rows = lists->ids[cell];
    fits(is_product(rows.size(), lists->code_size, lists->codes[cell].size()), "cells");
    fits(std::all_of(rows.begin(), rows.end(), [&](int64_t row) { return row >= 0 && row < index.ntotal; }), "cells");
  }
  const auto dimension = static_cast<size_t>(index.d);
  if (dynamic_cast<const faiss::IndexIVFFlat *>(&index) != nullptr) {
    fits(index.code_size == dimension * sizeof(float), "vectors");
  } else if (auto *scalar = dynamic_cast<const faiss::IndexIVFScalarQuantizer *>(&index)) {
    check(scalar->sq, dimension);
    fits(scalar->sq.code_size == index.code_size, "codes");
  } else if (auto *product = dynamic_cast<const faiss::IndexIVFPQ *>(&index)) {
    check(product->pq, dimension);
    fits(product->pq.code_size == index.code_size, "codes");
    if (dynamic_cast<const faiss::IndexIVFPQR *>(product) != nullptr) refuse();
  } else {
    refuse();
  }
}

void check(const faiss::VectorTransform &transform) {
  const auto in = static_cast<size_t>(transform.d_in), out = static_cast<size_t>(transform.d_out);
  if (auto *linear = dynamic_cast<const faiss::LinearTransform *>(&transform)) {
    fits(is_product(in, out, linear->A.size()) && (!linear->have_bias || linear->b.size() == out), "transformations");
  } else {
    refuse();
  }
}

void check(const faiss::IndexPreTransform &index, int depth) {
  int dimension = index.d;
  for (const faiss::VectorTransform *transform : index.chain) {
    fits(transform->d_in == dimension && transform->d_out > 0 && transform->is_trained, "transformations");
    check(*transform);
    dimension = transform->d_out;
  }
  check(index.index, depth + 1);
  fits(index.index->d == dimension && index.index->ntotal == index.ntotal, "transformations");
}

void check(const Index *index, int depth) {
  fits(index != nullptr && depth < 8 && index->d > 0 && index->ntotal >= 0, "parts");
  const int metric = number_of(index->metric_type);
  fits(metric == faiss::METRIC_INNER_PRODUCT || metric == faiss::METRIC_L2, "parts");
  // Nothing is searched, or added to, that was not trained.
  if (!index->is_trained && index->ntotal == 0) return;
  fits(index->is_trained, "parts");
  if (auto *map = dynamic_cast<const faiss::IndexIDMap *>(index)) {
    check(map->index, depth + 1);
    fits(map->d == map->index->d && map->ntotal == map->index->ntotal, "parts");
    fits(map->id_map.size() == static_cast<size_t>(map->ntotal), "ids");
  } else if (auto *transformed = dynamic_cast<const faiss::IndexPreTransform *>(index)) {
    check(*transformed, depth);
  } else if (auto *blocks = dynamic_cast<const faiss::IndexPQFastScan *>(index)) {
    check(*blocks);
  } else if (auto *codes = dynamic_cast<const faiss::IndexFlatCodes *>(index)) {
    check(*codes);
  } else if (auto *cells = dynamic_cast<const faiss::IndexIVF *>(index)) {
    check(*cells, depth);
  } else if (auto *graph = dynamic_cast<const faiss::IndexHNSW *>(index)) {
    check(graph->storage, depth + 1);
    fits(graph->storage->d == graph->d && graph->storage->ntotal == graph->ntotal, "vectors");
    // Only these compare vectors in a graph, and nothing in a graph stands for more than one vector.
    fits(dynamic_cast<const faiss::IndexFlatCodes *>(graph->storage) != nullptr, "vectors");
    checked_graph(graph->hnsw, graph->ntotal);
    // As many candidates get room before each search.
    const int64_t most = std::max<int64_t>(graph->ntotal, 1'000'000);
    for (const int kept : {graph->hnsw.efSearch, graph->hnsw.efConstruction}) fits(kept > 0 && kept <= most, "numbers");
    // With a wider beam in upper levels searches are others, and with none they write to nowhere.
    fits(graph->hnsw.upper_beam == 1, "numbers");
  } else {
    refuse();
  }
}

}  // namespace

void check_parts(const Index &index) { check(&index, 0); }

faiss_shim_graph_facts checked_graph(const faiss::HNSW &hnsw, int64_t count) {
  const auto &widths = hnsw.cum_nneighbor_per_level;
  const size_t nodes = hnsw.levels.size();
  auto fit = [](bool holds) { fits(holds, "graph's lists"); };
  fit(nodes == static_cast<size_t>(count) && hnsw.offsets.size() == nodes + 1);
  fit(widths.size() >= 3 && widths[0] == 0 && widths[1] > 0 && widths[1] % 2 == 0);
  const int links = widths[1] / 2;
  for (size_t level = 1; level + 1 < widths.size(); level++) {
    fit(widths[level] <= INT32_MAX - links && widths[level + 1] == widths[level] + links);
  }
  faiss_shim_graph_facts facts{count, links, -1, -1, hnsw.efConstruction};
  for (size_t node = 0; node < nodes; node++) {
    const int levels = hnsw.levels[node];
    fit(levels >= 1 && static_cast<size_t>(levels) < widths.size());
    const size_t begin = hnsw.offsets[node], end = hnsw.offsets[node + 1];
    fit(begin <= end && end <= hnsw.neighbors.size() && end - begin >= static_cast<size_t>(widths[levels]));
    facts.most_level = std::max(facts.most_level, levels - 1);
    for (int level = 0; level < levels; level++) {
      for (int place = widths[level]; place < widths[level + 1]; place++) {
        const int other = hnsw.neighbors[begin + place];
        // The list ends there.
        if (other < 0) break;
        fit(other < count && hnsw.levels[other] > level);
      }
    }
  }
  if (nodes > 0) {
    fit(hnsw.entry_point >= 0 && hnsw.entry_point < count);
    fit(hnsw.levels[hnsw.entry_point] - 1 == facts.most_level && hnsw.max_level == facts.most_level);
    facts.entry = hnsw.entry_point;
  }
  return facts;
}
