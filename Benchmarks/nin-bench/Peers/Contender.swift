/// A framework in one setting, or one of our backends: what a comparison runs in turn.
///
/// Each measurement is a process of its own, so that no one's threads, memory or caches help or hinder another.
protocol Contender {
  var name: String { get }
  var setting: String { get }
  /// Whether it is one of ours, which the others are compared with.
  var isOurs: Bool { get }

  /// Measures once.
  ///
  /// - Throws: ``PeerError`` with the reason if it cannot.
  func measure(_ workload: PeerWorkload) throws -> PeerMeasurement
}
