import NetworkInNetwork

/// Requires that an array for `--input` holds numbers as a network computes with them, and not the bytes of pixels.
///
/// - Parameter path: The array.
/// - Throws: `FileError` if it cannot be read, or holds `uint8` or truth values.
func requirePreparedNumbers(_ path: String) throws {
  guard try NPY.elementType(of: path) == .uint8 else { return }
  throw FileError(
    path: path,
    problem: .unsupported(
      reason: "holds bytes (uint8 or bool), and --input takes images prepared for the network: in numpy, "
        + "x.astype('float32') / 255, less the mean and divided by the deviation if it was trained so; or give PNG or JPEG "
        + "files, which are prepared"))
}
