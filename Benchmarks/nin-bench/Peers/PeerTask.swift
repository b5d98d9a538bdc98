/// What is measured in a comparison with other frameworks.
enum PeerTask: String, Codable, CaseIterable {
  /// Training steps at the full batch size.
  case training
  /// Prediction at the full batch size.
  case prediction
  /// Prediction of one image at a time.
  case latency
  /// From the start of a process to its first prediction of one image.
  case start

  /// The name by which programs are asked for it.
  var argument: String {
    switch self {
    case .training: "train"
    case .prediction, .latency: "predict"
    case .start: "start"
    }
  }

  /// Whether the seconds of one image are told rather than images per second.
  var isLatency: Bool { self == .latency || self == .start }
}
