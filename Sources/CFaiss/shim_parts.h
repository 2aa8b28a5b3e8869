#ifndef TOWERBOOK_SHIM_PARTS_H
#define TOWERBOOK_SHIM_PARTS_H

#include <faiss/IndexIDMap.h>
#include <faiss/IndexPQ.h>
#include <faiss/impl/FaissException.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "checked_io.h"
#include "faiss_shim.h"

// From libgomp and OpenBLAS; clang has no omp.h of its own here.
extern "C" void omp_set_num_threads(int threads);
extern "C" void openblas_set_num_threads(int threads);

struct faiss_shim_index {
  std::unique_ptr<faiss::Index> mapped;
  /// What OPQ trains with; FAISS only borrows it.
  std::vector<std::unique_ptr<faiss::ProductQuantizer>> borrowed;

  faiss::Index *inner() const { return static_cast<faiss::IndexIDMap *>(mapped.get())->index; }
};

namespace shim_parts {

inline thread_local std::string last_error;
inline thread_local int last_errno = 0;

inline int fail(int code, const std::string &text, int number = 0) {
  last_error = text;
  last_errno = number;
  return code;
}

/// Runs `body` and turns whatever it throws into a code.
template <typename Body>
int guarded(Body body) noexcept {
  try {
    last_error.clear();
    last_errno = 0;
    body();
    return FAISS_SHIM_OK;
  } catch (const SystemFailure &failure) {
    return fail(FAISS_SHIM_SYSTEM, "system call failed", failure.code);
  } catch (const DamagedFile &failure) {
    return fail(FAISS_SHIM_DAMAGED, failure.problem);
  } catch (const std::bad_alloc &) {
    return fail(FAISS_SHIM_OUT_OF_MEMORY, "there is not enough memory");
  } catch (const std::length_error &) {
    return fail(FAISS_SHIM_OUT_OF_MEMORY, "there is not enough memory");
  } catch (const faiss::FaissException &failure) {
    return fail(FAISS_SHIM_FAILED, failure.msg);
  } catch (const std::exception &failure) {
    return fail(FAISS_SHIM_FAILED, failure.what());
  } catch (...) {
    return fail(FAISS_SHIM_FAILED, "an unknown exception");
  }
}

inline void use_threads(int threads) {
  omp_set_num_threads(std::max(1, threads));
  openblas_set_num_threads(std::max(1, threads));
}

}  // namespace shim_parts

using namespace shim_parts;

#endif
