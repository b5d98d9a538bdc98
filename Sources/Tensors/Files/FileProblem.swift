#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileError {
  /// A problem with a file.
  ///
  /// A `reason` is the predicate of a sentence whose subject is the path, such as "is truncated" or "cannot be read:
  /// Permission denied", as ``description`` gives it.
  public enum Problem: Equatable, Sendable, CustomStringConvertible {
    /// The file or its folder does not exist.
    case missing(reason: String)
    /// The system does not allow the file to be read; the code is the value of `errno`, if there is one.
    case unreadable(reason: String, code: Int32? = nil)
    /// The system does not allow the file to be written, or it is write-protected; the code is the value of `errno`, if
    /// there is one.
    case unwritable(reason: String, code: Int32? = nil)
    /// The path names a folder or a device, or is empty.
    case notRegularFile(reason: String)
    /// The file has another format, which was recognized; `name` is "onnx", "safetensors", "pyTorch", "npy" and so on.
    case otherFormat(name: String, reason: String)
    /// The format of the file is unknown, or its content cannot be used.
    case unsupported(reason: String)
    /// The content needs more memory than there is, or the file is larger than any of its kind.
    case tooLarge(reason: String)
    /// The file is truncated, corrupt or inconsistent.
    case damaged(reason: String)
    /// The file has no tensor of this name; `available` lists those that it has.
    case missingTensor(name: String, available: [String])
    /// The content cannot be stored in this format, or the file's name does not end in that of a supported one.
    case notEncodable(reason: String)

    /// The system's reason, the value of `errno`; nil if no system call failed.
    public var code: Int32? {
      switch self {
      case .missing: ENOENT
      case .unreadable(_, let code), .unwritable(_, let code): code
      case .notRegularFile, .otherFormat, .unsupported, .tooLarge, .damaged, .missingTensor, .notEncodable:
        nil
      }
    }

    /// The predicate of a sentence whose subject is the path.
    public var description: String {
      switch self {
      case .missingTensor(let name, let available): Self.missingTensorReason(name, available)
      case .missing(let reason), .unreadable(let reason, _), .unwritable(let reason, _),
        .notRegularFile(let reason), .otherFormat(_, let reason), .unsupported(let reason),
        .tooLarge(let reason), .damaged(let reason), .notEncodable(let reason):
        reason
      }
    }

    private static func missingTensorReason(_ name: String, _ available: [String]) -> String {
      let shown = available.prefix(5).map(\.quoted).joined(separator: ", ")
      let others = available.count > 5 ? " and \(available.count - 5) more" : ""
      let present = available.isEmpty ? "no tensors at all" : shown + others
      return "has no tensor \(name.quoted); it has \(present)"
    }
  }
}
