import Backends
import Operations
import Tensors

/// N×C×H×W read as N×(C·H·W), for an input that is plain: the bytes stay where they are.
public final class Flatten: Kernel {
  public let requirements: KernelRequirements

  /// Makes the kernel for a plain input.
  public init(shape: Shape, elementType: ElementType) {
    requirements = KernelRequirements(
      output: Layout(plain: Operation.flatten(shape).outputShape, elementType), placement: .sharesInput,
      implementation: "view")
  }

  public func bind(_ memory: KernelMemory) {}

  public func forward(_ pass: Pass) {}

  public func inputGradient(_ pass: Pass) {}
}
