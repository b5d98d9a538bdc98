import ArgumentParser
import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An image named by an argument, which may be unreadable.
struct ImageInput {
  /// The path; `-` for standard input.
  let path: String
  private let source: Source

  private enum Source {
    case file
    case standardInput
    case unreadable(any Error)
  }

  /// The argument for standard input.
  static let standardInputPath = "-"

  /// The name for display.
  var name: String { path == Self.standardInputPath ? Self.standardInputName : path }

  private static let standardInputName = "standard input"

  /// Requires standard input to be given at most once.
  ///
  /// - Throws: `ValidationError` otherwise.
  static func requireOneStandardInput(_ arguments: [String]) throws {
    guard arguments.count(where: { $0 == standardInputPath }) <= 1 else {
      throw ValidationError("- is standard input, which holds one image; give it once")
    }
  }

  /// The images of an argument: itself, or those directly in it if it is a folder.
  ///
  /// Skipped files of a folder are reported in notices.
  ///
  /// - Parameter argument: A file, a pipe, a folder, or `-`.
  /// - Returns: The images; an unreadable one throws when it is decoded.
  static func inputs(of argument: String) -> [ImageInput] {
    guard argument != standardInputPath else { return [ImageInput(path: argument, source: .standardInput)] }
    do {
      guard let listing = try ImageListing(argument) else {
        return [ImageInput(path: argument, source: .file)]
      }
      for line in listing.remarks { Log.notice(line) }
      return listing.files.map { file in
        ImageInput(path: file.path, source: file.problem.map(Source.unreadable) ?? .file)
      }
    } catch {
      return [ImageInput(path: argument, source: .unreadable(error))]
    }
  }

  /// Reads and decodes the image.
  ///
  /// - Parameter channels: 1 for gray or 3 for red, green and blue.
  /// - Returns: The pixels.
  /// - Throws: An error whose line names the file.
  func decode(channels: Int) throws -> DecodedImage {
    switch source {
    case .file: return try ImageFile.decode(path: path, channels: channels)
    case .unreadable(let error): throw error
    case .standardInput:
      guard isatty(STDIN_FILENO) == 0 else {
        throw ImageFileError.notRegularFile(
          path: name, reason: "\(name) is a terminal; redirect a PNG or JPEG file into it")
      }
      let limits = ImageLimits()
      let bytes = try FileBytes.readToEnd(
        of: STDIN_FILENO, name: name, maximumByteCount: limits.byteCount)
      return try ImageFile.decode(bytes, name: name, channels: channels, limits: limits)
    }
  }
}
