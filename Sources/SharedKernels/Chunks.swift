import Backends

extension ThreadPool {
  /// Calls a function for runs of whole cache lines that cover some float32 elements, one run a thread.
  func forEachChunk(_ count: Int, _ body: (_ range: Range<Int>) -> Void) {
    let line = 16
    forEachRange((count + line - 1) / line) { lines, _ in
      body(lines.lowerBound * line..<min(lines.upperBound * line, count))
    }
  }
}
