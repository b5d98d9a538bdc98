import Tensors

/// How many elements constants may have and how many nodes may read, in proportion to those in the file.
struct ConstantLimits {
  /// A graph whose folded constants need many more elements than the file has is a mistake or an attack.
  private static let freeElements = 1 << 24
  /// The number of times that all elements of the file may be read; in files by exporters, each node reads its
  /// constants once.
  private static let maximumReadCount = 64

  /// The number of elements that folded constants may still have.
  private var elements = freeElements
  /// The number of elements of constants that nodes may still read.
  private var reads = freeElements

  /// Raises the limits for a constant in the file.
  mutating func raise(for stored: Constant) {
    elements += 4 * stored.elementCount
    reads += Self.maximumReadCount * stored.elementCount
  }

  /// Requires that a constant to be computed is not too large.
  func requireRoom(for shape: Shape) throws {
    guard shape.rank <= StoredTensor.maximumRank, shape.isCountable, shape.elementCount <= elements else {
      throw ONNXError("it computes a constant of shape \(shape), which makes the constants too large")
    }
  }

  /// Counts the elements of a computed constant.
  mutating func count(_ constant: Constant) throws {
    try requireRoom(for: constant.shape)
    elements -= constant.shape.elementCount
  }

  /// Counts the elements of a constant that a node takes, before they are decoded.
  mutating func countRead(of constant: Constant, _ name: String) throws {
    reads -= constant.elementCount
    guard reads >= 0 else {
      throw ONNXError("its input \(name.quoted) exceeds the limit on reading constants")
    }
  }
}

extension Constant {
  /// The number of elements, without decoding those in the file.
  fileprivate var elementCount: Int {
    switch self {
    case .stored(let tensor):
      max(
        tensor.rawData.count / 2,
        tensor.floatData.count + tensor.int32Data.count + tensor.int64Data.count + tensor.doubleData.count)
    case .floats(let tensor): tensor.elements.count
    case .integers(let tensor): tensor.elements.count
    }
  }
}
