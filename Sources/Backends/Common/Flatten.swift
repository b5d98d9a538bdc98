import Operations
import Tensors

/// N×C×H×W read as N×(C·H·W), for a plain input, so no data is moved.
package final class FlattenKernel: Kernel {
  /// The kernel's requirements.
  package let requirements: KernelRequirements

  /// Creates the kernel for a plain input.
  package init(shape: Shape, elementType: ElementType) {
    requirements = KernelRequirements(
      output: Layout(plain: TensorOperation.flatten(shape).outputShape, elementType), placement: .sharesInput,
      implementation: "view")
  }

  /// Binds the kernel to its memory.
  package func bind(_ memory: KernelMemory) {}

  /// Computes the output from the input.
  package func forward(_ context: RunContext) {}

  /// Computes the gradient of the input from that of the output.
  package func inputGradient(_ context: RunContext) {}
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
