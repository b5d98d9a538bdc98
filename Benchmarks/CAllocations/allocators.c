// The allocators of the process: they count, and call glibc's allocators under the names that it provides for this
// purpose. Memory is freed by glibc's own free.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "attribution.h"

#if CAN_COUNT

#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  note_allocation(size, __builtin_return_address(0));
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  note_allocation(count * size, __builtin_return_address(0));
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  note_allocation(size, __builtin_return_address(0));
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  note_allocation(size, __builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note_allocation(size, __builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  note_allocation(size, __builtin_return_address(0));
  void *memory = __libc_memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *result = memory;
  return 0;
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  note_allocation(size, __builtin_return_address(0));
  return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}

#endif
