import NetworkInNetwork

/// Requires an array for `--input` to have prepared numbers rather than the bytes of pixels.
///
/// - Parameter path: The array.
/// - Throws: `FileError` if it cannot be read, or has elements of `uint8` or `bool`.
func requirePreparedNumbers(_ path: String) throws {
  guard try NPY.elementType(of: path) == .uint8 else { return }
  throw FileError(
    path: path,
    problem: .unsupported(
      reason:
        "has bytes (uint8 or bool), but --input takes prepared images: in numpy, x.astype('float32') / 255, minus the mean and "
        + "divided by the deviation if it was trained that way; or give PNG or JPEG "
        + "files, which are prepared automatically"))
}
