#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of the peers' scripts, `nin_NAME.py`, and the folder of their virtual environments, `NAME`.
struct PeerFolder {
  /// The peers that can be run.
  let installed: [InstalledPeer]
  /// The names of those whose environment is missing.
  let missing: [String]
  private let scripts: String
  private let environments: String

  /// Searches the folders.
  ///
  /// - Parameters:
  ///   - scripts: The folder of the scripts.
  ///   - environments: The folder of the environments; by default `.venv` next to the scripts.
  ///   - names: The requested peers; by default all.
  /// - Throws: ``BenchmarkError`` if there are no scripts or none for a name, or if a named peer, or every peer, is not
  ///   installed.
  init(scripts: String, environments: String? = nil, names: [String]? = nil) throws {
    self.scripts = scripts
    self.environments = environments ?? "\(scripts)/.venv"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: scripts)) ?? []
    let known = files.filter { $0.hasPrefix("nin_") && $0.hasSuffix(".py") }
      .map { String($0.dropFirst("nin_".count).dropLast(".py".count)) }.sorted()
    guard !known.isEmpty else {
      throw BenchmarkError(
        "no peers' scripts in \(scripts); run from the package's folder, or give --peer-scripts")
    }
    if let unknown = names?.first(where: { !known.contains($0) }) {
      throw BenchmarkError("unknown peer \(unknown); available: \(known.joined(separator: ", "))")
    }
    let wanted = names ?? known
    let folder = self.environments
    let python = { (name: String) in "\(folder)/\(name)/bin/python" }
    let isInstalled = { FileManager.default.isExecutableFile(atPath: python($0)) }
    installed = wanted.filter(isInstalled).map {
      InstalledPeer(name: $0, script: "\(scripts)/nin_\($0).py", python: python($0))
    }
    missing = wanted.filter { !isInstalled($0) }
    guard installed.isEmpty || names != nil, let installation else { return }
    let subject =
      names == nil
      ? "no peer is" : "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") not"
    throw BenchmarkError("\(subject) installed in \(folder); \(installation)")
  }

  /// A message about the missing peers and how to install them; nil if none is missing.
  var advice: String? {
    installation.map { "not installed: \(missing.joined(separator: ", ")); \($0)" }
  }

  private var installation: String? {
    guard !missing.isEmpty else { return nil }
    return "'\(scripts)/install --into \(environments) \(missing.joined(separator: " "))' installs "
      + (missing.count == 1 ? "it" : "them")
  }
}

/// A peer's script and the Python that has the peer.
struct InstalledPeer: Equatable {
  let name: String
  let script: String
  let python: String

  /// Gets the list of measurements from the script.
  ///
  /// - Throws: ``BenchmarkError`` if it does not answer.
  func description() throws -> PeerDescription {
    try PeerDescription(output: PeerProcess.run(python, [script, "--list"]).output)
  }
}

/// The measurements that a peer's script offers, as listed by `--list`.
struct PeerDescription: Decodable {
  /// A way of using the peer for one task.
  struct Setting: Decodable {
    let task: String
    let precision: String
    let setting: String
  }

  let peer: String
  let settings: [Setting]

  /// Parses the output of a script.
  ///
  /// - Parameter output: All that it has printed.
  /// - Throws: ``BenchmarkError`` if that is not a list.
  init(output: String) throws {
    let line = output.split(separator: "\n").last { $0.hasPrefix("{") } ?? ""
    guard let found = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
      throw BenchmarkError("it does not list what it can measure")
    }
    self = found
  }

  /// The settings for a task.
  func settings(for workload: PeerWorkload) -> [String] {
    settings.filter { $0.task == workload.task.argument && $0.precision == workload.precision.rawValue }
      .map(\.setting)
  }
}
