/// The counted requests to the system's allocators.
public struct AllocationCounts: Sendable {
  /// Calls of allocators, and the bytes requested.
  public struct Tally: Sendable, Equatable {
    /// The number of requests.
    public let calls: Int
    /// The number of bytes, over all requests.
    public let bytes: Int

    /// Creates a tally.
    public init(calls: Int, bytes: Int) {
      self.calls = calls
      self.bytes = bytes
    }
  }

  /// Requests of this package's code, and of Swift's runtime on its behalf.
  public let ours: Tally
  /// Requests of oneDNN, OpenBLAS and OpenMP.
  public let theirs: Tally
  /// The sites of our requests, the most frequent first; if there are very many, only the first are recorded.
  public let sites: [AllocationSite]
}

extension AllocationCounts.Tally: CustomStringConvertible {
  /// Both numbers as text.
  public var description: String { "\(calls) requests of \(bytes) bytes" }
}

extension AllocationCounts: CustomStringConvertible {
  /// Both tallies, and below them the main sites of our requests.
  public var description: String {
    "ours: \(ours); the libraries': \(theirs)" + sites.prefix(8).map { "\n\($0)" }.joined()
  }
}
