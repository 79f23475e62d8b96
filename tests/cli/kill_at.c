/* Preloaded into the program: ends it by SIGKILL right before the call number HETSYN_KILL_AT, counted from 0 over all calls
 * that change the disk. A large number kills nothing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static void count_call(void) {
  static long calls = 0;
  const char *limit = getenv("HETSYN_KILL_AT");
  if (limit != NULL && calls++ == atol(limit)) raise(SIGKILL);
}

/* write() is counted for files alone: pipes and terminals keep nothing. */
ssize_t write(int file, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t) = NULL;
  struct stat status;
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "write");
  if (file > STDERR_FILENO && fstat(file, &status) == 0 && S_ISREG(status.st_mode)) count_call();
  return real(file, bytes, count);
}

#define COUNTED(result, name, parameters, arguments)                          \
  result name parameters {                                                    \
    static result(*real) parameters = NULL;                                   \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);              \
    count_call();                                                             \
    return real arguments;                                                    \
  }
COUNTED(int, mkdir, (const char *path, mode_t mode), (path, mode))
COUNTED(int, rename, (const char *from, const char *to), (from, to))
COUNTED(int, fsync, (int file), (file))
COUNTED(int, unlink, (const char *path), (path))
COUNTED(int, ftruncate, (int file, off_t size), (file, size))
