import Foundation

/// A folder of peers' scripts with environments whose `python` is a shell script.
final class FakePeerFolder {
  let scripts: String

  init() throws {
    scripts = FileManager.default.temporaryDirectory.appendingPathComponent("peers-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: scripts, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: scripts)
  }

  /// Adds a script for a peer that is not installed.
  func addScript(_ name: String) throws {
    try Data().write(to: URL(fileURLWithPath: "\(scripts)/nin_\(name).py"))
  }

  /// Adds a peer that lists one setting and answers a measurement as it is told.
  func addPeer(_ name: String, answer: String) throws {
    try addScript(name)
    let python = """
      #!/bin/sh
      if [ "$2" = --list ]; then
        echo '{"peer": "\(name)", "settings": [{"task": "train", "precision": "float32", "setting": "best"}]}'
        exit
      fi
      \(answer)

      """
    let bin = "\(scripts)/.venv/\(name)/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try Data(python.utf8).write(to: URL(fileURLWithPath: "\(bin)/python"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin)/python")
  }

  /// A line of JSON as a script prints it, with a step of two seconds.
  static let goodAnswer = """
    echo 'a warning' >&2
    echo '{"peer": "Good", "version": "9", "setting": "best", "seconds": [2.0], "peak_memory": 4000000}'
    echo "$@" > "$(dirname "$1")/arguments"
    """
}
