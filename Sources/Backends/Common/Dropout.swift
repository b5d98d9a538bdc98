import CKernels
import Operations
import Tensors

/// Inverted dropout, its mask from the generator Philox4x32-10.
///
/// The seed is the key; the counter is the element's place in the whole batch, divided by four, then the layer
/// and the step. The mask therefore depends on nothing else, and the backward pass makes it again. Source:
/// Srivastava and others 2014; the book's section 5.6.
final class DropoutKernel: Kernel {
  /// What it needs and gives.
  let requirements: KernelRequirements
  private let layout: PlaneLayout
  private let places: ck_planes
  private let type: ck_element
  private let byteCount: Int
  private let probability: Double
  private let layerIndex: Int
  private let threads: Int32
  private var memory: KernelMemory?

  /// Makes the kernel; the output has the input's layout.
  ///
  /// - Parameters:
  ///   - probability: How likely an element is dropped, 0 to 1.
  ///   - planes: How the elements lie.
  ///   - layout: The same as the backend describes it.
  ///   - layerIndex: The layer's place in the network.
  ///   - threads: The threads to use.
  init(
    probability: Double, planes: PlaneLayout, layout: Layout, layerIndex: Int, threads: ThreadPool
  ) {
    self.layout = planes
    type = ck_element(layout.elementType)
    places = ck_planes(
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

  /// Takes the memory that it will work on.
  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  func forward(_ pass: Pass) {
    guard let memory else { return }
    apply(pass, from: memory.input, to: memory.output)
  }

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ pass: Pass) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    apply(pass, from: outputGradient, to: inputGradient)
  }

  private func apply(
    _ pass: Pass, from source: UnsafeMutableRawPointer, to destination: UnsafeMutableRawPointer
  ) {
    guard pass.isTraining else {
      if source != destination { destination.copyMemory(from: source, byteCount: byteCount) }
      return
    }
    if source != destination && layout.hasPadding {
      destination.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
    let firstElement = UInt64(pass.firstImage) * UInt64(places.channels * places.pixels)
    withUnsafePointer(to: mask(pass)) {
      ck_apply_dropout($0, type, places, firstElement, source, destination, threads)
    }
  }

  private func mask(_ pass: Pass) -> ck_dropout {
    let key = Philox(seed: pass.seed).key
    return ck_dropout(
      key: (key[0], key[1]), layer: UInt32(truncatingIfNeeded: layerIndex),
      step: UInt32(truncatingIfNeeded: pass.step), threshold: DropoutProbability.threshold(probability),
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

/// How a probability of being dropped becomes numbers to compare and to multiply with, the same on all backends.
public enum DropoutProbability {
  /// Elements whose random word is below this are dropped: the probability times 2³².
  public static func threshold(_ probability: Double) -> UInt32 {
    UInt32(min(max(probability, 0) * 0x1p32, 0x1p32 - 1))
  }

  /// What elements that are kept are multiplied by: 1 / (1 − probability), and 0 where all are dropped.
  public static func scale(_ probability: Double) -> Double {
    probability < 1 ? 1 / (1 - probability) : 0
  }
}
