import Backends

/// The loops of a pass, one after the other: described once, when the memory is known, and then run often.
final class PassLoops {
  private let threads: ThreadPool
  private var loops: [ParallelLoop] = []
  private var pass = Pass()

  init(threads: ThreadPool) {
    self.threads = threads
  }

  /// Adds a loop.
  ///
  /// - Parameters:
  ///   - count: How many indices there are.
  ///   - body: What is computed for one of them. It must not touch what another index touches.
  func add(over count: Int, _ body: @escaping (_ index: Int) -> Void) {
    addRuns(over: count) { run, _ in
      for index in run { body(index) }
    }
  }

  /// Adds a loop.
  ///
  /// - Parameters:
  ///   - count: How many indices there are.
  ///   - body: What is computed in a pass for some neighbouring indices, at least one. It must not touch what
  ///     another index touches.
  func addRuns(over count: Int, _ body: @escaping (_ run: Range<Int>, _ pass: Pass) -> Void) {
    let loop = ParallelLoop(threads: threads, count: count) { [unowned self] run, _ in body(run, pass) }
    loops.append(loop)
  }

  /// Runs them all.
  func run(_ pass: Pass) {
    self.pass = pass
    for loop in loops { loop.run() }
  }
}
