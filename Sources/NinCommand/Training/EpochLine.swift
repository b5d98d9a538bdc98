import NetworkInNetwork
import Reporting

/// The output after an epoch.
struct EpochLine {
  let result: EpochResult
  let pace: TrainingPace

  /// The line for a file.
  var plain: String { "epoch \(result.epoch): \((scores + [speed, waiting]).joined(separator: ", "))" }

  /// The lines for a terminal: one, unless it is too narrow for the figures.
  func lines(width: Int) -> [String] {
    let head = "epoch \(result.epoch): "
    let texts = [
      plain, head + (scores + [speed]).joined(separator: ", "), head + scores.joined(separator: ", "),
      head + (shortScores + ["\(decimal(pace.imagesPerSecond, places: 1))/s"]).joined(separator: ", "),
      head + shortScores.joined(separator: ", "),
    ]
    if let text = firstFitting(texts, width: width) { return [text] }
    let parts = [head + shortScores[0]] + shortScores.dropFirst()
    return filled(parts, separator: ", ", width: width)
  }

  private var parts: [(name: String, loss: Double, accuracy: Double)] {
    [
      ("train", Optional(result.trainingLoss), Optional(result.trainingAccuracy)),
      ("validation", result.validationLoss, result.validationAccuracy),
      ("test", result.testLoss, result.testAccuracy),
      ("average's validation", result.averageValidationLoss, result.averageValidationAccuracy),
      ("average's test", result.averageTestLoss, result.averageTestAccuracy),
    ].compactMap { name, loss, accuracy in loss.map { (name, $0, accuracy ?? 0) } }
  }

  private var scores: [String] {
    parts.map { part in
      "\(part.name) loss \(decimal(part.loss, places: 3)), \(part.name) acc \(decimal(part.accuracy, places: 3))"
    }
  }

  /// Loss and accuracy with a slash between.
  private var shortScores: [String] {
    parts.map { "\($0.name) \(decimal($0.loss, places: 3))/\(decimal($0.accuracy, places: 3))" }
  }

  private var speed: String { "\(decimal(pace.imagesPerSecond, places: 1)) images/s" }

  private var waiting: String {
    "\(decimal(100 * pace.waitingShare, places: 2)) % of the time waiting for data"
  }
}
