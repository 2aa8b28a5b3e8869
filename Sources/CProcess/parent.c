#include "parent.h"

#include <signal.h>
#include <sys/prctl.h>

// A variadic function, which Swift cannot call.
int tb_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
