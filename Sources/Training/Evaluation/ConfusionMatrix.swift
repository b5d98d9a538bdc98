/// The number of images of each class that were classified as each class.
///
/// With nᵢⱼ the number of images of class i that were classified as j,
///
///     accuracy      = Σᵢ nᵢᵢ / Σᵢⱼ nᵢⱼ
///     precision of c = n_cc / Σᵢ nᵢc     the share of those classified as c that belong to c
///     recall of c    = n_cc / Σⱼ n_cj    the share of c's images that are classified as c
///     F1 of c        = 2 n_cc / (Σᵢ nᵢc + Σⱼ n_cj), the harmonic mean of the two
///
/// Source: Sokolova and Lapalme, *A systematic analysis of performance measures for classification tasks*, 2009.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The number of classes.
  public let classes: Int
  /// The counts nᵢⱼ, row by row: a row per label, a column per prediction.
  public private(set) var counts: [Int]

  /// Creates an empty matrix.
  ///
  /// - Parameter classes: The number of classes, at least 1.
  public init(classes: Int) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes * classes)
  }

  /// The number of images of one class that were classified as another, or the same.
  ///
  /// - Parameters:
  ///   - label: The correct class.
  ///   - prediction: The predicted class.
  public subscript(label: Int, prediction: Int) -> Int { counts[label * classes + prediction] }

  /// Adds an image.
  ///
  /// - Parameters:
  ///   - label: Its class.
  ///   - prediction: The predicted class.
  /// - Precondition: The matrix has both classes.
  public mutating func add(label: Int, prediction: Int) {
    precondition(
      max(label, prediction) < classes, "the matrix has fewer classes than the network has outputs")
    counts[label * classes + prediction] += 1
  }

  /// Adds the images of a batch with their predictions; nothing is allocated.
  ///
  /// - Precondition: The matrix has as many classes as the network.
  public mutating func add(_ batch: EvaluatedBatch) {
    for row in 0..<batch.count { add(label: batch.label(row), prediction: batch.prediction(row)) }
  }

  /// Removes all images.
  public mutating func clear() {
    for index in counts.indices { counts[index] = 0 }
  }

  /// The number of images.
  public var count: Int { counts.reduce(0, +) }

  /// The number of images that were classified correctly.
  public var correct: Int { (0..<classes).reduce(0) { $0 + self[$1, $1] } }

  /// The share of images that were classified correctly; 0 without images.
  public var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  /// The number of images of a class.
  public func support(of label: Int) -> Int { (0..<classes).reduce(0) { $0 + self[label, $1] } }

  /// The number of images classified as a class.
  public func predictions(of prediction: Int) -> Int { (0..<classes).reduce(0) { $0 + self[$1, prediction] } }

  /// The classes that have images but no predictions.
  public var neverPredicted: [Int] {
    (0..<classes).filter { predictions(of: $0) == 0 && support(of: $0) > 0 }
  }

  /// Precision, recall and F1 of each class.
  public var figures: [ClassFigures] {
    (0..<classes).map {
      ClassFigures(correct: self[$0, $0], support: support(of: $0), predictions: predictions(of: $0))
    }
  }

  /// Unweighted means over the classes that have images ("macro average").
  ///
  /// An undefined precision, of a class that nothing was classified as, counts as 0, as in scikit-learn.
  public var means: (precision: Double, recall: Double, f1: Double) {
    let figures = figures.filter { $0.support > 0 }
    let mean = { (value: (ClassFigures) -> Double?) in
      figures.reduce(0) { $0 + (value($1) ?? 0) } / Double(max(figures.count, 1))
    }
    return (mean { $0.precision }, mean { $0.recall }, mean { $0.f1 })
  }

  /// The most frequent confusions; with ties, in the order of classes.
  ///
  /// - Parameter limit: The maximum number.
  /// - Returns: Pairs of different classes with at least one image.
  public func mostConfused(_ limit: Int) -> [Confusion] {
    let confusions = counts.indices.compactMap { index -> Confusion? in
      let (label, prediction) = index.quotientAndRemainder(dividingBy: classes)
      guard label != prediction, counts[index] > 0 else { return nil }
      return Confusion(label: label, prediction: prediction, count: counts[index])
    }
    let sorted = confusions.enumerated().sorted {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }
    return sorted.prefix(limit).map(\.element)
  }
}

/// Images of one class that were classified as another.
public struct Confusion: Sendable, Equatable {
  /// Their class.
  public let label: Int
  /// The predicted class.
  public let prediction: Int
  /// The number of images.
  public let count: Int
}
