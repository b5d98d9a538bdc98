import Operations
import Tensors

/// N×C×H×W read as N×(C·H·W), for an input that is plain: the bytes stay where they are.
public final class FlattenKernel: Kernel {
  /// What it needs and gives.
  public let requirements: KernelRequirements

  /// Makes the kernel for a plain input.
  public init(shape: Shape, elementType: ElementType) {
    requirements = KernelRequirements(
      output: Layout(plain: Operation.flatten(shape).outputShape, elementType), placement: .sharesInput,
      implementation: "view")
  }

  /// Takes the memory that it will work on.
  public func bind(_ memory: KernelMemory) {}

  /// Computes the output from the input.
  public func forward(_ pass: Pass) {}

  /// Computes the gradient of the input from that of the output.
  public func inputGradient(_ pass: Pass) {}
}

extension Common {
  /// The row of flatten, for plain layouts.
  ///
  /// - Returns: The row of a backend's table.
  public static func flatten() -> OperationTable.KernelRow<Shape> {
    .init(owner, "a view") { request, shape in
      try request.requirePlainInput()
      return FlattenKernel(shape: shape, elementType: request.input.elementType)
    }
  }
}
