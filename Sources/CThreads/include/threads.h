#ifndef TOWERBOOK_THREADS_H
#define TOWERBOOK_THREADS_H
#include <stdint.h>

/// One task of a parallel region: `context` as handed over, `task` in 0..<tasks.
typedef void (*tb_task)(void *context, int32_t task);
/// Runs `body` once for every task in 0..<tasks on at most `threads` threads, the calling one among them, and
/// returns when all are done. The calling thread begins with task 0, which no other takes. Called from within a task,
/// or while another thread's call is under way, it runs the tasks on the calling thread. OpenMP libraries called from
/// a task (oneDNN) stay on the task's thread.
void tb_parallel_for(int32_t threads, int32_t tasks, tb_task body, void *context);
/// How many processors this process may run on.
int32_t tb_processor_count(void);

#endif
