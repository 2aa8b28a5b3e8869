#include "faiss_version.h"

#include <faiss/Index.h>

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

const char *faiss_shim_version(void) {
  return TEXT(FAISS_VERSION_MAJOR) "." TEXT(FAISS_VERSION_MINOR) "." TEXT(FAISS_VERSION_PATCH);
}
