import NetworkInNetwork

/// The names of a network's classes.
struct ClassLabels {
  /// The names, which may contain anything if they are from a file.
  let names: [String]

  /// - Parameters:
  ///   - description: The network. If it does not name its classes, ten classes of gray images are Fashion-MNIST's, and
  ///     others are numbered.
  ///   - count: The number of classes.
  init(_ description: CheckpointDescription, count: Int) {
    if description.classNames.count == count {
      names = description.classNames
    } else if description.image[0] == 1 && count == FashionMNIST.classNames.count {
      names = FashionMNIST.classNames
    } else {
      names = (0..<count).map { "class \($0)" }
    }
  }

  /// The names for display.
  var printedNames: [String] { names.map(Self.printed) }

  /// A name for display, on one line.
  static func printed(_ name: String) -> String { Classification.Candidate.printed(name) }
}
