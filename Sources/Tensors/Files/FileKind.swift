/// The kind of a file that is given where another format is expected.
package enum FileKind: String, CaseIterable {
  case gitLFS, keras, npz, torchScript, pyTorch, pickle, hdf5, flax, npy, html, gzip, compressed, image
  case gguf, onnx, safetensors, shards, text

  /// The number of bytes by which the kind is recognized.
  private static let headByteCount = 64
  /// The number of bytes of a Zip archive's end that are searched for names.
  private static let directoryByteCount = 1 << 16

  /// Detects the kind from the beginning of a file; nil if it is not one of these.
  ///
  /// - Parameter file: The file.
  /// - Throws: ``FileError`` if it cannot be read.
  package init?(_ file: RandomAccessFile) throws {
    let bytes = try file.bytes(count: min(file.byteCount, Self.headByteCount), at: 0)
    guard let kind = try Self.allCases.first(where: { try $0.matches(bytes, file) }) else { return nil }
    self = kind
  }

  /// Whether a file is of this kind.
  ///
  /// - Parameters:
  ///   - bytes: Its first bytes.
  ///   - file: The file.
  /// - Returns: Whether it is.
  /// - Throws: ``FileError`` if it cannot be read.
  private func matches(_ bytes: [UInt8], _ file: RandomAccessFile) throws -> Bool {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    let trimmed = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    return switch self {
    case .gitLFS: text.hasPrefix("version https://git-lfs")
    case .keras: ["metadata.json", "config.json"].contains(Self.firstName(inZip: bytes))
    case .npz: Self.firstName(inZip: bytes)?.hasSuffix(".npy") ?? false
    case .torchScript: try Self.isZip(bytes) && Self.lists("/constants.pkl", inZip: file)
    case .pyTorch: Self.isZip(bytes)
    case .pickle: bytes.first == 0x80 && bytes.count > 1 && (2...5).contains(bytes[1])
    case .hdf5: bytes.starts(with: [0x89, 0x48, 0x44, 0x46])
    // A small MessagePack map whose first key is "params".
    case .flax:
      bytes.count > 8 && bytes[0] >> 4 == 8 && bytes[1...].starts(with: [0xA6] + Array("params".utf8))
    case .npy: bytes.starts(with: [0x93] + Array("NUMPY".utf8))
    case .html: ["<!doctype", "<!--", "<html", "<?xml"].contains { trimmed.hasPrefix($0) }
    case .gzip: bytes.starts(with: [0x1F, 0x8B])
    // xz, Zstandard, bzip2.
    case .compressed:
      [[0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x28, 0xB5, 0x2F, 0xFD], [0x42, 0x5A, 0x68]].contains {
        bytes.starts(with: $0)
      }
    // PNG, JPEG.
    case .image: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) || bytes.starts(with: [0xFF, 0xD8, 0xFF])
    case .gguf: bytes.starts(with: Array("GGUF".utf8))
    // The format's version, followed by the name of the program that wrote it.
    case .onnx: bytes.count > 2 && bytes[0] == 0x08 && bytes[1] < 32 && [0x12, 0x3A, 0x42].contains(bytes[2])
    // A header of less than 4 GiB.
    case .safetensors:
      bytes.count > 9 && bytes[4..<8].allSatisfy { $0 == 0 } && bytes[8...].starts(with: Array("{\"".utf8))
    case .shards: file.path.hasSuffix(".index.json") && trimmed.hasPrefix("{")
    case .text:
      !bytes.isEmpty && bytes.allSatisfy { (0x20..<0x7F).contains($0) || (0x09...0x0D).contains($0) }
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

  /// Whether the directory of a Zip archive, which is its end, has a name.
  private static func lists(_ name: String, inZip file: RandomAccessFile) throws -> Bool {
    let count = min(file.byteCount, directoryByteCount)
    return try file.bytes(count: count, at: file.byteCount - count).contains(Array(name.utf8))
  }

  /// The error of a reader that expects another format.
  ///
  /// - Parameters:
  ///   - path: The file as the caller named it.
  ///   - expected: The expected format, with an article if it needs one.
  /// - Returns: The error, which names the kind.
  package func error(path: String, insteadOf expected: String) -> FileError {
    FileError(path: path, problem: .otherFormat(name: rawValue, reason: problem(insteadOf: expected)))
  }

  /// The kind and what would work, as the rest of a line that begins with the path.
  ///
  /// - Parameter expected: The expected format, with an article if it needs one.
  /// - Returns: The rest of the line.
  package func problem(insteadOf expected: String) -> String {
    switch self {
    case .gitLFS:
      "is a Git LFS pointer, not the file itself; get the file with 'git lfs pull', or download it from the site"
    case .pyTorch, .pickle:
      "is a PyTorch file (torch.save: .pth, .pt) or another archive, not \(expected); convert it in Python: "
        + "import torch; from safetensors.torch import save_file; "
        + "d = torch.load(\"in.pth\", weights_only=True); "
        + "save_file(d.get(\"state_dict\", d), \"out.safetensors\")"
    case .torchScript:
      "is a TorchScript file, not \(expected); convert its weights in Python: "
        + "import torch; from safetensors.torch import save_file; "
        + "save_file(torch.jit.load(\"in.pt\").state_dict(), \"out.safetensors\")"
    case .keras, .hdf5:
      "is a Keras file (\(self == .hdf5 ? "HDF5" : ".keras")), not \(expected); Docs/convert.py converts the weights of "
        + "the book's network"
    case .flax:
      "is a Flax file (MessagePack), not \(expected); Docs/convert.py converts the weights of the book's network"
    case .npz: "is an archive of numpy arrays (.npz), not \(expected)"
    case .npy: "is a numpy array (.npy), not \(expected)"
    case .html: "is a web page, not \(expected); the download failed or needs a login"
    case .gzip: "is compressed with gzip; unpack it with gunzip"
    case .compressed: "is compressed; unpack it"
    case .image: "is an image, not \(expected)"
    case .gguf: "is a GGUF file, not \(expected)"
    case .onnx: "is a model in the ONNX format, not \(expected)"
    case .safetensors: "is a safetensors file, not \(expected)"
    case .shards:
      "is the index of weights in several files, not \(expected); join them in Python: "
        + "from glob import glob; from safetensors.torch import load_file, save_file; "
        + "save_file({k: v for f in glob(\"model-*.safetensors\") for k, v in load_file(f).items()}, "
        + "\"out.safetensors\")"
    case .text: "is text, not \(expected); the download may have failed"
    }
  }
}
