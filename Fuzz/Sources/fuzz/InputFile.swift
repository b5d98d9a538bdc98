#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file in `TMPDIR` that holds the current input, for readers of files.
struct InputFile {
  static let shared = InputFile()

  let path: String
  private let descriptor: Int32

  private init() {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/fuzz-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    precondition(descriptor >= 0, "\(path) cannot be created; set TMPDIR to another folder")
  }

  /// Replaces the file's contents and returns its path.
  static func holding(_ input: [UInt8]) -> String {
    let file = shared
    let isWritten =
      ftruncate(file.descriptor, 0) == 0 && pwrite(file.descriptor, input, input.count, 0) == input.count
    precondition(isWritten, "\(file.path) cannot be written")
    return file.path
  }
}
