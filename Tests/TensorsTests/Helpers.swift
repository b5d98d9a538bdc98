import Foundation

/// The bytes of a file.
func bytes(of path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: path)))
}

/// The error that a call throws, as a person sees it; nil if it does not throw.
func complaint<Result>(_ call: () throws -> Result) -> String? {
  do {
    _ = try call()
    return nil
  } catch {
    return "\(error)"
  }
}
