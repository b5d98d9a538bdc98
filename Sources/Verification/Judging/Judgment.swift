import Backends

/// What the referee says of one recording.
public struct Judgment: Sendable {
  /// Who computed it.
  public let name: String
  /// The precision it was computed in.
  public let precision: Precision
  /// The plan that computed it; nil where that is not known.
  public let plan: NetworkPlan?
  /// The layers whose convolutions were computed by Winograd's algorithm, as far as the recording says.
  public internal(set) var layersByWinograd: [String] = []
  /// Activations, then logits and loss, in the order in which they are computed.
  public internal(set) var forward: [Finding] = []
  /// What layers keep from step to step, after the forward pass, in the model's order.
  public internal(set) var state: [Finding] = []
  /// Gradients, in the order in which they are computed: the last layer's first.
  public internal(set) var backward: [Finding] = []
  /// What the optimizer keeps, and parameters, after an update, if there was one.
  public internal(set) var update: [Finding] = []
  /// For each max pooling how many windows have another winner than in float64, of how many; nil where the
  /// recording does not have what the pooling took.
  public internal(set) var windows: [PoolingWinners.Count] = []

  init(_ recording: any Recording) {
    name = recording.name
    precision = recording.precision
    plan = recording.plan
  }

  /// All findings in the order in which the tensors are computed.
  public var findings: [Finding] { forward + state + backward + update }

  /// The first that rounding does not explain.
  public var firstDeparture: Finding? { findings.first { !$0.passes } }

  /// Whether rounding explains everything.
  public var passes: Bool { firstDeparture == nil }

  /// The finding with the most units.
  public var worst: Finding? { findings.max { $0.units < $1.units } }
}
