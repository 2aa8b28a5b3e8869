// A pool of threads that take tasks from a counter. Not OpenMP's: libgomp's teams wait for every member at every
// barrier, spinning, so that one other busy process on the machine makes a step several times slower. Here a
// region is over when its tasks are, whoever did them, and who waits sleeps after some microseconds.
#define _GNU_SOURCE
#include "threads.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

void omp_set_num_threads(int threads);
int omp_get_max_threads(void);

enum { MOST_WORKERS = 255, MOST_TASKS = (1 << 20) - 1, SPINS = 2000 };

static struct {
  pthread_mutex_t owner;           // held while a region runs
  _Atomic uint64_t tickets;        // region number : 24, tasks : 20, next task : 20
  _Atomic uint32_t region;         // counts regions; idle workers sleep on it
  _Atomic uint32_t done;           // finished tasks of this region; the owner sleeps on it
  _Atomic int32_t sleepers, invited;
  _Atomic bool owner_sleeps;
  int32_t workers;
  tb_task body;
  void *context;
} pool = {.owner = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local bool in_task;

static void futex_wait(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, 0, 0, 0);
}

static void futex_wake(_Atomic uint32_t *word, int count) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, 0, 0, 0); }

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static uint32_t tasks_of(uint64_t tickets) { return tickets >> 20 & MOST_TASKS; }
static uint32_t next_of(uint64_t tickets) { return tickets & MOST_TASKS; }

// A ticket names its region, so that a worker that comes late cannot take a task of a region that is over; and a
// region is not over before every task taken is done, so that `body` and `context` hold still meanwhile.
static void take_tasks(void) {
  uint64_t tickets = atomic_load(&pool.tickets);
  while (next_of(tickets) < tasks_of(tickets)) {
    if (!atomic_compare_exchange_weak(&pool.tickets, &tickets, tickets + 1)) continue;
    const uint32_t tasks = tasks_of(tickets);
    pool.body(pool.context, (int32_t)next_of(tickets));
    if (atomic_fetch_add(&pool.done, 1) + 1 == tasks && atomic_load(&pool.owner_sleeps)) futex_wake(&pool.done, 1);
    tickets = atomic_load(&pool.tickets);
  }
}

static void *work(void *argument) {
  const int32_t number = (int32_t)(intptr_t)argument;
  omp_set_num_threads(1);
  in_task = true;
  uint32_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < SPINS && atomic_load_explicit(&pool.region, memory_order_relaxed) == seen; spin++) {
      pause_briefly();
    }
    if (atomic_load(&pool.region) == seen) {
      atomic_fetch_add(&pool.sleepers, 1);
      futex_wait(&pool.region, seen);
      atomic_fetch_sub(&pool.sleepers, 1);
    }
    seen = atomic_load(&pool.region);
    if (number < atomic_load(&pool.invited)) take_tasks();
  }
  return 0;
}

static void start_workers(int32_t wanted) {
  if (wanted > MOST_WORKERS) wanted = MOST_WORKERS;
  while (pool.workers < wanted) {
    pthread_t thread;
    if (pthread_create(&thread, 0, work, (void *)(intptr_t)pool.workers)) return;
    pthread_detach(thread);
    pool.workers++;
  }
}

static void run_region(int32_t threads, int32_t tasks) {
  start_workers(threads - 1);
  atomic_store(&pool.done, 0);
  atomic_store(&pool.invited, threads - 1);
  const uint32_t number = atomic_load(&pool.region) + 1;
  // The first task has its owner already.
  atomic_store(&pool.tickets, (uint64_t)(number & 0xffffff) << 40 | (uint64_t)tasks << 20 | 1);
  atomic_store(&pool.region, number);
  if (atomic_load(&pool.sleepers) > 0) futex_wake(&pool.region, threads - 1);
  in_task = true;
  pool.body(pool.context, 0);
  atomic_fetch_add(&pool.done, 1);
  take_tasks();
  in_task = false;
  for (int spin = 0; spin < SPINS && atomic_load(&pool.done) < (uint32_t)tasks; spin++) pause_briefly();
  atomic_store(&pool.owner_sleeps, true);
  for (uint32_t done; (done = atomic_load(&pool.done)) < (uint32_t)tasks;) futex_wait(&pool.done, done);
  atomic_store(&pool.owner_sleeps, false);
}

// Counts are too large for one region only where a caller cuts work much too fine.
typedef struct {
  tb_task body;
  void *context;
  int32_t first;
} shifted;

static void run_shifted(void *context, int32_t task) {
  const shifted *s = context;
  s->body(s->context, s->first + task);
}

void tb_parallel_for(int32_t threads, int32_t tasks, tb_task body, void *context) {
  const int before = omp_get_max_threads();
  if (before != 1) omp_set_num_threads(1);
  if (threads > 1 && tasks > 1 && !in_task && pthread_mutex_trylock(&pool.owner) == 0) {
    for (int32_t first = 0; first < tasks; first += MOST_TASKS) {
      shifted part = {.body = body, .context = context, .first = first};
      pool.body = run_shifted;
      pool.context = &part;
      run_region(threads < tasks ? threads : tasks, tasks - first < MOST_TASKS ? tasks - first : MOST_TASKS);
    }
    pthread_mutex_unlock(&pool.owner);
  } else {
    // Who finds the pool taken is in tasks as well: it may be free by the time of a loop within one.
    const bool before_tasks = in_task;
    in_task = before_tasks || (threads > 1 && tasks > 1);
    for (int32_t task = 0; task < tasks; task++) body(context, task);
    in_task = before_tasks;
  }
  if (before != 1) omp_set_num_threads(before);
}

int32_t tb_processor_count(void) {
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors)) return 1;
  return CPU_COUNT(&processors);
}
