#define _GNU_SOURCE
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

// All of this is called from a signal handler: no memory is taken, and nothing is called but what POSIX lets handlers call.

/// Where a part of a file is mapped.
struct mapping {
  uintptr_t start, end, offset;
  char path[4096];
};

static char read_buffer[4096];
static struct mapping found;
static atomic_flag is_told = ATOMIC_FLAG_INIT;

/// The next byte of `file`, or -1 at its end.
static int next_byte(int file, size_t *place, size_t *count) {
  if (*place == *count) {
    const ssize_t got = read(file, read_buffer, sizeof read_buffer);
    if (got <= 0) return -1;
    *place = 0;
    *count = (size_t)got;
  }
  return (unsigned char)read_buffer[(*place)++];
}

static int digit(int byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return -1;
}

/// Finds what is mapped at `address`: a line of /proc/self/maps is `START-END RIGHTS OFFSET DEVICE INODE PATH`.
static int find_mapping(uintptr_t address) {
  const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  size_t place = 0, count = 0, length = 0;
  uintptr_t number = 0;
  int field = 0, is_found = 0;
  for (int byte; !is_found && (byte = next_byte(file, &place, &count)) >= 0;) {
    if (byte == '\n') {
      found.path[length] = 0;
      is_found = found.path[0] == '/' && address >= found.start && address < found.end;
      field = 0;
      length = number = 0;
    } else if (field == 6) {
      // Blanks stand before the path.
      if ((byte != ' ' || length > 0) && length + 1 < sizeof found.path) found.path[length++] = (char)byte;
    } else if (byte == ' ' || (byte == '-' && field == 0)) {
      if (field == 0) found.start = number;
      if (field == 1) found.end = number;
      if (field == 3) found.offset = number;
      field++;
      number = 0;
    } else if (digit(byte) >= 0) {
      number = number * 16 + (uintptr_t)digit(byte);
    }
  }
  close(file);
  return is_found;
}

static void say(const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    const ssize_t written = write(STDERR_FILENO, text, left);
    if (written <= 0) return;
    text += written;
    left -= (size_t)written;
  }
}

static void lost_page(int number, siginfo_t *facts, void *context) {
  (void)context;
  const uintptr_t address = (uintptr_t)facts->si_addr;
  if (facts->si_code != BUS_ADRERR) {
    signal(number, SIG_DFL);  // it comes again at once
    return;
  }
  // Of several threads that come to it one speaks for all.
  if (atomic_flag_test_and_set(&is_told))
    for (;;) pause();
  if (!find_mapping(address)) {
    signal(number, SIG_DFL);
    return;
  }
  struct stat file;
  const int is_there = stat(found.path, &file) == 0;
  const int is_cut = !is_there || (uintptr_t)file.st_size <= found.offset + (address - found.start);
  if (isatty(STDERR_FILENO)) say("\n");
  say("error: cannot read '");
  say(found.path);
  say(is_cut ? "': it became shorter while it was read; run again\n" : "': its disk failed while it was read\n");
  _exit(1);
}

void tb_report_lost_pages(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = lost_page;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}

static const char *refused_advice = "\n";
static struct sigaction before[NSIG];
/// Where handlers run, as a stack that is refused its growth has no room for them.
static char other_stack[1 << 16];
static volatile sig_atomic_t is_growing = 0;

static void trapped(int number, siginfo_t *facts, void *context) {
  (void)context;
  // Nothing is mapped in the first page: a member of what is not there lies in it.
  const int is_refused = number != SIGSEGV || (uintptr_t)facts->si_addr < 4096;
  if (!is_growing && (errno != ENOMEM || !is_refused)) {
    sigaction(number, &before[number], NULL);  // what trapped traps again, and ends the program as ever
    return;
  }
  say("error: there is no memory");
  say(refused_advice);
  _exit(1);
}

/// Takes `bytes` of the stack now: later, where memory is short, the system would refuse them by a signal. In small steps: valgrind
/// takes a long one for the way to another stack.
__attribute__((noinline)) static void grow_stack(size_t bytes) {
  char room[1 << 16];
  room[0] = 0;
  // All of it may be looked at, as far as the compiler knows, before and after.
  __asm__ volatile("" : : "r"(room) : "memory");
  if (bytes > sizeof room) grow_stack(bytes - sizeof room);
  __asm__ volatile("" : : "r"(room) : "memory");
}

void tb_report_refused_memory(const char *advice) {
  refused_advice = advice;
  const stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = trapped;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  const int numbers[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaction(numbers[i], &action, &before[numbers[i]]);
  struct rlimit limit;
  size_t bytes = 1 << 20;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur / 2 < bytes) bytes = limit.rlim_cur / 2;
  is_growing = 1;
  grow_stack(bytes);
  is_growing = 0;
}
