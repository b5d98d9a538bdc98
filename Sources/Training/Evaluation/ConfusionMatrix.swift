/// How often images of each class were taken for each class.
///
/// With nᵢⱼ the number of images of class i that were classified as j,
///
///     accuracy      = Σᵢ nᵢᵢ / Σᵢⱼ nᵢⱼ
///     precision of c = n_cc / Σᵢ nᵢc     how many of those classified as c are of c
///     recall of c    = n_cc / Σⱼ n_cj    how many of those of c are classified as c
///     F1 of c        = 2 n_cc / (Σᵢ nᵢc + Σⱼ n_cj), the harmonic mean of the two
///
/// Source: Sokolova and Lapalme, *A systematic analysis of performance measures for classification tasks*, 2009.
public struct ConfusionMatrix: Sendable, Equatable {
  /// How many classes there are.
  public let classes: Int
  /// The counts nᵢⱼ, row by row: a row a label, a column a prediction.
  public private(set) var counts: [Int]

  /// Makes the matrix of no images.
  ///
  /// - Parameter classes: How many classes there are, at least 1.
  public init(classes: Int) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes * classes)
  }

  /// How many images of a class were classified as another, or as itself.
  ///
  /// - Parameters:
  ///   - label: The right class.
  ///   - prediction: What it was taken for.
  public subscript(label: Int, prediction: Int) -> Int { counts[label * classes + prediction] }

  /// Adds an image.
  ///
  /// - Parameters:
  ///   - label: Its class.
  ///   - prediction: What it is taken for.
  public mutating func add(label: Int, prediction: Int) {
    counts[label * classes + prediction] += 1
  }

  /// Adds the images of a batch, each as it was classified; nothing is allocated.
  public mutating func add(_ batch: EvaluatedBatch) {
    for row in 0..<batch.count { add(label: batch.label(row), prediction: batch.prediction(row)) }
  }

  /// Forgets all images.
  public mutating func clear() {
    for index in counts.indices { counts[index] = 0 }
  }

  /// How many images there were.
  public var count: Int { counts.reduce(0, +) }

  /// How many were classified rightly.
  public var correct: Int { (0..<classes).reduce(0) { $0 + self[$1, $1] } }

  /// The share that was classified rightly; 0 without images.
  public var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  /// How many images a class has.
  public func support(of label: Int) -> Int { (0..<classes).reduce(0) { $0 + self[label, $1] } }

  /// How many images were classified as a class.
  public func predictions(of prediction: Int) -> Int { (0..<classes).reduce(0) { $0 + self[$1, prediction] } }

  /// The classes that have images and that nothing was classified as.
  public var neverPredicted: [Int] {
    (0..<classes).filter { predictions(of: $0) == 0 && support(of: $0) > 0 }
  }

  /// Precision, recall and F1 of each class.
  public var figures: [ClassFigures] {
    (0..<classes).map {
      ClassFigures(correct: self[$0, $0], support: support(of: $0), predictions: predictions(of: $0))
    }
  }

  /// The confusions that were made most often, of equal ones those of the first classes first.
  ///
  /// - Parameter limit: How many at most.
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

/// Images of one class that were taken for another.
public struct Confusion: Sendable, Equatable {
  /// Their class.
  public let label: Int
  /// What they were taken for.
  public let prediction: Int
  /// How many there were.
  public let count: Int
}
