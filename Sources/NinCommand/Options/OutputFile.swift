import ArgumentParser
import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Rejects an output that is one of the command's input files, which it would replace, or standard output, unless the
/// command can write to it.
///
/// - Parameters:
///   - output: The path of the output, which need not exist.
///   - inputs: The paths of the inputs, which need not exist.
///   - allowsStandardOutput: Whether `-` stands for standard output.
/// - Throws: `ValidationError` that names the output, and the input.
func requireOutput(
  _ output: String, differsFrom inputs: [String], allowsStandardOutput: Bool = false
) throws {
  guard allowsStandardOutput || output != standardOutputPath else {
    throw ValidationError(
      "this command does not write to standard output; give --output a file, or ./- for a file of that name")
  }
  guard let file = FileIdentity(output),
    let input = inputs.first(where: { FileIdentity($0) == file })
  else { return }
  let name = input == output ? "also an input" : "the same file as the input \(input)"
  throw ValidationError("--output is \(output), \(name), and would replace it; choose another name")
}

/// Prints which file a result was written to, unless that is the standard output or nothing but results is requested.
///
/// - Parameters:
///   - result: The result: "the network".
///   - output: The file.
///   - progress: Whether more than results is printed.
func printLocation(of result: String, _ output: String, _ progress: ProgressOptions) {
  guard !progress.quiet, output != standardOutputPath, !FileLock.isSameFile(STDOUT_FILENO, output) else {
    return
  }
  print("wrote \(result) to \(output.onOneLine(atMost: 4096))")
}

/// The path that stands for the standard output.
let standardOutputPath = "-"

/// The identity of a regular file, independent of its path.
private struct FileIdentity: Equatable {
  private let device: UInt64
  private let number: UInt64

  /// Looks at the file at the end of all links; nil if it is not a regular file or does not exist.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
