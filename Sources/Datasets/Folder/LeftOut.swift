/// Counts what is left out, for one line.
struct LeftOut {
  private let what: String
  private var count = 0
  private var first: SystemPath?

  /// - Parameter what: What is left out, as the beginning of the line: "folders within classes".
  init(what: String) {
    self.what = what
  }

  mutating func add(_ path: SystemPath) {
    count += 1
    first = first ?? path
  }

  /// The line; nil if nothing was left out.
  var line: String? { first.map { "\(what) are not read: \(count), the first one is \($0)" } }
}
