/// A peer's script and the Python that has the peer.
struct InstalledPeer: Equatable {
  let name: String
  let script: String
  let python: String

  /// Asks the script what it can measure.
  ///
  /// - Throws: ``PeerError`` if it does not answer.
  func description() throws -> PeerDescription {
    try PeerDescription(output: PeerProcess.run(python, [script, "--list"]).output)
  }
}
