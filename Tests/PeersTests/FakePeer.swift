import Foundation

/// A folder of peers' scripts in the shell's language, with environments whose `python` is the shell.
///
/// A program that has just been written might still be held open by a process that another thread started at that
/// moment, and the system would refuse to run it.
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
  func addScript(_ name: String, _ text: String = "") throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(scripts)/nin_\(name).py"))
  }

  /// Adds a peer that lists its settings, one for training if not given, and answers a measurement as given.
  func addPeer(_ name: String, list: String? = nil, answer: String) throws {
    let list =
      list
      ?? #"{"peer": "\#(name)", "settings": [{"task": "train", "precision": "float32", "setting": "best"}]}"#
    try addScript(
      name,
      """
      if [ "$1" = --list ]; then
        echo '\(list)'
        exit
      fi
      \(answer)

      """)
    let bin = "\(scripts)/.venv/\(name)/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(bin)/python", withDestinationPath: "/bin/sh")
  }

  /// A line of JSON as a script prints it, with a step of two seconds.
  static let goodAnswer = """
    echo 'a warning' >&2
    echo '{"peer": "Good", "version": "9", "setting": "best", "seconds": [2.0], "peak_memory": 4000000}'
    echo "$@" > "$(dirname "$0")/arguments"
    """
}
