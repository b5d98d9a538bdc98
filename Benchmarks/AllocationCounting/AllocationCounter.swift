import CAllocations

/// Counts requests for memory, separating ours from those of the libraries.
///
/// Only the watching thread, threads that it starts meanwhile, and OpenMP teams that work for them are counted, so
/// other work in the process does not matter. Except for OpenMP's, these threads must have ended when the counter is
/// deallocated.
///
/// ```swift
/// let counts = AllocationCounter.counts { network.step() }
/// ```
public final class AllocationCounter {
  private let counter: OpaquePointer?

  /// Whether requests can be counted in this build: with glibc and without sanitizers.
  public static var isSupported: Bool { allocations_can_be_counted() }

  /// Creates a counter at 0.
  public init() {
    counter = allocations_create()
  }

  deinit {
    allocations_destroy(counter)
  }

  /// Counts the requests of a function.
  ///
  /// - Parameter body: The function.
  /// - Returns: The counts; 0 if counting is not supported.
  /// - Throws: The errors of the function.
  public static func counts(_ body: () throws -> Void) rethrows -> AllocationCounts {
    let counter = AllocationCounter()
    try counter.watch {
      counter.start()
      defer { counter.stop() }
      try body()
    }
    return counter.counts
  }

  /// Watches the calling thread, and those that it starts, between ``start()`` and ``stop()``.
  ///
  /// - Parameter body: The function to watch.
  /// - Returns: The function's result.
  /// - Throws: The errors of the function.
  public func watch<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = allocations_follow(counter)
    defer { _ = allocations_follow(before) }
    return try body()
  }

  /// Begins to count on the watched threads.
  public func start() {
    if let counter { allocations_start(counter) }
  }

  /// Stops counting.
  public func stop() {
    if let counter { allocations_stop(counter) }
  }

  /// The counts so far.
  public var counts: AllocationCounts {
    guard let counter else {
      let none = AllocationCounts.Tally(calls: 0, bytes: 0)
      return AllocationCounts(ours: none, theirs: none, sites: [])
    }
    return AllocationCounts(
      ours: AllocationCounts.Tally(allocations_ours(counter)),
      theirs: AllocationCounts.Tally(allocations_theirs(counter)),
      sites: AllocationSite.sites(of: stacks(counter)))
  }

  private func stacks(_ counter: OpaquePointer) -> [[UInt]] {
    var stacks: [[UInt]] = []
    var addresses: UnsafePointer<UInt>?
    while case let depth = allocations_stack(counter, stacks.count, &addresses), depth > 0 {
      stacks.append(Array(UnsafeBufferPointer(start: addresses, count: depth)))
    }
    return stacks
  }
}

extension AllocationCounts.Tally {
  fileprivate init(_ tally: allocations_tally) {
    self.init(calls: Int(tally.calls), bytes: Int(tally.bytes))
  }
}
