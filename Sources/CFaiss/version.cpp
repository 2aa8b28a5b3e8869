#include "faiss_version.h"

#include <faiss/Index.h>

// clang has no openblas header of its own here.
extern "C" char *openblas_get_config(void);

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

const char *faiss_shim_version(void) {
  return TEXT(FAISS_VERSION_MAJOR) "." TEXT(FAISS_VERSION_MINOR) "." TEXT(FAISS_VERSION_PATCH);
}

const char *faiss_shim_blas(void) { return openblas_get_config(); }
