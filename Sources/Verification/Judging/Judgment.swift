import Backends

/// The referee's result for one recording.
public struct Judgment: Sendable {
  /// The name of the backend or trace.
  public let name: String
  /// The precision it was computed in.
  public let precision: Precision
  /// The plan that computed it; nil if unknown.
  public let plan: NetworkPlan?
  /// The layers whose convolutions were computed by Winograd's algorithm, if the recording says so.
  public internal(set) var layersByWinograd: [String] = []
  /// Activations, then logits and loss, in the order in which they are computed.
  public internal(set) var forward: [Finding] = []
  /// The layers' state after the forward pass, in the model's order.
  public internal(set) var state: [Finding] = []
  /// Gradients, in the order in which they are computed: the last layer's first.
  public internal(set) var backward: [Finding] = []
  /// The optimizer's slots and the parameters after an update, if there was one.
  public internal(set) var update: [Finding] = []
  /// For each max pooling, the number of windows whose maximum is a different element than in float64; omitted if the
  /// recording lacks the pooling's input.
  public internal(set) var windows: [PoolingWinners.Count] = []

  init(_ recording: any Recording) {
    name = recording.name
    precision = recording.precision
    plan = recording.plan
  }

  /// All findings in the order in which the tensors are computed.
  public var findings: [Finding] { forward + state + backward + update }

  /// The first mismatch: an error that exceeds rounding error.
  public var firstMismatch: Finding? { findings.first { !$0.passes } }

  /// Whether everything is within rounding error.
  public var passes: Bool { firstMismatch == nil }

  /// The finding with the most units.
  public var worst: Finding? { findings.max { $0.units < $1.units } }
}
