import Backends
import Tensors

/// A network's output for the images of a plan, in the form that is read from outside, with its gradient and the loss.
final class NetworkOutput {
  /// The layout: plain, in float32 or float64.
  let layout: Layout
  /// Follows the last layer if its output is not stored in that form.
  private let reorder: OutputReorder?
  /// The address, once there is memory.
  private(set) var address: UnsafeMutableRawPointer?
  /// The address for the gradient, once there is memory; nil if there is none.
  private(set) var gradientAddress: UnsafeMutableRawPointer?
  /// Passes it to a custom loss, once there is memory; nil if the network is not a classifier.
  private var lossMemory: CustomLossMemory?

  init(of output: Layout, precision: Precision, backend: any Backend) throws {
    reorder = try OutputReorder(of: output, precision: precision, backend: backend)
    layout = reorder?.requirements.output ?? output
  }

  /// The requirements of the kernel that follows the last layer, if any.
  var requirements: KernelRequirements? { reorder?.requirements }

  /// Binds it to the memory of the last kernel, which is the reorder's if there is one.
  ///
  /// - Throws: `OutOfMemory`.
  func bind(_ storage: LayerStorage, arena: UnsafeMutableRawPointer, packed: UnsafeMutableRawPointer) throws {
    lossMemory = layout.shape.rank == 2 ? try CustomLossMemory(for: layout) : nil
    address = arena + storage.output
    gradientAddress = storage.outputGradient.map { arena + $0 }
    reorder?.bind(
      KernelMemory(
        input: arena + storage.input, output: arena + storage.output,
        inputGradient: storage.inputGradient.map { arena + $0 }, outputGradient: gradientAddress,
        parameters: [], parameterGradients: [], saved: arena + storage.saved,
        scratch: arena + storage.scratch,
        packed: packed))
  }

  /// Reorders the last layer's output into this form.
  func takeOutput(_ context: RunContext, profile: LaneProfile?) throws {
    guard let reorder else { return }
    try profile.measure(.outputReorder) { try reorder.forward(context) }
  }

  /// Reorders the gradient into the layout of the last layer's output.
  func passGradient(_ context: RunContext, profile: LaneProfile?) throws {
    guard let reorder else { return }
    try profile.measure(.outputReorder) { try reorder.inputGradient(context) }
  }

  /// Copies it, in float32, to its part of the output of a batch.
  ///
  /// - Throws: The errors of the backend's library.
  func copy(to batch: UnsafeMutablePointer<Float>, firstImage: Int, on backend: any Backend) throws {
    guard let address else { return }
    let destination = batch + firstImage * (layout.shape.elementCount / layout.shape[0])
    if layout.elementType == .float32 {
      UnsafeMutableRawPointer(destination).copyMemory(from: address, byteCount: layout.byteCount)
    } else {
      try backend.reorder(address, layout, to: destination, Layout(plain: layout.shape, .float32))
    }
  }

  /// Computes the loss, and the gradient if requested.
  ///
  /// - Parameters:
  ///   - loss: The loss.
  ///   - labels: The correct classes of the images.
  ///   - imagesOfBatch: The number of images of the whole batch.
  ///   - computesGradient: Whether the gradient is requested.
  ///   - backend: Computes cross entropy.
  /// - Returns: The sums over the images.
  func score(
    _ loss: Loss, _ labels: UnsafePointer<Int32>, imagesOfBatch: Int, computesGradient: Bool,
    on backend: any Backend
  ) -> ClassificationScore {
    guard let address else { return ClassificationScore() }
    let gradient = computesGradient ? gradientAddress : nil
    switch loss {
    case .crossEntropy(let labelSmoothing):
      return backend.softmaxCrossEntropy(
        SoftmaxCrossEntropyCall(
          logits: address, gradient: gradient, labels: labels, count: layout.shape[0],
          classes: layout.shape[1], elementType: layout.elementType, gradientScale: 1 / Double(imagesOfBatch),
          labelSmoothing: labelSmoothing))
    case .custom(let loss):
      return lossMemory?.score(loss, address, labels, imagesOfBatch: imagesOfBatch, gradient: gradient)
        ?? ClassificationScore()
    }
  }
}
