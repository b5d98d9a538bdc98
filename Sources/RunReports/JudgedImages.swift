import Backends
import Datasets
import Networks
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A network's predictions for images that it was not trained on.
public struct JudgedImages: Sendable {
  /// A misclassified image.
  public struct Mistake: Sendable, Equatable {
    /// The image's index.
    public let index: Int
    /// Its class.
    public let label: Int
    /// The predicted class.
    public let prediction: Int
    /// The cross-entropy, -log of the probability of its class; infinite if the output is NaN.
    public let loss: Double
    /// The probability of its class, softmax of the output.
    public let labelProbability: Double
    /// The probability of the predicted class.
    public let predictionProbability: Double
  }

  /// The kind of images: `test` or `validation`.
  public let name: String
  /// The images.
  public let images: LabeledImages
  /// Loss and correct predictions over all.
  public let score: ClassificationScore
  /// The confusion matrix.
  public let matrix: ConfusionMatrix
  /// The ranks of the correct class.
  public let ranks: RankCounts
  /// The misclassified images, in order of decreasing loss.
  public let mistakes: [Mistake]
  /// Some images and the worst mistakes with the maps of their classes; nil if the network's classes have no maps.
  package let maps: MappedImages?

  /// Classifies images.
  ///
  /// - Parameters:
  ///   - images: The images, with the network's classes.
  ///   - name: The kind of images: `test` or `validation`.
  ///   - network: The network.
  ///   - resize: The resizing method, as in training.
  ///   - batchSize: The number of images loaded at a time.
  ///   - enlargesMaps: Whether to compute the maps of larger images if a class's map is one number, which takes the
  ///     memory of a second network.
  ///   - shouldStop: Called after each batch; if it returns true, the result is nil.
  ///   - didClassify: Called with the number of images done.
  /// - Throws: `NetworkError` if the number of classes differs from the network's; the errors of the loader and of the
  ///   network.
  public init?(
    _ images: LabeledImages, name: String, by network: Network, resize: ResizeMethod, batchSize: Int,
    enlargesMaps: Bool = true, shouldStop: () -> Bool = { false },
    didClassify: (_ count: Int) -> Void = { _ in }
  ) throws {
    try requireClasses(of: images, for: network)
    let classes = network.outputShape(1).elementCount
    var matrix = ConfusionMatrix(classes: classes)
    var ranks = RankCounts(classes: classes)
    var mistakes: [Mistake] = []
    let score = try evaluate(
      network, on: images, resize: resize, batchSize: batchSize, shouldStop: shouldStop
    ) { batch in
      matrix.add(batch)
      ranks.add(batch)
      didClassify(batch.firstImage + batch.count)
      for row in 0..<batch.count where batch.prediction(row) != batch.label(row) {
        mistakes.append(Mistake(batch, row))
      }
    }
    guard let score else { return nil }
    self.name = name
    self.images = images
    self.score = score
    self.matrix = matrix
    self.ranks = ranks
    self.mistakes = mistakes.sorted { ($1.loss, $0.index) < ($0.loss, $1.index) }
    maps = try MappedImages(
      of: images, name: name, mistakes: self.mistakes, by: network, resize: resize, batchSize: batchSize,
      enlarges: enlargesMaps)
  }
}

extension JudgedImages.Mistake {
  fileprivate init(_ batch: EvaluatedBatch, _ row: Int) {
    let logits = batch.logits(row).map(Double.init)
    let largest = logits.max() ?? 0
    let total = logits.reduce(0) { $0 + exp($1 - largest) }
    index = batch.firstImage + row
    label = batch.label(row)
    prediction = batch.prediction(row)
    labelProbability = exp(logits[label] - largest) / total
    predictionProbability = exp(logits[prediction] - largest) / total
    let entropy = log(total) - (logits[label] - largest)
    loss = entropy.isNaN ? .infinity : entropy
  }
}
