import NetworkInNetwork
import Reporting

/// The names of a network's classes.
struct ClassLabels {
  let names: [String]

  /// - Parameters:
  ///   - description: The network. If it does not name its classes, ten classes of gray images are Fashion-MNIST's, and
  ///     others are numbered.
  ///   - count: The number of classes.
  init(_ description: CheckpointDescription, count: Int) {
    if description.classNames.count == count {
      // Names from a file may contain anything.
      names = description.classNames.map { $0.onOneLine(atMost: 200) }
    } else if description.image[0] == 1 && count == FashionMNIST.classNames.count {
      names = FashionMNIST.classNames
    } else {
      names = (0..<count).map { "class \($0)" }
    }
  }
}
