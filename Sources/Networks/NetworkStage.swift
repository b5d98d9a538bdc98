import Backends
import Operations

/// What a network runs for one layer, for people.
public struct NetworkStage: Sendable {
  /// The layer's name; of a layer with a fused activation, the activation's.
  public let name: String
  /// What is computed for one micro-batch.
  public let operation: Operation
  /// The implementation of the forward pass.
  public let implementation: String
  /// The implementation of the input gradient; nil if nobody asks for it.
  public let inputGradientImplementation: String?
  /// The implementation of the parameters' gradients; nil if nobody asks for them.
  public let parameterGradientsImplementation: String?
  /// The layout of the output.
  public let layout: String
}
