#include "libfuzzer.h"

// Source: "Using libFuzzer as a library", https://llvm.org/docs/LibFuzzer.html. It is there where the build is `--sanitize fuzzer`.
extern int LLVMFuzzerRunDriver(int *count, char ***arguments, tb_fuzz_target target) __attribute__((weak));

int tb_fuzz(int count, char **arguments, tb_fuzz_target target) {
  if (!LLVMFuzzerRunDriver) return -1;
  return LLVMFuzzerRunDriver(&count, &arguments, target);
}
