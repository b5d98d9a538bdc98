/// Something that cannot be measured, read or written: what, and what would work, in one line.
struct BenchmarkError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
