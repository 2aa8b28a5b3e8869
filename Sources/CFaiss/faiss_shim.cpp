#include "faiss_shim.h"

#include <cxxabi.h>
#include <faiss/AutoTune.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexNSG.h>
#include <faiss/IndexPQ.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/VectorTransform.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "graph_vectors.h"
#include "index_parts.h"
#include "shim_parts.h"

namespace {

thread_local std::string last_kind;

/// The index under any transformations of the vectors.
faiss::Index *below_transforms(faiss::Index *index) {
  while (auto *transformed = dynamic_cast<faiss::IndexPreTransform *>(index)) index = transformed->index;
  return index;
}

/// Training as we want it: no advice on standard error, which is for progress (the caller checks how
/// many vectors there are), and no polysemous codes, whose search we do not offer and which would make
/// training a hundred times slower.
void prepare_training(faiss_shim_index &index) {
  for (faiss::Index *inner = index.inner(); auto *outer = dynamic_cast<faiss::IndexPreTransform *>(inner);
       inner = outer->index) {
    for (faiss::VectorTransform *transform : outer->chain) {
      auto *rotation = dynamic_cast<faiss::OPQMatrix *>(transform);
      if (rotation == nullptr) continue;
      auto codes = std::make_unique<faiss::ProductQuantizer>(rotation->d_out, rotation->M, 8);
      codes->cp.min_points_per_centroid = 1;
      rotation->pq = codes.get();
      index.borrowed.push_back(std::move(codes));
    }
  }
  faiss::Index *inner = below_transforms(index.inner());
  if (auto *lists = dynamic_cast<faiss::IndexIVF *>(inner)) lists->cp.min_points_per_centroid = 1;
  if (auto *codes = dynamic_cast<faiss::IndexIVFPQ *>(inner)) {
    codes->pq.cp.min_points_per_centroid = 1;
    codes->do_polysemous_training = false;
  }
  if (auto *codes = dynamic_cast<faiss::IndexPQ *>(inner)) {
    codes->pq.cp.min_points_per_centroid = 1;
    codes->do_polysemous_training = false;
  }
}

/// Counts what is written, and keeps none of it.
struct CountingWriter : faiss::IOWriter {
  int64_t bytes = 0;
  size_t operator()(const void *, size_t size, size_t count) override {
    bytes += static_cast<int64_t>(size * count);
    return count;
  }
};

/// The IVF index that gets vectors as they are; NULL where there is none.
faiss::IndexIVF *bare_cells(const faiss_shim_index *index) {
  return dynamic_cast<faiss::IndexIVF *>(index->inner());
}

/// Whether nothing can be taken out of it.
bool is_graph(const faiss::Index &inner) {
  return dynamic_cast<const faiss::IndexHNSW *>(&inner) != nullptr || dynamic_cast<const faiss::IndexNSG *>(&inner) != nullptr;
}

/// Takes the vectors out whose new id is FAISS_SHIM_GONE; the others are numbered from 0 in their order.
/// Returns their ids.
std::vector<int64_t> take_out(faiss::IndexIDMap &mapped, const int64_t *ids, int64_t count) {
  std::vector<int64_t> kept;
  std::vector<faiss::Index::idx_t> gone;
  std::vector<int64_t> place(count);
  for (int64_t row = 0; row < count; row++) {
    place[row] = static_cast<int64_t>(kept.size());
    if (ids[row] == FAISS_SHIM_GONE) {
      gone.push_back(row);
    } else {
      kept.push_back(ids[row]);
    }
  }
  if (gone.empty()) return kept;
  faiss::Index *inner = below_transforms(mapped.index);
  inner->remove_ids(faiss::IDSelectorBatch(gone.size(), gone.data()));
  // Lists keep the numbers that vectors had; other kinds move up.
  if (auto *lists = dynamic_cast<faiss::IndexIVF *>(inner)) {
    auto *arrays = dynamic_cast<faiss::ArrayInvertedLists *>(lists->invlists);
    if (arrays == nullptr) throw faiss::FaissException("its lists are of a kind that cannot be changed");
    for (auto &list : arrays->ids) {
      for (auto &row : list) row = place.at(row);
    }
  }
  for (faiss::Index *outer = mapped.index; outer != inner;
       outer = dynamic_cast<faiss::IndexPreTransform *>(outer)->index) {
    outer->ntotal = inner->ntotal;
  }
  if (inner->ntotal != static_cast<int64_t>(kept.size())) {
    throw faiss::FaissException("vectors were not taken out of the index as they should");
  }
  return kept;
}

/// What was read as a plain map, with the places of its ids.
std::unique_ptr<faiss::Index> with_places(faiss::IndexIDMap &read) {
  auto map = std::make_unique<faiss::IndexIDMap2>();
  static_cast<faiss::Index &>(*map) = read;
  std::swap(map->index, read.index);
  std::swap(map->own_fields, read.own_fields);
  map->id_map = std::move(read.id_map);
  map->construct_rev_map();
  return map;
}

}  // namespace

