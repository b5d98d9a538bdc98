#ifndef CPNGROWS_H
#define CPNGROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A PNG file in memory whose rows are decoded one after another, as 8-bit samples.
///
/// libpng reports errors with longjmp, which must not cross Swift frames; here it never leaves a function.
typedef struct {
  uint32_t width;
  uint32_t height;
  /// Samples of a pixel: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
  int32_t samples;
  /// The number of times that all rows are read: once, or 7 times if the file is interlaced.
  int32_t passes;
  /// The error in the file; empty if there has been none so far.
  char failure[128];
} pngrows_file;

/// Reads the header. Color spaces, gamma and backgrounds are ignored.
///
/// The file's bytes must stay valid until it is closed. NULL if out of memory; otherwise the file has to
/// be closed, even if its header cannot be read.
pngrows_file *pngrows_open(const uint8_t *bytes, size_t count);

/// Decodes the next row into width × samples bytes; false on an error.
///
/// In an interlaced file, each pass changes only some pixels, so a row must be passed in as the previous pass left it.
bool pngrows_next(pngrows_file *file, uint8_t *row);

/// Frees a file.
void pngrows_close(pngrows_file *file);

#endif
