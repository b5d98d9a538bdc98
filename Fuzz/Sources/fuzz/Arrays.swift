import Datasets
import Tensors

/// Reads a .npy file as the types that commands read.
func readArray(_ input: [UInt8]) throws {
  let path = InputFile.holding(input)
  _ = try NPY.read(path, as: Float.self)
  _ = try NPY.read(path, as: Int64.self)
}

/// Reads all tensors of a safetensors file; unsupported types are rejected one by one.
func readTensors(_ input: [UInt8]) throws {
  let file = try SafetensorsFile(path: InputFile.holding(input))
  for name in file.names {
    _ = try file.shape(of: name)
    _ = try? file.tensor(name, as: Float.self)
    _ = try? file.tensor(name, as: Int64.self)
  }
}

/// Reads images or labels in the IDX format, gzipped or not.
///
/// The caller bounds the decompressed size, here more tightly than for data sets.
func readIDX(_ input: [UInt8]) throws {
  let path = InputFile.holding(input)
  for first in [nil, 1] {
    _ = try? IDXFile(path: path, contents: .labels, first: first, maximumByteCount: 1 << 20)
  }
  _ = try IDXFile(path: path, contents: .images, maximumByteCount: 1 << 20)
}
