import NetworkInNetwork

/// One measurement that every contender is asked for.
struct PeerWorkload: Codable, Equatable {
  let task: PeerTask
  let precision: Precision
  let batchSize: Int
  let imageSize: Int
  let threads: Int
  let steps: Int

  /// The options that ours and the peers' scripts understand alike.
  var arguments: [String] {
    [
      "--task", task.argument, "--precision", precision.rawValue, "--batch-size", "\(batchSize)",
      "--image-size", "\(imageSize)", "--threads", "\(threads)", "--steps", "\(steps)",
    ]
  }

  var title: String {
    let what =
      switch task {
      case .training: "training, batch \(batchSize)"
      case .prediction: "prediction, batch \(batchSize)"
      case .latency: "prediction, batch 1"
      case .start: "process start to first prediction, batch 1"
      }
    return "\(what), \(imageSize)×\(imageSize), \(precision.rawValue), \(threads) threads"
  }
}
