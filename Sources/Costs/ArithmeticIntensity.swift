import Backends
import Operations

/// The operations of a network per byte that it must read or write: a low value means that memory is the limit.
///
/// Each tensor counts once for each pass that reads or writes it, parameters once per batch; caches may save more.
/// Source: Williams, Waterman and Patterson, *Roofline: An Insightful Visual Performance Model* (2009).
package struct ArithmeticIntensity: Sendable, Equatable {
  /// Arithmetic operations, two per multiply-add.
  package private(set) var operations = 0
  /// The compulsory traffic.
  package private(set) var bytes = 0

  /// Operations per byte.
  package var operationsPerByte: Double { Double(operations) / Double(max(bytes, 1)) }

  /// Counts the passes of some operations over a batch.
  ///
  /// - Parameters:
  ///   - layers: The operations in the network's order, for any number of images.
  ///   - images: The images of the batch.
  ///   - precision: The precision of activations.
  ///   - isTraining: Whether the backward passes count too; the gradient of the network's input is not computed.
  package init(of layers: [TensorOperation], images: Int, precision: Precision, isTraining: Bool) {
    for (index, operation) in layers.enumerated() {
      var passes = [LayerPass.forward]
      if isTraining, index > 0 { passes.append(.inputGradient) }
      if isTraining, !operation.parameters.isEmpty { passes.append(.weightGradient) }
      for pass in passes {
        let cost = PassCost(pass, of: operation, images: images, precision: precision)
        operations += cost.operations
        bytes += cost.bytes
      }
    }
  }
}
