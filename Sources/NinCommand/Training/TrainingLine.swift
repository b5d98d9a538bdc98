import Reporting

/// The progress of training as text.
struct TrainingLine: Equatable {
  /// The current epoch, from 1.
  var epoch: Int
  /// Completed batches of the epoch, or images of its test.
  var done: Int
  var total: Int
  /// Whether the epoch's test is running.
  var isTest = false
  /// Mean loss and accuracy of the epoch so far.
  var loss: Double
  var accuracy: Double
  var learningRate: Double
  /// The rate over the last seconds.
  var imagesPerSecond: Double
  /// The time until the end of training; nil if unknown.
  var secondsLeft: Double?

  /// The line for a file.
  var plain: String { "epoch \(epoch), \(counts): \(figures.joined(separator: ", "))" }

  /// The lines for a terminal, not broken within a figure; more than one only on a narrow terminal.
  func lines(width: Int) -> [String] {
    let short = " \(counts) \(shortFigures.joined(separator: " "))"
    guard let text = firstFitting([plain, "epoch \(epoch),\(short)", "\(epoch):\(short)"], width: width)
    else {
      return filled(["epoch \(epoch), \(counts)"] + shortFigures, separator: " ", width: width)
    }
    guard text == plain else { return [text] }
    let bar = progressBar(done, of: total, width: min(width - text.count, widestBar))
    return ["epoch \(epoch), \(counts)\(bar.isEmpty ? ":" : " \(bar)") \(figures.joined(separator: ", "))"]
  }

  private var counts: String { isTest ? "testing \(done)/\(total)" : "\(done)/\(total)" }

  private var figures: [String] {
    let eta = secondsLeft.map { "ETA \(duration($0))" }
    let test =
      isTest
      ? []
      : [
        "loss \(decimal(loss, places: 3))", "acc \(decimal(accuracy, places: 3))",
        "lr \(significant(learningRate))", "\(decimal(imagesPerSecond, places: 1)) images/s",
      ]
    return test + [eta].compactMap(\.self)
  }

  private var shortFigures: [String] {
    let eta = secondsLeft.map { "ETA \(duration($0))" }
    let test =
      isTest
      ? []
      : [
        "loss \(decimal(loss, places: 3))", "acc \(decimal(accuracy, places: 3))",
        "lr \(significant(learningRate))", "\(decimal(imagesPerSecond, places: 0))/s",
      ]
    return test + [eta].compactMap(\.self)
  }
}
