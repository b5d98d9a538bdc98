#include "CPNGRows.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  // The first member, so that a pointer to it is a pointer to the reader.
  pngrows_file file;
  const uint8_t *bytes;
  size_t count;
  size_t offset;
  png_structp png;
  png_infop info;
} reader;

static void fail(png_structp png, png_const_charp message) {
  reader *failed = png_get_error_ptr(png);
  strncpy(failed->file.failure, message, sizeof failed->file.failure - 1);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  reader *source = png_get_io_ptr(png);
  if (count > source->count - source->offset) png_error(png, "the file ends early");
  memcpy(target, source->bytes + source->offset, count);
  source->offset += count;
}

/// Reads the header; false if that fails.
static bool read_header(reader *opened) {
  png_structp png = opened->png;
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_read_fn(png, opened, read_bytes);
  // Skips all chunks that do not contribute to the pixels, so that no profile or text is decompressed.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, opened->info);
  // Palettes become colors, fewer than 8 bits become 8, a transparent color becomes alpha.
  png_set_expand(png);
  png_set_scale_16(png);
  opened->file.passes = png_set_interlace_handling(png);
  png_read_update_info(png, opened->info);
  opened->file.width = png_get_image_width(png, opened->info);
  opened->file.height = png_get_image_height(png, opened->info);
  opened->file.samples = png_get_channels(png, opened->info);
  return true;
}

pngrows_file *pngrows_open(const uint8_t *bytes, size_t count) {
  reader *opened = calloc(1, sizeof *opened);
  if (opened == NULL) return NULL;
  opened->bytes = bytes;
  opened->count = count;
  opened->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, opened, fail, ignore_warning);
  if (opened->png != NULL) opened->info = png_create_info_struct(opened->png);
  if (opened->info == NULL) {
    pngrows_close(&opened->file);
    return NULL;
  }
  read_header(opened);
  return &opened->file;
}

bool pngrows_next(pngrows_file *file, uint8_t *row) {
  reader *source = (reader *)file;
  if (setjmp(png_jmpbuf(source->png))) return false;
  png_read_row(source->png, row, NULL);
  return true;
}

void pngrows_close(pngrows_file *file) {
  reader *closed = (reader *)file;
  png_destroy_read_struct(&closed->png, &closed->info, NULL);
  free(closed);
}
