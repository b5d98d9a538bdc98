import Backends
import CKernels
import Synchronization

/// The threads of a network's lanes, which sleep while there is nothing to do.
///
/// They are not those of GNU OpenMP, which spin while they wait and so occupy processors that other programs need.
final class Crew {
  /// The number of threads, including the calling one.
  let count: Int
  private var members: OpaquePointer?

  /// Creates a crew; its threads are started when they are first needed.
  init(_ threads: ThreadPool) {
    count = threads.count
  }

  deinit {
    if let members { ck_crew_destroy(members) }
  }

  /// Calls the loop's body on each thread, and returns when all have returned.
  ///
  /// - Throws: ``NetworkError`` if the system does not allow the process this many threads.
  fileprivate func run(_ loop: LaneLoop) throws {
    var started: Int32 = 0
    members = members ?? ck_crew_create(Int32(count), &started)
    guard let members else {
      throw NetworkError.tooFewThreads(started: Int(started), requested: count)
    }
    ck_crew_run(members, Unmanaged.passUnretained(loop).toOpaque()) { lane, context in
      guard let context else { return }
      ThreadPool(count: 1).makeCurrent()
      Unmanaged<LaneLoop>.fromOpaque(context).takeUnretainedValue().takeIndices(lane: Int(lane))
    }
  }
}

/// A loop whose indices free lanes take one by one; made once and run any number of times.
///
/// Nothing may depend on which lane takes which index. Running it allocates nothing.
final class LaneLoop {
  private let crew: Crew
  private let body: (_ index: Int, _ lane: Int) throws -> Void
  private var count = 0
  private let next = Atomic(0)
  private var failure: (index: Int, error: any Error)?
  private let lock = Lock()

  /// Creates a loop.
  ///
  /// - Parameters:
  ///   - crew: The threads to run it on.
  ///   - body: Computes an index on a lane. Different indices must not access the same memory.
  init(_ crew: Crew, _ body: @escaping (_ index: Int, _ lane: Int) throws -> Void) {
    self.crew = crew
    self.body = body
  }

  /// Runs it for the indices from 0 to count − 1.
  ///
  /// - Parameters:
  ///   - count: The number of indices.
  ///   - inOrder: Whether the calling thread takes all of them, in order.
  /// - Throws: The body's error for the lowest index, once all lanes have stopped.
  func run(_ count: Int, inOrder: Bool = false) throws {
    self.count = count
    next.store(0, ordering: .relaxed)
    if inOrder || crew.count == 1 || count == 1 {
      ThreadPool(count: 1).makeCurrent()
      takeIndices(lane: 0)
    } else {
      try crew.run(self)
    }
    defer { failure = nil }
    if let failure { throw failure.error }
  }

  fileprivate func takeIndices(lane: Int) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      do {
        try body(index, lane)
      } catch {
        next.store(count, ordering: .relaxed)
        lock.withLock {
          if index < failure?.index ?? .max { failure = (index, error) }
        }
      }
    }
  }
}
