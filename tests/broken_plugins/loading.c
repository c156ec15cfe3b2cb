/* Plugins that go wrong while they are loaded: DEED is what the static initialiser does. */
#include <headlight/plugin.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ABORT 1
#define HANG 2
#define EXIT 3
#define CRASH 4
#define WRITE_INTO_THE_PIPE 5
#define EAT_MEMORY 6

__attribute__((constructor)) static void on_load(void) {
#if DEED == ABORT
  fputs("first line\nthe table of tokens is empty\n", stderr);
  abort();
#elif DEED == HANG
  for (;;) pause();
#elif DEED == EXIT
  exit(0);
#elif DEED == CRASH
  raise(SIGSEGV);
#elif DEED == WRITE_INTO_THE_PIPE
  const char noise[] = "these sixteen bytes and more are no frame";
  if (write(3, noise, sizeof noise) < 0) abort();
#elif DEED == EAT_MEMORY
  for (;;) {
    char* piece = malloc(64 << 20);
    if (!piece) abort();
    memset(piece, 1, 64 << 20);
  }
#endif
}

/* Never read. */
HEADLIGHT_EXPORT const headlight_plugin headlight_plugin_v1 = {.size = sizeof(headlight_plugin)};
