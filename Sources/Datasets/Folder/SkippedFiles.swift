/// Counts skipped files, for a one-line remark.
struct SkippedFiles {
  private let what: String
  private var count = 0
  private var first: SystemPath?

  /// - Parameter what: The kind of files, as the beginning of the line: "folders within classes".
  init(what: String) {
    self.what = what
  }

  mutating func add(_ path: SystemPath) {
    count += 1
    first = first ?? path
  }

  /// The remark; nil if nothing was skipped.
  var line: String? { first.map { "\(what) are not read: \(count), the first one is \($0)" } }
}
