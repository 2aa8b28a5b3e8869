// What orders threads in Swift's libraries, told to the thread sanitizer, which does not look into them. Loaded before them, by
// .ci/sanitize.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

// Mutexes, where one is waited for.
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void lock(uint32_t thread, SELF) {
  ((SWIFT void (*)(uint32_t, SELF))dlsym(RTLD_NEXT, LOCK))(thread, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT _Bool try_lock(SELF) __asm__(TRY_LOCK);
SWIFT _Bool try_lock(SELF) {
  const _Bool is_taken = ((SWIFT _Bool (*)(SELF))dlsym(RTLD_NEXT, TRY_LOCK))(self);
  if (is_taken && __tsan_acquire) __tsan_acquire(self);
  return is_taken;
}

SWIFT void unlock(SELF) __asm__(UNLOCK);
SWIFT void unlock(SELF) {
  if (__tsan_release) __tsan_release(self);
  ((SWIFT void (*)(SELF))dlsym(RTLD_NEXT, UNLOCK))(self);
}

// Swift's runtime tells the sanitizer of tasks that wait for each other, once it knows of it; on Linux nobody says so.
void __tsan_on_initialize(void) __attribute__((weak));

__attribute__((constructor)) static void tell_of_tasks(void) {
  if (__tsan_acquire && __tsan_on_initialize) __tsan_on_initialize();
}

// A task whose continuation was resumed before it came to wait for it goes on at once, and of that the runtime says nothing.
void *swift_task_getCurrent(void) __attribute__((swiftcall, weak));

#define ASYNC __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context)) void *context
typedef ASYNC void wait_function(CONTEXT, void *continuation);
ASYNC void wait_for_continuation(CONTEXT, void *continuation) __asm__("swift_continuation_await");
ASYNC void wait_for_continuation(CONTEXT, void *continuation) {
  wait_function *const next = (wait_function *)dlsym(RTLD_NEXT, "swift_continuation_await");
  if (__tsan_acquire) __tsan_acquire(swift_task_getCurrent());
  __attribute__((musttail)) return next(context, continuation);
}
