import Backends
import Operations
import ReferenceBackend
import Tensors

/// A kernel of the reference with its own memory.
struct BoundKernel {
  let kernel: any Kernel
  let memory: KernelMemory
  /// The memory that the addresses belong to.
  private let buffers: TensorBuffers

  init(
    _ kernel: any Kernel, _ backend: Reference, elementType: ElementType, input: Tensor<Double>,
    parameters: [Tensor<Double>], state: [(specification: StateSpecification, values: Tensor<Double>)],
    outputGradient: Tensor<Double>?, needsInputGradient: Bool
  ) throws {
    let buffers = TensorBuffers(backend, elementType)
    let needs = kernel.requirements
    let values = try buffers.copy(input)
    let gradient = try outputGradient.map(buffers.copy)
    let sharesInput = needs.placement == .sharesInput
    memory = KernelMemory(
      input: values, output: sharesInput ? values : try buffers.allocate(needs.output.byteCount),
      inputGradient: needsInputGradient ? (sharesInput ? gradient : try buffers.allocate(input.shape)) : nil,
      outputGradient: gradient, parameters: try parameters.map(buffers.copy),
      parameterGradients: gradient == nil ? [] : try parameters.map { try buffers.allocate($0.shape) },
      state: try state.map { specification, values in
        guard specification.isCount else { return try buffers.copy(values) }
        let address = try buffers.allocate(ElementType.int64.byteCount)
        address.storeBytes(of: Int64(exactly: values.elements[0]) ?? 0, as: Int64.self)
        return address
      },
      saved: try buffers.allocate(needs.savedByteCount),
      scratch: try buffers.allocate(needs.scratchByteCount),
      packed: try buffers.allocate(needs.packedByteCount))
    try kernel.bind(memory)
    try kernel.parametersChanged()
    self.kernel = kernel
    self.buffers = buffers
  }

  func read(_ address: UnsafeMutableRawPointer, _ state: StateSpecification) throws -> Tensor<Double> {
    guard state.isCount else { return try read(address, state.shape) }
    defer { withExtendedLifetime(buffers) {} }
    return Tensor(shape: state.shape, elements: [Double(address.load(as: Int64.self))])
  }

  func read(_ address: UnsafeMutableRawPointer, _ shape: Shape) throws -> Tensor<Double> {
    try buffers.read(address, shape)
  }
}

/// Memory for plain tensors of one type.
private final class TensorBuffers {
  private let backend: Reference
  private let elementType: ElementType
  private var buffers: [AlignedBuffer] = []

  init(_ backend: Reference, _ elementType: ElementType) {
    self.backend = backend
    self.elementType = elementType
  }

  func allocate(_ byteCount: Int) throws -> UnsafeMutableRawPointer {
    let buffer = try AlignedBuffer(byteCount: byteCount)
    buffers.append(buffer)
    return buffer.baseAddress
  }

  func allocate(_ shape: Shape) throws -> UnsafeMutableRawPointer {
    try allocate(shape.elementCount * elementType.byteCount)
  }

  /// A copy of a tensor.
  func copy(_ tensor: Tensor<Double>) throws -> UnsafeMutableRawPointer {
    let address = try allocate(tensor.shape)
    try tensor.elements.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      let layout = Layout(plain: tensor.shape, elementType)
      try backend.reorder(source, Layout(plain: tensor.shape, .float64), to: address, layout)
    }
    return address
  }

  func read(_ address: UnsafeMutableRawPointer, _ shape: Shape) throws -> Tensor<Double> {
    // The addresses belong to the buffers.
    defer { withExtendedLifetime(self) {} }
    let elements = try [Double](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
      count = shape.elementCount
      guard let destination = buffer.baseAddress else { return }
      let plain = Layout(plain: shape, .float64)
      try backend.reorder(address, Layout(plain: shape, elementType), to: destination, plain)
    }
    return Tensor(shape: shape, elements: elements)
  }
}
