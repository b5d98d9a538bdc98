// Names for addresses. The dynamic linker knows only exported functions, and our executable exports none; the others
// are in the symbol table of the file.
#define _GNU_SOURCE
#include "attribution.h"

#if CAN_COUNT

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  uintptr_t base;
  const Elf64_Sym *symbols;
  size_t count;
  const char *names;
} symbol_table;

static symbol_table executable;

static int note_base(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size, (void)data;
  executable.base = info->dlpi_addr;
  // The executable comes first, and nothing else is needed.
  return 1;
}

static const char *map_executable(void) {
  const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (file < 0) return NULL;
  struct stat status;
  void *bytes = MAP_FAILED;
  if (fstat(file, &status) == 0) bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  close(file);
  return bytes == MAP_FAILED ? NULL : bytes;
}

static void read_executable(void) {
  dl_iterate_phdr(note_base, NULL);
  const char *bytes = map_executable();
  if (bytes == NULL) return;
  const Elf64_Ehdr *header = (const Elf64_Ehdr *)bytes;
  const Elf64_Shdr *sections = (const Elf64_Shdr *)(bytes + header->e_shoff);
  for (size_t index = 0; index < header->e_shnum; index++) {
    if (sections[index].sh_type != SHT_SYMTAB) continue;
    executable.symbols = (const Elf64_Sym *)(bytes + sections[index].sh_offset);
    executable.count = sections[index].sh_size / sizeof(Elf64_Sym);
    executable.names = bytes + sections[sections[index].sh_link].sh_offset;
  }
}

static const char *function_name(uintptr_t address) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_executable);
  const uintptr_t offset = address - executable.base;
  for (size_t index = 0; index < executable.count; index++) {
    const Elf64_Sym *symbol = &executable.symbols[index];
    if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && offset - symbol->st_value < symbol->st_size)
      return executable.names + symbol->st_name;
  }
  Dl_info info;
  return dladdr((const void *)address, &info) == 0 ? NULL : info.dli_sname;
}

// Part of the Swift runtime's interface.
typedef char *demangle_function(const char *name, size_t length, char *text, size_t *capacity, uint32_t flags);

bool allocations_describe(uintptr_t address, char *text, size_t capacity) {
  const char *name = function_name(address);
  if (name == NULL) return false;
  demangle_function *demangle = (demangle_function *)dlsym(RTLD_DEFAULT, "swift_demangle");
  if (demangle != NULL && demangle(name, strlen(name), text, &capacity, 0) != NULL) return true;
  strncpy(text, name, capacity - 1);
  text[capacity - 1] = '\0';
  return true;
}

#else

bool allocations_describe(uintptr_t address, char *text, size_t capacity) {
  (void)address, (void)text, (void)capacity;
  return false;
}

#endif
