/// An error in measuring, reading or writing: what went wrong, and what would work, in one line.
struct BenchmarkError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
