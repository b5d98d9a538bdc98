import Foundation
import ONNX
import Tensors

/// The files made by `make_onnx_fixtures.py`.
enum Fixtures {
  /// The networks with outputs to compare.
  static let networks = names.filter { !$0.hasPrefix("refused-") }

  /// A file that cannot be read, with the words of the error and the input's shape.
  static let refusals: [String: Refusal] = {
    guard let json = try? Data(contentsOf: folder.appendingPathComponent("refusals.json")) else { return [:] }
    return (try? JSONDecoder().decode([String: Refusal].self, from: json)) ?? [:]
  }()

  struct Refusal: Decodable {
    let names: [String]
    let input: Shape
  }

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(name))
  }

  private static let folder = (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appendingPathComponent(
    "Fixtures")

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
}

/// A new file that goes with its value.
final class TemporaryFile {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("nin-\(UUID().uuidString)").path

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func write(_ bytes: Data) throws {
    try bytes.write(to: URL(fileURLWithPath: path))
  }
}
