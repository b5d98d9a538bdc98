/// The kind of a file that is given where a safetensors file is expected.
enum FileKind: CaseIterable, CustomStringConvertible {
  case gitLFS, keras, npz, pyTorch, pickle, hdf5, flax, html, gzip, onnx

  /// Looks at the beginning of a file; nil if it is not one of these.
  ///
  /// - Parameter file: The file.
  /// - Throws: ``FileError`` if it cannot be read.
  init?(_ file: RandomAccessFile) throws {
    let bytes = try file.bytes(count: min(file.byteCount, 64), at: 0)
    guard let kind = Self.allCases.first(where: { $0.begins(bytes) }) else { return nil }
    self = kind
  }

  private func begins(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    return switch self {
    case .gitLFS: text.hasPrefix("version https://git-lfs")
    case .keras: ["metadata.json", "config.json"].contains(Self.firstName(inZip: bytes))
    case .npz: Self.firstName(inZip: bytes)?.hasSuffix(".npy") ?? false
    case .pyTorch: Self.isZip(bytes)
    case .pickle: bytes.first == 0x80 && bytes.count > 1 && (2...5).contains(bytes[1])
    case .hdf5: bytes.starts(with: [0x89, 0x48, 0x44, 0x46])
    // A MessagePack map of one or a few members, the first of which is called params.
    case .flax:
      bytes.count > 8 && bytes[0] >> 4 == 8 && bytes[1...].starts(with: [0xA6] + Array("params".utf8))
    case .html: ["<!doctype", "<html", "<?xml"].contains { text.hasPrefix($0) }
    case .gzip: bytes.starts(with: [0x1F, 0x8B])
    // The format's version, and then the name of the program that wrote it.
    case .onnx: bytes.count > 2 && bytes[0] == 0x08 && bytes[1] < 32 && [0x12, 0x3A, 0x42].contains(bytes[2])
    }
  }

  private static func isZip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 3, 4]) }

  /// The name of the first file in a Zip archive, if it is among the bytes.
  private static func firstName(inZip bytes: [UInt8]) -> String? {
    let headerByteCount = 30
    guard isZip(bytes), bytes.count >= headerByteCount else { return nil }
    let count = Int(bytes[26]) | Int(bytes[27]) << 8
    guard bytes.count >= headerByteCount + count else { return nil }
    return String(decoding: bytes[headerByteCount..<headerByteCount + count], as: UTF8.self)
  }

  /// The kind and what would work, as the rest of a line that begins with the path.
  var description: String {
    switch self {
    case .gitLFS:
      "is a Git LFS pointer, not the file itself; get the file with 'git lfs pull', or download it from the site"
    case .pyTorch, .pickle:
      "is a PyTorch file (torch.save: .pth, .pt) or another archive, not safetensors; convert it in Python: "
        + "import torch; from safetensors.torch import save_file; "
        + "save_file(torch.load(\"in.pth\", weights_only=True), \"out.safetensors\")"
    case .keras, .hdf5:
      "is a Keras file (\(self == .hdf5 ? "HDF5" : ".keras")), not safetensors; Docs/convert.py converts the weights of "
        + "the book's network"
    case .flax:
      "is a Flax file (MessagePack), not safetensors; Docs/convert.py converts the weights of the book's network"
    case .npz: "is an archive of numpy arrays (.npz), not safetensors"
    case .html: "is a web page, not safetensors; the download failed or needs a login"
    case .gzip: "is compressed with gzip; unpack it with gunzip"
    case .onnx: "is a model in the ONNX format, not safetensors; give it as --model to 'nin predict'"
    }
  }
}