const char *faiss_shim_error(void) { return last_error.c_str(); }

int faiss_shim_errno(void) { return last_errno; }

int faiss_shim_create(const char *factory, int dimension, faiss_shim_index **index) {
  return guarded([&] {
    std::string described = std::string("IDMap2,") + factory;
    auto made = std::make_unique<faiss_shim_index>();
    made->mapped.reset(faiss::index_factory(dimension, described.c_str(), faiss::METRIC_INNER_PRODUCT));
    if (dynamic_cast<faiss::IndexIDMap2 *>(made->mapped.get()) == nullptr) {
      throw faiss::FaissException("the factory string does not stand for an index of vectors");
    }
    prepare_training(*made);
    hold_graph_vectors(*made->inner());
    *index = made.release();
  });
}

void faiss_shim_destroy(faiss_shim_index *index) { delete index; }

int64_t faiss_shim_count(const faiss_shim_index *index) { return index->mapped->ntotal; }

int faiss_shim_dimension(const faiss_shim_index *index) { return index->mapped->d; }

int faiss_shim_is_trained(const faiss_shim_index *index) { return index->mapped->is_trained ? 1 : 0; }

int64_t faiss_shim_least_training(const faiss_shim_index *index) {
  faiss::Index *inner = below_transforms(index->inner());
  int64_t least = 0;
  if (auto *lists = dynamic_cast<faiss::IndexIVF *>(inner)) least = static_cast<int64_t>(lists->nlist);
  if (auto *codes = dynamic_cast<faiss::IndexIVFPQ *>(inner)) {
    least = std::max(least, static_cast<int64_t>(codes->pq.ksub));
  }
  if (auto *codes = dynamic_cast<faiss::IndexPQ *>(inner)) least = static_cast<int64_t>(codes->pq.ksub);
  return least;
}

int faiss_shim_size(const faiss_shim_index *index, int64_t *bytes) {
  return guarded([&] {
    CountingWriter writer;
    faiss::write_index(index->mapped.get(), &writer);
    *bytes = writer.bytes;
  });
}

int faiss_shim_take_cells(faiss_shim_index *index, const faiss_shim_index *from) {
  return guarded([&] {
    faiss::IndexIVF *own = bare_cells(index), *other = bare_cells(from);
    if (own == nullptr || other == nullptr || own->is_trained || !other->is_trained) return;
    if (own->nlist != other->nlist || own->d != other->d || own->metric_type != other->metric_type) return;
    // Graphs over the cells are built as they are trained.
    auto flat = [](const faiss::IndexIVF *cells) { return typeid(*cells->quantizer) == typeid(faiss::IndexFlatIP); };
    if (!flat(own) || !flat(other) || own->quantizer->ntotal != 0) return;
    std::vector<float> centres(own->nlist * own->d);
    other->quantizer->reconstruct_n(0, static_cast<int64_t>(other->nlist), centres.data());
    own->quantizer->add(static_cast<int64_t>(own->nlist), centres.data());
  });
}

