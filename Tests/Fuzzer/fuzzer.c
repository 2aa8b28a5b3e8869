// What libFuzzer calls; its own `main` is linked in. The target is chosen by TOWERBOOK_FUZZ_TARGET, see Fuzzing.swift.
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

void towerbook_fuzz_begin(void);
void towerbook_fuzz(const uint8_t *bytes, intptr_t count);

int LLVMFuzzerInitialize(int *count, char ***words) {
  (void)count;
  (void)words;
  towerbook_fuzz_begin();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  towerbook_fuzz(bytes, (intptr_t)count);
  return 0;
}
