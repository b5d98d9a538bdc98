#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileError {
  /// A problem with a file.
  ///
  /// A `reason` is the rest of a line that begins with the path, as ``description`` gives it.
  public enum Problem: Equatable, Sendable, CustomStringConvertible {
    /// The file or its folder does not exist; `failure` is what did not work.
    case missing(failure: String)
    /// The system does not permit it, or the file is write-protected; the code is the value of `errno`, if there is one.
    case notPermitted(reason: String, code: Int32? = nil)
    /// Another failure of the system, with the value of `errno`.
    case system(failure: String, code: Int32)
    /// The path does not lead to a regular file, or to a folder where one is needed.
    case notAFile(reason: String)
    /// The file is of another format, or has content that cannot be used.
    case unsupported(reason: String)
    /// The file is truncated, corrupt, or contradicts itself.
    case damaged(reason: String)
    /// The file has no tensor of this name; `available` lists those that it has.
    case missingTensor(name: String, available: [String])
    /// The content cannot be written, or not under this name.
    case notWritable(reason: String)

    /// The problem of a failed call to the system.
    ///
    /// - Parameters:
    ///   - failure: The failure, such as "cannot be opened".
    ///   - code: The value of `errno`.
    public init(failure: String, code: Int32) {
      switch code {
      case ENOENT: self = .missing(failure: failure)
      case EACCES, EPERM, EROFS:
        self = .notPermitted(reason: Self.reason(failure, code), code: code)
      default: self = .system(failure: failure, code: code)
      }
    }

    /// The system's reason, the value of `errno`; nil if no system call failed.
    public var code: Int32? {
      switch self {
      case .missing: ENOENT
      case .notPermitted(_, let code): code
      case .system(_, let code): code
      case .notAFile, .unsupported, .damaged, .missingTensor, .notWritable: nil
      }
    }

    /// The rest of a line that begins with the path.
    public var description: String {
      switch self {
      case .missing(let failure): Self.reason(failure, ENOENT)
      case .system(let failure, let code): Self.reason(failure, code)
      case .missingTensor(let name, let available): Self.missingTensorReason(name, available)
      case .notPermitted(let reason, _), .notAFile(let reason), .unsupported(let reason),
        .damaged(let reason),
        .notWritable(let reason):
        reason
      }
    }

    private static func reason(_ failure: String, _ code: Int32) -> String {
      "\(failure): \(String(cString: strerror(code)))"
    }

    private static func missingTensorReason(_ name: String, _ available: [String]) -> String {
      let shown = available.prefix(5).map(\.quoted).joined(separator: ", ")
      let others = available.count > 5 ? " and \(available.count - 5) more" : ""
      let present = available.isEmpty ? "no tensors at all" : shown + others
      return "has no tensor \(name.quoted); it has \(present)"
    }
  }
}
