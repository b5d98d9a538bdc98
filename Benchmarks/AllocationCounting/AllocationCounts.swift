/// What was asked of the system's allocators while a counter counted.
public struct AllocationCounts: Sendable {
  /// Calls of allocators, and the bytes that they were asked for.
  public struct Tally: Sendable, Equatable {
    /// How often memory was asked for.
    public let calls: Int
    /// How many bytes, all requests together.
    public let bytes: Int

    /// Makes a tally.
    public init(calls: Int, bytes: Int) {
      self.calls = calls
      self.bytes = bytes
    }
  }

  /// Requests of our code, and of Swift's runtime on its behalf.
  public let ours: Tally
  /// Requests of oneDNN, OpenBLAS and OpenMP.
  public let theirs: Tally
  /// Where our requests came from, the most frequent first; of very many only the first are known.
  public let places: [AllocationPlace]
}

extension AllocationCounts.Tally: CustomStringConvertible {
  /// Both numbers in words.
  public var description: String { "\(calls) requests of \(bytes) bytes" }
}

extension AllocationCounts: CustomStringConvertible {
  /// Both tallies, and below them where most of ours came from.
  public var description: String {
    "ours: \(ours); the libraries': \(theirs)" + places.prefix(8).map { "\n\($0)" }.joined()
  }
}
