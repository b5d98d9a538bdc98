import Backends
import Operations

/// What a network runs for one layer, for people.
public struct NetworkStage: Sendable {
  /// The layer's name.
  public let name: String
  /// The name of the activation layer that is computed within, if any.
  public let fusedName: String?
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
