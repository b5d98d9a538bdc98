import NetworkInNetwork

/// The names of a network's classes.
struct ClassLabels {
  /// The names, which may contain anything if they are from a file.
  let names: [String]

  /// - Parameters:
  ///   - description: The network. If it does not name its classes, they are numbered.
  ///   - count: The number of classes.
  init(_ description: CheckpointDescription, count: Int) {
    let known = description.classNames
    names = known.count == count ? known : (0..<count).map { "class \($0)" }
  }

  /// The names for display.
  var printedNames: [String] { names.map(Self.printed) }

  /// A name for display, on one line.
  static func printed(_ name: String) -> String { Classification.Candidate.printed(name) }
}
