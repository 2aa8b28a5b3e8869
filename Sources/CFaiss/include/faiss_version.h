#ifndef TOWERBOOK_FAISS_VERSION_H
#define TOWERBOOK_FAISS_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/// The version of libfaiss this was built with, as `1.7.3`.
const char *faiss_shim_version(void);

/// What the BLAS under FAISS says of itself: version, how it was built, the processor it took this one for.
const char *faiss_shim_blas(void);

#ifdef __cplusplus
}
#endif
#endif
