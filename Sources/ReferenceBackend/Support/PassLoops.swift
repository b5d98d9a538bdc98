import Backends

/// The loops of a pass, one after the other: set up once, when the memory is known, and then run many times.
final class PassLoops {
  private let threads: ThreadPool
  private var loops: [ParallelLoop] = []
  private var context = RunContext()

  init(threads: ThreadPool) {
    self.threads = threads
  }

  /// Adds a loop.
  ///
  /// - Parameters:
  ///   - count: The number of indices.
  ///   - body: Computes one index. Different indices must not access the same memory.
  func add(over count: Int, _ body: @escaping (_ index: Int) -> Void) {
    addRuns(over: count) { run, _ in
      for index in run { body(index) }
    }
  }

  /// Adds a loop.
  ///
  /// - Parameters:
  ///   - count: The number of indices.
  ///   - body: Computes some adjacent indices, at least one. Different indices must not access the same memory.
  func addRuns(over count: Int, _ body: @escaping (_ run: Range<Int>, _ context: RunContext) -> Void) {
    let loop = ParallelLoop(threads: threads, count: count) { [unowned self] run, _ in body(run, context) }
    loops.append(loop)
  }

  /// Runs them all.
  func run(_ context: RunContext) {
    self.context = context
    for loop in loops { loop.run() }
  }
}
