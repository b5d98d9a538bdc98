import Costs
import MachineLimits
import NetworkInNetwork
import Reporting

/// The times of an estimate, for display and as JSON.
struct TimeTable: CustomStringConvertible, Encodable {
  private let estimate: CostEstimate
  private let ceilings: Ceilings
  private let training: StepTime
  private let prediction: StepTime

  /// Creates the table; nil if the estimate has no times.
  init?(_ estimate: CostEstimate) {
    guard let ceilings = estimate.ceilings, let training = estimate.training.time,
      let prediction = estimate.prediction.time
    else { return nil }
    self.estimate = estimate
    self.ceilings = ceilings
    self.training = training
    self.prediction = prediction
  }

  /// Seconds for all images, in batches.
  private func seconds(_ time: StepTime, images: Int) -> Double {
    time.total * Double(images) / Double(estimate.batchSize)
  }

  private var epoch: Double { seconds(training, images: CostEstimate.FashionMNISTCounts.training) }
  private var test: Double { seconds(prediction, images: CostEstimate.FashionMNISTCounts.test) }

  var description: String {
    var table = ColumnTable(["", "training", "prediction"], alignment: [.left, .right, .right])
    func add(_ name: String, _ cell: (StepTime) -> String) {
      table.add([name, cell(training), cell(prediction)])
    }
    add("forward") { milliseconds($0.forward) }
    add("backward") { milliseconds($0.backward) }
    add("adding gradients, the optimizer's step, packing weights") { milliseconds($0.update) }
    add("a batch") { milliseconds($0.total) }
    add("images/s") { decimal(Double(estimate.batchSize) / $0.total, places: 1) }
    table.add(["an epoch of 60,000 images", duration(epoch), ""])
    table.add(["a test on 10,000 images", "", duration(test)])
    let peak = ceilings.peak(estimate.precision).map { decimal($0 / 1e9, places: 0) } ?? "?"
    return """
      expected time on \(estimate.backend) in \(estimate.precision.rawValue), batches of \(estimate.batchSize), from the \
      measured peak of \(counted(ceilings.threads, "thread")): \(peak) GFLOP/s, \
      \(decimal(ceilings.bandwidth / 1e9, places: 0)) GB/s

      \(table)
      """
  }

  private func milliseconds(_ seconds: Double) -> String { "\(decimal(seconds * 1e3, places: 2)) ms" }

  private enum CodingKeys: String, CodingKey {
    case training, prediction
    case operationsPerSecond = "operations_per_second"
    case bytesPerSecond = "bytes_per_second"
    case epoch = "seconds_per_60000_training_images"
    case test = "seconds_per_10000_predictions"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Seconds(training), forKey: .training)
    try container.encode(Seconds(prediction), forKey: .prediction)
    try container.encode(ceilings.peak(estimate.precision), forKey: .operationsPerSecond)
    try container.encode(ceilings.bandwidth, forKey: .bytesPerSecond)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(test, forKey: .test)
  }

  private struct Seconds: Encodable {
    let forward: Double
    let backward: Double
    let update: Double
    let batch: Double

    init(_ time: StepTime) {
      (forward, backward, update, batch) = (time.forward, time.backward, time.update, time.total)
    }

    private enum CodingKeys: String, CodingKey {
      case forward = "forward_seconds"
      case backward = "backward_seconds"
      case update = "update_seconds"
      case batch = "batch_seconds"
    }
  }
}
