#ifndef TOWERBOOK_FAISS_SHIM_H
#define TOWERBOOK_FAISS_SHIM_H

#include <stddef.h>
#include <stdint.h>

/// The part of libfaiss that Towerbook uses, callable from C: handles, codes, no exceptions.
///
/// Every function that can fail returns a `faiss_shim_code` and leaves an explanation in
/// `faiss_shim_error()`. Vectors are Float32, row-major, `[count, dimension]`. Similarity is the inner
/// product. `threads` is for OpenMP and for OpenBLAS, whose setting holds for the whole process.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct faiss_shim_index faiss_shim_index;

enum faiss_shim_code {
  FAISS_SHIM_OK = 0,
  FAISS_SHIM_FAILED = 1,       ///< FAISS threw; the text is its own
  FAISS_SHIM_SYSTEM = 2,       ///< a system call failed; `faiss_shim_errno()` says which way
  FAISS_SHIM_DAMAGED = 3,      ///< the file is no index or not whole
  FAISS_SHIM_OUT_OF_MEMORY = 4
};

/// The text of the last failure on this thread, never NULL.
const char *faiss_shim_error(void);

/// The `errno` of the last failure on this thread, or 0.
int faiss_shim_errno(void);

/// Makes an empty index from a factory string, with ids of our own (`IDMap2`).
int faiss_shim_create(const char *factory, int dimension, faiss_shim_index **index);

/// Ends an index; NULL is allowed.
void faiss_shim_destroy(faiss_shim_index *index);

int64_t faiss_shim_count(const faiss_shim_index *index);
int faiss_shim_dimension(const faiss_shim_index *index);
int faiss_shim_is_trained(const faiss_shim_index *index);

/// The fewest vectors that training takes: 0 where any number will do.
int64_t faiss_shim_least_training(const faiss_shim_index *index);

/// How many bytes the index has as a file, without our checksum.
int faiss_shim_size(const faiss_shim_index *index, int64_t *bytes);

/// Gives an IVF index that is not trained yet the cells of one that is, so that training it learns only the rest. Training
/// is seeded: these are the cells that it would have learned itself of the same vectors. Does nothing where the two do not
/// have cells of one kind.
int faiss_shim_take_cells(faiss_shim_index *index, const faiss_shim_index *from);

/// The name of FAISS's class of the index below the ids, such as `IndexHNSWFlat`.
/// Valid until the next call on this thread.
const char *faiss_shim_kind(const faiss_shim_index *index);

int faiss_shim_train(faiss_shim_index *index, int64_t count, const float *vectors, int threads);
int faiss_shim_add(faiss_shim_index *index, int64_t count, const float *vectors, const int64_t *ids,
                   int threads);

/// The id of a vector that is not found any more and whose place nothing else can take (HNSW).
#define FAISS_SHIM_GONE (-2)

/// Copies the ids of all vectors, in the order in which they were added, into `ids`, [faiss_shim_count].
void faiss_shim_ids(const faiss_shim_index *index, int64_t *ids);

/// Gives all vectors other ids, [faiss_shim_count]; those with FAISS_SHIM_GONE are taken out where the kind of index can do
/// that, which may number the others anew in their order, and else keep that id.
int faiss_shim_set_ids(faiss_shim_index *index, const int64_t *ids);

/// Sets one of FAISS's parameters by name, such as `nprobe`, wherever in the index it belongs.
int faiss_shim_set(faiss_shim_index *index, const char *parameter, int value);

/// Fills `scores` and `ids`, both [count, k], best first; places without an item have id -1.
int faiss_shim_search(const faiss_shim_index *index, int64_t count, const float *queries, int64_t k,
                      float *scores, int64_t *ids, int threads);

/// Writes the index, and behind it 16 bytes that only `faiss_shim_read` looks at: a checksum.
int faiss_shim_write(const faiss_shim_index *index, const char *path);

/// Reads an index, written by us (the checksum is then verified) or by another user of FAISS.
int faiss_shim_read(const char *path, faiss_shim_index **index);

#ifdef __cplusplus
}
#endif
#endif
