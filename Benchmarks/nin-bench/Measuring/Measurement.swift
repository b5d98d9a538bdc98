import NetworkInNetwork

/// A configuration to measure: one task of one network on one backend.
struct Configuration: Codable, Hashable, Sendable {
  /// The task of a network.
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
  /// The variant of NiN; nil for the book's and for other networks.
  var design: NiNDesign?
  /// Height and width of the images, which have the network's default number of channels.
  var imageSize: Int
  var batchSize: Int
  /// The number of images computed at a time; nil for the network's choice.
  var microBatch: Int?
  /// The choice of algorithms for convolutions; nil, in files of earlier versions, for direct ones.
  var convolutions: ConvolutionChoice?
  var threads: Int

  /// The network with its variant, for display.
  var network: String { design.map { "\(ModelChoice($0))" } ?? model }

  /// The configuration in a line, for errors.
  var summary: String {
    "\(task.rawValue) of \(network) on \(backend), \(precision.rawValue), \(imageSize)×\(imageSize), "
      + "batch \(batchSize), \(threads) \(threads == 1 ? "thread" : "threads")"
      + (convolutions.map { $0 == .automatic ? "" : ", \($0.rawValue) convolutions" } ?? "")
  }
}

/// The number of steps, or the time, of a measurement.
struct StepBudget: Codable, Equatable, Sendable {
  /// The number of steps counted; nil to count steps for `seconds`, but at least ``minimumSteps``.
  var steps: Int?
  /// The time to spend on counted steps if their number is not given.
  var seconds: Double
  /// Whether a profile is taken, in the same number of additional steps.
  var isProfiled: Bool

  static let minimumSteps = 5
  /// A bound, so that the times fit into memory however short the steps are.
  static let maximumSteps = 1_000_000

  /// Whether enough has been measured.
  func isEnough(steps done: Int, elapsed: Duration) -> Bool {
    if let steps { return done >= steps }
    return done >= Self.minimumSteps && elapsed >= .seconds(seconds) || done >= Self.maximumSteps
  }

  /// The warm-up time after the first step, in which caches, clock and generated code settle.
  var warmUp: Duration { steps == nil ? .seconds(seconds / 10) : .zero }
}

/// The result of measuring one configuration.
struct Measurement: Codable, Equatable, Sendable {
  var configuration: Configuration
  /// The backend's library with its version.
  var library: String
  /// The instruction set that the library uses.
  var instructionSet: String
  /// The number of images computed at a time.
  var microBatch: Int
  /// Floating-point operations of the convolutions and dense layers in a step, two per multiply-add, those with padding
  /// included.
  var operations: Int
  /// The same without the taps on padding, which no program needs to compute; nil in the files of earlier versions.
  var unpaddedOperations: Int?
  /// The time of each counted step.
  var nanoseconds: [UInt64]
  /// The peak resident memory of a process that did nothing else; nil if the system does not report it.
  var peakMemory: Int?
  /// The bytes that the network reports.
  var heldMemory: Int
  /// Allocations of a step; nil if they were not counted.
  var allocations: AllocationCount?
  /// The profile; nil without one.
  var profile: StepProfile?
  /// The disturbance; nil in the files of earlier versions.
  var disturbance: Disturbance?
  /// The number of measurements until this one; nil for one.
  var attempts: Int?
  /// The CPU time of the counted steps, on all threads; nil in the files of earlier versions.
  var cpuSeconds: Double?
  /// The CPU time that a neighbor received meanwhile; nil without one.
  var neighbor: Neighbor.Received?

  private enum CodingKeys: String, CodingKey {
    case configuration, library, instructionSet, microBatch, operations, unpaddedOperations, nanoseconds
    case peakMemory, heldMemory, allocations, profile, disturbance, attempts, cpuSeconds
    // Spelled as in the files of earlier versions.
    case neighbor = "neighbour"
  }
}

/// The time of a step by layer and pass.
struct StepProfile: Codable, Equatable, Sendable {
  /// The layers' passes in the model's order, then the work for the network as a whole.
  var rows: [ProfileRow]
  /// The remaining reorders; their time is part of the rows'.
  var reorders: [ReorderRow]
  /// The rewrites that turned the model's layers into those of the rows; nil in the files of earlier versions.
  var rewrites: [RewriteRow]?
  /// The time of each profiled step, in total.
  var nanoseconds: [UInt64]

  private enum CodingKeys: String, CodingKey {
    case rows, rewrites, nanoseconds
    // Named as in the files of earlier versions.
    case reorders = "conversions"
  }
}

/// One pass of one layer.
struct ProfileRow: Codable, Equatable, Sendable {
  /// The layer's name; nil for work of the network as a whole.
  var layer: String?
  /// The layer's operation: `conv 5×5 pad 2, 96→256`; nil for the network as a whole and in the files of earlier
  /// versions.
  var title: String?
  /// The pass: `forward`, `weight gradient`.
  var pass: String
  var implementation: String
  var layout: String
  /// Floating-point operations of a step, as in ``Measurement/operations``.
  var operations: Int
  /// The same without the taps on padding; nil in the files of earlier versions.
  var unpaddedOperations: Int?
  /// Bytes that have to be moved in a step if every tensor is read or written once.
  var bytes: Int
  /// The time in each profiled step.
  var nanoseconds: [UInt64]
}

/// One rewrite of adjacent layers, such as fusing a ReLU.
struct RewriteRow: Codable, Equatable, Sendable {
  /// The rewrite: `fuse ReLU into convolution`.
  var name: String
  /// The rewritten layers.
  var layers: [String]
}

/// One tensor that is reordered.
struct ReorderRow: Codable, Equatable, Sendable {
  var layer: String
  var tensor: String
  var pass: String
  /// Bytes of one reorder.
  var bytes: Int
  /// Whether it is made only when the parameters have changed.
  var isRepacking: Bool
  /// The mean time of a step.
  var nanoseconds: UInt64
}
