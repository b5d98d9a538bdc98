import Foundation
import ImageFiles
import Testing

/// The committed image files and their pixels as Pillow has them.
enum Fixtures {
  struct Pixels: Decodable {
    let width: Int
    let height: Int
    let grey: [UInt8]
    let color: [UInt8]
  }

  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).path + "/" + name
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func expected() throws -> [String: Pixels] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path("expected.json")))
    return try JSONDecoder().decode([String: Pixels].self, from: data)
  }
}

/// A file that is there for one test and goes with it.
final class TemporaryFile {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("nin-\(UUID().uuidString)").path

  func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
