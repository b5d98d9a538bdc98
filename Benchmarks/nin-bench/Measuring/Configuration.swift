import NetworkInNetwork

/// What is measured: one task of one network on one backend.
struct Configuration: Codable, Hashable, Sendable {
  /// What a network is made to do.
  enum Task: String, Codable, CaseIterable, Sendable {
    /// Gradients of a batch, and the update.
    case training
    /// The logits of a batch.
    case prediction
  }

  var task: Task
  var backend: String
  var precision: Precision
  var model: String
  /// Height and width of the images, which have one channel.
  var imageSize: Int
  var batchSize: Int
  /// How many images are computed at a time; nil where the network chooses.
  var microBatch: Int?
  var threads: Int

  /// The configuration in a line, for errors.
  var summary: String {
    "\(task.rawValue) of \(model) on \(backend), \(precision.rawValue), \(imageSize)×\(imageSize), "
      + "batch \(batchSize), \(threads) \(threads == 1 ? "thread" : "threads")"
  }
}

/// How long something is measured.
struct Effort: Codable, Equatable, Sendable {
  /// How many steps are counted; nil for as many as take `seconds`, but at least ``fewestSteps``.
  var steps: Int?
  /// The time to spend on counted steps where their number is not given.
  var seconds: Double
  /// Whether a profile is taken, in as many steps again.
  var isProfiled: Bool

  static let fewestSteps = 5

  /// Whether enough has been measured.
  func isEnough(steps done: Int, elapsed: Duration) -> Bool {
    if let steps { return done >= steps }
    return done >= Self.fewestSteps && elapsed >= .seconds(seconds)
  }

  /// The time to warm up in, after the first step: caches, clock and generated code settle.
  var warmUp: Duration { steps == nil ? .seconds(seconds / 10) : .zero }
}