const char *faiss_shim_kind(const faiss_shim_index *index) {
  const faiss::Index &inner = *index->inner();
  const char *mangled = typeid(inner).name();
  int status = 0;
  char *name = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
  last_kind = status == 0 ? name : mangled;
  free(name);
  const std::string space = "faiss::";
  if (last_kind.compare(0, space.size(), space) == 0) last_kind.erase(0, space.size());
  return last_kind.c_str();
}

int faiss_shim_train(faiss_shim_index *index, int64_t count, const float *vectors, int threads) {
  return guarded([&] {
    use_threads(threads);
    index->mapped->train(count, vectors);
  });
}

int faiss_shim_add(faiss_shim_index *index, int64_t count, const float *vectors, const int64_t *ids,
                   int threads) {
  return guarded([&] {
    use_threads(threads);
    index->mapped->add_with_ids(count, vectors, ids);
  });
}

void faiss_shim_ids(const faiss_shim_index *index, int64_t *ids) {
  const auto &map = static_cast<faiss::IndexIDMap *>(index->mapped.get())->id_map;
  std::copy(map.begin(), map.end(), ids);
}

int faiss_shim_set_ids(faiss_shim_index *index, const int64_t *ids) {
  return guarded([&] {
    auto *mapped = static_cast<faiss::IndexIDMap2 *>(index->mapped.get());
    const auto count = static_cast<int64_t>(mapped->id_map.size());
    std::vector<int64_t> kept;
    if (is_graph(*below_transforms(index->inner()))) {
      kept.assign(ids, ids + count);
    } else {
      kept = take_out(*mapped, ids, count);
    }
    mapped->id_map.assign(kept.begin(), kept.end());
    mapped->ntotal = mapped->index->ntotal;
    mapped->rev_map.clear();
    mapped->construct_rev_map();
  });
}

int faiss_shim_set(faiss_shim_index *index, const char *parameter, int value) {
  return guarded([&] { faiss::ParameterSpace().set_index_parameter(index->mapped.get(), parameter, value); });
}

int faiss_shim_search(const faiss_shim_index *index, int64_t count, const float *queries, int64_t k,
                      float *scores, int64_t *ids, int threads) {
  return guarded([&] {
    // Queries are shared out among threads; those that get none would spin beside the one that works.
    use_threads(static_cast<int>(std::min<int64_t>(threads, count)));
    index->mapped->search(count, queries, k, scores, ids);
  });
}

int faiss_shim_write(const faiss_shim_index *index, const char *path) {
  return guarded([&] {
    ChecksumWriter writer(path);
    faiss::write_index(index->mapped.get(), &writer);
    writer.finish();
  });
}

int faiss_shim_read(const char *path, faiss_shim_index **index) {
  int code = guarded([&] {
    BoundedReader reader(path);
    auto made = std::make_unique<faiss_shim_index>();
    // Tables that follow from the rest would be made of what nobody has looked at; by inner product there are none.
    std::unique_ptr<faiss::Index> read(faiss::read_index(&reader, faiss::IO_FLAG_SKIP_PRECOMPUTE_TABLE));
    auto *ids = dynamic_cast<faiss::IndexIDMap *>(read.get());
    if (ids == nullptr) throw DamagedFile{"it holds an index without ids (IDMap2)"};
    check_parts(*ids);
    if (ids->metric_type != faiss::METRIC_INNER_PRODUCT) throw DamagedFile{"its metric is not the inner product"};
    if (reader.remaining() != 0) throw DamagedFile{"it goes on after its end"};
    made->mapped = with_places(*ids);
    hold_graph_vectors(*made->inner());
    *index = made.release();
  });
  // What FAISS finds wrong with a file is wrong with the file.
  if (code == FAISS_SHIM_FAILED || code == FAISS_SHIM_OUT_OF_MEMORY) {
    return fail(FAISS_SHIM_DAMAGED, "FAISS says: " + last_error);
  }
  return code;
}
