#include "short_waits.h"

#if defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__)

#include <stddef.h>
#include <string.h>
#include <unistd.h>

// While libgomp's threads wait for work, they spin and so keep their processors from other programs: for some
// milliseconds, or minutes with OMP_WAIT_POLICY=active. libgomp reads the spin count from the environment once, in its
// constructor. That runs before main and before all constructors of a program, but after its .preinit_array. At that
// time libc has not read the environment yet, so setenv would have no effect: the variable has to be in the array that
// the kernel has written, which has no room for another one. So this code borrows the entry of a variable that no
// library reads while it is loaded, until the program's own constructors run.

// Tens of microseconds, about the time it takes to wake a thread.
static char short_spin[] = "GOMP_SPINCOUNT=1000";
static char *lender;

static int begins_with(const char *variable, const char *beginning) {
  return strncmp(variable, beginning, strlen(beginning)) == 0;
}

// A count set by the user is respected, and passive threads do not spin at all.
static int is_chosen(const char *variable) {
  return begins_with(variable, "GOMP_SPINCOUNT=") || begins_with(variable, "OMP_WAIT_POLICY=p") ||
         begins_with(variable, "OMP_WAIT_POLICY=P");
}

static int is_lent(const char *variable) {
  static const char *const names[] = {"_=", "OLDPWD=", "SHLVL=", "PWD=", "HOME=", "PATH="};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (begins_with(variable, names[index])) return 1;
  return 0;
}

static void shorten_spin(int count, char **arguments, char **variables) {
  (void)count, (void)arguments;
  char **entry = NULL;
  for (char **variable = variables; *variable != NULL; variable++) {
    if (is_chosen(*variable)) return;
    if (entry == NULL && is_lent(*variable)) entry = variable;
  }
  if (entry == NULL) return;
  lender = *entry;
  *entry = short_spin;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(int, char **, char **) =
    shorten_spin;

__attribute__((constructor)) static void give_back(void) {
  for (char **variable = __environ; lender != NULL && variable != NULL && *variable != NULL; variable++)
    if (*variable == short_spin) *variable = lender;
}

#endif
