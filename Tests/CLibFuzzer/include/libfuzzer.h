#ifndef TOWERBOOK_LIBFUZZER_H
#define TOWERBOOK_LIBFUZZER_H
#include <stddef.h>
#include <stdint.h>

/// Takes one input.
typedef int (*tb_fuzz_target)(const uint8_t *bytes, size_t count);

/// Runs libFuzzer with the arguments of its own command line, the program's name first; -1 where it was not linked in.
int tb_fuzz(int count, char **arguments, tb_fuzz_target target);

#endif
