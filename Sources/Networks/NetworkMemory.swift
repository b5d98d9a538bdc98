/// The bytes that a network holds.
public struct NetworkMemory: Sendable, Equatable {
  /// Parameters and the layers' state.
  public let weights: Int
  /// Gradients of the parameters: of the batch, with its partial sums, and of the parts that are being computed.
  public let gradients: Int
  /// The part of ``gradients`` reserved for partial sums that wait only if a lane falls far behind the others.
  ///
  /// Usually it is never written, and takes no physical memory.
  public let rarelyUsed: Int
  /// The optimizer's state.
  public let optimizer: Int
  /// The moving averages of the parameters.
  public let averages: Int
  /// The kernels' copies of the parameters in another form.
  public let packed: Int
  /// In training, the tensors that backward passes read again, for all parts held at a time; 0 in prediction.
  public let activations: Int
  /// The rest of the parts' memory: outputs that are read once, gradients of activations, scratch.
  public let workspace: Int

  /// The memory of all parts held at a time.
  public var parts: Int { activations + workspace }

  /// The total.
  public var total: Int { weights + gradients + optimizer + averages + packed + activations + workspace }
}
