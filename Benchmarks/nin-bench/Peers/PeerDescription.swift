#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a peer's script says it can measure, when it is asked with `--list`.
struct PeerDescription: Decodable {
  /// A way of using the peer for one task.
  struct Setting: Decodable {
    let task: String
    let precision: String
    let setting: String
  }

  let peer: String
  let settings: [Setting]

  /// Reads what a script has printed.
  ///
  /// - Parameter output: All that it has printed.
  /// - Throws: ``PeerError`` if that is no list.
  init(output: String) throws {
    let line = output.split(separator: "\n").last { $0.hasPrefix("{") } ?? ""
    guard let found = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
      throw PeerError("it does not tell what it can measure")
    }
    self = found
  }

  /// The settings for a task.
  func settings(for workload: PeerWorkload) -> [String] {
    settings.filter { $0.task == workload.task.argument && $0.precision == workload.precision.rawValue }
      .map(\.setting)
  }
}
