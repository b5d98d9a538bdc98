import NetworkInNetwork

/// A task in a comparison with other frameworks.
enum PeerTask: String, Codable, CaseIterable {
  /// Training steps at the full batch size.
  case training
  /// Prediction at the full batch size.
  case prediction
  /// Prediction of one image at a time.
  case latency
  /// From the start of a process to its first prediction of one image.
  case start

  /// Its name in the options of programs.
  var argument: String {
    switch self {
    case .training: "train"
    case .prediction, .latency: "predict"
    case .start: "start"
    }
  }

  /// Whether the seconds of one image are reported rather than images per second.
  var isLatency: Bool { self == .latency || self == .start }
}

/// A measurement that every competitor makes.
struct PeerWorkload: Codable, Equatable {
  let task: PeerTask
  let precision: Precision
  let batchSize: Int
  let imageSize: Int
  let threads: Int
  let steps: Int

  /// The options that both our programs and the peers' scripts accept.
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
