import CKernels
import Operations
import Tensors

/// Inverted dropout, its mask from the generator Philox4x32-10.
///
/// The seed is the key; the counter is the element's index in the whole batch, divided by four, then the layer and the
/// step. The mask depends on nothing else, and the backward pass regenerates it. Source: Srivastava and others 2014;
/// the book's section 5.6.
final class DropoutKernel: Kernel {
  /// The kernel's requirements.
  let requirements: KernelRequirements
  private let layout: PlaneLayout
  private let channelRuns: ck_planes
  private let type: ck_element
  private let byteCount: Int
  private let probability: Double
  private let layerIndex: Int
  private let threads: Int32
  private var memory: KernelMemory?

  /// Creates the kernel; the output has the input's layout.
  ///
  /// - Parameters:
  ///   - probability: The probability that an element is dropped, 0 to 1.
  ///   - planes: The layout of the elements.
  ///   - layout: The same as the backend describes it.
  ///   - layerIndex: The layer's index in the network.
  ///   - threads: The threads to use.
  init(
    probability: Double, planes: PlaneLayout, layout: Layout, layerIndex: Int, threads: ThreadPool
  ) {
    self.layout = planes
    type = ck_element(layout.elementType)
    channelRuns = ck_planes(
      images: Int64(planes.batch), channels: Int64(planes.channels),
      pixels: Int64(layout.shape.elementCount / max(planes.batch * planes.channels, 1)),
      lanes: Int64(planes.lanes))
    byteCount = layout.byteCount
    self.probability = probability
    self.layerIndex = layerIndex
    self.threads = Int32(threads.count)
    requirements = KernelRequirements(
      output: layout, placement: .mayOverwriteInput, implementation: "dropout, Philox4x32-10")
  }

  /// Binds the kernel to its memory.
  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  func forward(_ context: RunContext) {
    guard let memory else { return }
    apply(context, from: memory.input, to: memory.output)
  }

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ context: RunContext) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    apply(context, from: outputGradient, to: inputGradient)
  }

  private func apply(
    _ context: RunContext, from source: UnsafeMutableRawPointer, to destination: UnsafeMutableRawPointer
  ) {
    guard context.isTraining else {
      if source != destination { destination.copyMemory(from: source, byteCount: byteCount) }
      return
    }
    if source != destination && layout.hasPadding {
      destination.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
    let firstElement = UInt64(context.firstImage) * UInt64(channelRuns.channels * channelRuns.pixels)
    withUnsafePointer(to: mask(context)) {
      ck_apply_dropout($0, type, channelRuns, firstElement, source, destination, threads)
    }
  }

  private func mask(_ context: RunContext) -> ck_dropout {
    let key = Philox(seed: context.seed).key
    return ck_dropout(
      key: (key[0], key[1]), layer: UInt32(truncatingIfNeeded: layerIndex),
      step: UInt32(truncatingIfNeeded: context.step), threshold: DropoutProbability.threshold(probability),
      scale: Float(DropoutProbability.scale(probability)))
  }
}

extension Common {
  /// The row of dropout, for any layout in runs of channels.
  ///
  /// - Returns: The row of a backend's table.
  public static func dropout() -> OperationTable.KernelRow<Shape, Double> {
    .init(owner, "Philox4x32-10, in place") { request, _, probability in
      DropoutKernel(
        probability: probability, planes: try request.input.planes(), layout: request.input,
        layerIndex: request.layerIndex, threads: request.threads)
    }
  }
}

/// Converts a dropout probability into the threshold and the scale, identical on all backends.
public enum DropoutProbability {
  /// Elements whose random word is below this are dropped: the probability times 2³².
  public static func threshold(_ probability: Double) -> UInt32 {
    UInt32(min(max(probability, 0) * 0x1p32, 0x1p32 - 1))
  }

  /// The factor for kept elements: 1 / (1 − probability), and 0 if all are dropped.
  public static func scale(_ probability: Double) -> Double {
    probability < 1 ? 1 / (1 - probability) : 0
  }
}
