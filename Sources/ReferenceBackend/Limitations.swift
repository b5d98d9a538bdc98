import Backends
import Operations
import Tensors

extension Reference {
  /// The reason that an operation cannot be computed in a precision, in one line; nil if it can.
  ///
  /// - Parameters:
  ///   - operation: The operation.
  ///   - precision: The precision to compute in.
  /// - Returns: A line for bfloat16, for tensors too large to count, and for a probability out of range.
  public func limitation(of operation: TensorOperation, precision: Precision) -> String? {
    guard information.precisions.contains(precision) else {
      return "the reference backend computes in float32 and float64, not in \(precision.rawValue)"
    }
    // The input is checked first, since the output's shape is computed from it.
    guard operation.inputShape.rank > 0, operation.inputShape.extents.allSatisfy({ $0 >= 0 }) else {
      return "\(operation.name) needs a batch, got \(operation.inputShape)"
    }
    guard operation.inputShape.isCountable, operation.outputShape.isCountable else {
      return "\(operation.name) has tensors too large to be counted"
    }
    switch operation {
    case .maxPooling(let geometry) where geometry.input.area > Int(Int32.max):
      return
        "max pooling saves 32-bit indices, so a plane may have at most \(Int32.max) elements, but \(geometry.input) has more"
    case .dropout(_, let probability) where !(0...1).contains(probability):
      return "the probability of dropout is \(probability); it must be between 0 and 1"
    default:
      return nil
    }
  }
}
