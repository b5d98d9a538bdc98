import NetworkInNetwork
import Reporting

/// A line of `--log-format json`.
struct TrainingEvent: Encodable {
  /// The kinds of events.
  enum Kind: String, Encodable {
    case start, progress, test, epoch, diagnosis, notice, warning, error, end
  }

  /// The other fields of the line; only set ones are written.
  struct Fields: Encodable {
    var message: String?
    // The position in training.
    var step: Int?
    var epoch: Int?
    var batch: Int?
    var batches: Int?
    var images: Int?
    var total: Int?
    // Progress.
    var loss: Double?
    var accuracy: Double?
    var batchLoss: Double?
    var gradientNorm: Double?
    var learningRate: Double?
    var imagesPerSecond: Double?
    var secondsLeft: Double?
    var result: EpochResult?
    // Configuration.
    var model: String?
    var backend: String?
    var library: String?
    var threads: Int?
    var image: [Int]?
    var batchSize: Int?
    var microBatch: Int?
    var epochs: Int?
    var seed: UInt64?
    var parameters: Int?
    var packageVersion: String?
    // Problems.
    var kind: Diagnosis.Kind?
    var finding: String?
    var advice: String?
    // Outcome.
    var outcome: String?
    var bestEpoch: Int?
    var checkpoint: String?
  }

  let event: Kind
  let fields: Fields

  private enum CodingKeys: CodingKey {
    case event
  }

  func encode(to encoder: any Encoder) throws {
    try fields.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(event, forKey: .event)
  }

  /// Prints the line.
  static func print(_ event: Kind, _ fields: Fields) {
    guard let line = try? lineJSON(TrainingEvent(event: event, fields: fields)) else { return }
    Terminal.standardOutput.write(line + "\n")
  }
}
