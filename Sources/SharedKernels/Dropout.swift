import Backends
import CKernels
import Operations
import Tensors

/// Inverted dropout in float32, its mask from the generator Philox4x32-10.
///
/// The seed is the key; the counter is the element's place in the whole batch, divided by four, then the layer
/// and the step. The mask therefore depends on nothing else, and the backward pass makes it again. Source:
/// Srivastava and others 2014; the book's section 5.6.
public final class Dropout: Kernel {
  /// What it needs and gives.
  public let requirements: KernelRequirements
  private let layout: PlaneLayout
  private let pixels: Int
  private let byteCount: Int
  private let probability: Double
  private let layerIndex: Int
  private let threads: ThreadPool
  private var memory: KernelMemory?

  /// Makes the kernel; the output has the input's layout.
  ///
  /// - Parameters:
  ///   - probability: How likely an element is dropped, 0 to 1.
  ///   - planes: How the elements lie.
  ///   - layout: The same as the backend describes it.
  ///   - layerIndex: The layer's place in the network.
  ///   - threads: The threads to use.
  public init(
    probability: Double, planes: PlaneLayout, layout: Layout, layerIndex: Int, threads: ThreadPool
  ) {
    self.layout = planes
    pixels = layout.shape.elementCount / max(planes.batch * planes.channels, 1)
    byteCount = layout.byteCount
    self.probability = probability
    self.layerIndex = layerIndex
    self.threads = threads
    requirements = KernelRequirements(
      output: layout, placement: .mayOverwriteInput, implementation: "dropout, Philox4x32-10")
  }

  /// Takes the memory that it will work on.
  public func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  public func forward(_ pass: Pass) {
    guard let memory else { return }
    apply(pass, from: memory.input, to: memory.output)
  }

  /// Computes the gradient of the input from that of the output.
  public func inputGradient(_ pass: Pass) {
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
    let x = source.assumingMemoryBound(to: Float.self)
    let y = destination.assumingMemoryBound(to: Float.self)
    let dropout = mask(pass)
    let firstPlane = pass.firstImage * layout.channels
    threads.forEach(layout.batch * layout.channels) { plane in
      let (image, channel) = plane.quotientAndRemainder(dividingBy: layout.channels)
      let (block, lane) = channel.quotientAndRemainder(dividingBy: layout.lanes)
      let offset = (image * layout.blocks + block) * pixels * layout.lanes + lane
      withUnsafePointer(to: dropout) { dropout in
        ck_apply_dropout(
          dropout, UInt64((firstPlane + plane) * pixels), x + offset, y + offset, Int64(pixels),
          Int64(layout.lanes))
      }
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
