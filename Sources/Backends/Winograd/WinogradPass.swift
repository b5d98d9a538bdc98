import CKernels
import Operations
import Tensors

/// The loops of a convolution from source to destination images.
///
/// The forward pass goes from the input to the output, the input gradient the other way.
final class WinogradPass {
  private let winograd: ck_winograd
  private let tiles: WinogradTiles
  private let source: ck_winograd_images
  private let destination: ck_winograd_images
  private let threads: ThreadPool

  /// - Parameters:
  ///   - kernel: The extents of the kernel.
  ///   - source: The layout of the images that are transformed.
  ///   - destination: The layout of the result.
  ///   - origin: The first pixel of the source that the first pixel of the result reads.
  ///   - request: The request, for its threads.
  /// - Throws: ``BackendError`` if a layout can only be read by its backend.
  init(
    kernel: Extent2D, from source: Layout, to destination: Layout, origin: (row: Int, column: Int),
    _ request: KernelRequest
  ) throws {
    tiles = WinogradTiles(
      batch: destination.shape[0], output: Extent2D(destination.shape[2], destination.shape[3]),
      origin: origin)
    winograd = try ck_winograd(kernel: kernel, groupSize: tiles.largestGroup)
    var images = try ck_winograd_images(source)
    // With a padding of the kernel's size or more, the input's gradient does not depend on the last outputs.
    images.end_row = min(images.height, Int32(origin.row + destination.shape[2] + kernel.height - 1))
    images.end_column = min(images.width, Int32(origin.column + destination.shape[3] + kernel.width - 1))
    self.source = images
    self.destination = try ck_winograd_images(destination)
    threads = request.threads
  }

  /// Elements of the transformed weight.
  var weightCount: Int {
    withUnsafePointer(to: winograd) { ck_winograd_weight_count($0, source.channels, destination.channels) }
  }

  /// Elements of scratch that each thread needs for the convolution.
  var scratchCount: Int {
    sourceCount + tileCount(channels: Int32(CK_WINOGRAD_CHUNK * CK_WINOGRAD_LANES))
  }

  /// Elements of scratch that the weight's gradient needs.
  var gradientScratchCount: Int { threads.count * gradientCount + weightCount }

  /// The algorithm and its instruction set, for display.
  var implementation: String {
    switch winograd.instructions {
    case CK_AVX512: "winograd:avx512"
    case CK_AVX2: "winograd:avx2"
    default: "winograd:portable"
    }
  }

  private func tileCount(channels: Int32) -> Int {
    withUnsafePointer(to: winograd) { ck_winograd_tiles_count($0, channels) }
  }

  private var sourceCount: Int { tileCount(channels: source.channels) }

  /// Blocks of output channels.
  private var blockCount: Int { (Int(destination.channels) + CK_WINOGRAD_LANES - 1) / CK_WINOGRAD_LANES }

  private var sumCount: Int { AlignedBuffer.rounded(Int(destination.channels) * 4) / 4 }

  /// V, D and the sums of D of a group.
  private var gradientCount: Int { sourceCount + tileCount(channels: destination.channels) + sumCount }

  /// U = G g Gᵀ.
  ///
  /// - Parameters:
  ///   - weight: The weight, O×I×kH×kW.
  ///   - transformed: The memory of U.
  ///   - isRotated: Whether it is the pass of the input's gradient.
  /// - Returns: The loop.
  func transformation(
    of weight: UnsafePointer<Float>, into transformed: UnsafeMutablePointer<Float>, isRotated: Bool
  ) -> ParallelLoop {
    ParallelLoop(threads: threads, count: blockCount) { [self] range, _ in
      withUnsafePointer(to: winograd) { winograd in
        ck_winograd_transform_weight(
          winograd, weight, isRotated ? source.channels : destination.channels,
          isRotated ? destination.channels : source.channels, isRotated, Int32(range.lowerBound),
          Int32(range.upperBound), transformed)
      }
    }
  }

  /// Y = Aᵀ[Σ U ⊙ V]A + b, and the activation.
  ///
  /// Threads split the output channels, so each reads its own part of U, which is larger than the tiles of one image.
  ///
  /// - Returns: The loop over the blocks of output channels.
  func convolution(
    _ input: UnsafeRawPointer, by transformed: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    hasReLU: Bool,
    into output: UnsafeMutableRawPointer, scratch: UnsafeMutablePointer<Float>
  ) -> ParallelLoop {
    ParallelLoop(threads: threads, count: blockCount) { [self] blocks, thread in
      forEachGroup(tiles.groups.indices) { winograd, group in
        withUnsafePointer(to: source) { source in
          withUnsafePointer(to: destination) { destination in
            ck_winograd_convolve(
              winograd, group, source, input, transformed, bias, hasReLU, Int32(blocks.lowerBound),
              Int32(blocks.upperBound), destination, output, scratch + thread * scratchCount)
          }
        }
      }
    }
  }

  /// dg = Gᵀ[Σ V ⊙ D]G, and the sums of dY.
  ///
  /// Each thread transforms one group at a time, and the products are added group by group, so that rounding does not
  /// depend on the number of threads.
  ///
  /// - Returns: The loops, in the order in which they are run.
  func weightGradient(
    _ input: UnsafeRawPointer, _ outputGradient: UnsafeRawPointer, weight: UnsafeMutablePointer<Float>,
    bias: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
  ) -> [ParallelLoop] {
    let products = scratch + threads.count * gradientCount
    let rounds = stride(from: 0, to: tiles.groups.count, by: threads.count).map {
      $0..<min($0 + threads.count, tiles.groups.count)
    }
    let loops = rounds.flatMap { round in
      [
        transformation(of: input, outputGradient, groups: round, scratch: scratch),
        multiplication(groups: round, scratch: scratch, into: products, bias: bias),
      ]
    }
    let last = ParallelLoop(threads: threads, count: Int(source.channels)) { [self] range, _ in
      withUnsafePointer(to: winograd) { winograd in
        ck_winograd_weight_gradient(
          winograd, source.channels, destination.channels, products, Int32(range.lowerBound),
          Int32(range.upperBound), weight)
      }
    }
    return loops + [last]
  }

  private func transformation(
    of input: UnsafeRawPointer, _ outputGradient: UnsafeRawPointer, groups: Range<Int>,
    scratch: UnsafeMutablePointer<Float>
  ) -> ParallelLoop {
    ParallelLoop(threads: threads, count: groups.count) { [self] range, _ in
      for slot in range {
        let v = scratch + slot * gradientCount, d = v + sourceCount
        forEachGroup(groups.lowerBound + slot..<groups.lowerBound + slot + 1) { winograd, group in
          withUnsafePointer(to: source) { ck_winograd_transform_input(winograd, group, $0, input, v) }
          withUnsafePointer(to: destination) {
            ck_winograd_transform_gradient(
              winograd, group, $0, outputGradient, d, v + (gradientCount - sumCount))
          }
        }
      }
    }
  }

  private func multiplication(
    groups: Range<Int>, scratch: UnsafeMutablePointer<Float>, into products: UnsafeMutablePointer<Float>,
    bias: UnsafeMutablePointer<Float>?
  ) -> ParallelLoop {
    ParallelLoop(threads: threads, count: winograd.pointCount) { [self] range, thread in
      for slot in 0..<groups.count {
        let v = scratch + slot * gradientCount, isFirst = groups.lowerBound + slot == 0
        forEachGroup(groups.lowerBound + slot..<groups.lowerBound + slot + 1) { winograd, group in
          ck_winograd_multiply_gradient(
            winograd, group, source.channels, destination.channels, v, v + sourceCount, !isFirst,
            Int32(range.lowerBound), Int32(range.upperBound), products)
        }
        guard thread == 0, let bias else { continue }
        let sums = v + (gradientCount - sumCount)
        for channel in 0..<Int(destination.channels) {
          bias[channel] = isFirst ? sums[channel] : bias[channel] + sums[channel]
        }
      }
    }
  }

  private func forEachGroup(
    _ range: Range<Int>,
    _ body: (UnsafePointer<ck_winograd>, UnsafePointer<ck_winograd_group>) -> Void
  ) {
    withUnsafePointer(to: winograd) { winograd in
      tiles.groups.withUnsafeBufferPointer { groups in
        guard let base = groups.baseAddress else { return }
        for index in range { body(winograd, base + index) }
      }
    }
  }
}

extension ck_winograd_images {
  /// The images of a layout.
  ///
  /// - Throws: ``BackendError`` if only its backend can read it.
  init(_ layout: Layout) throws {
    let (height, width) = (Int32(layout.shape[2]), Int32(layout.shape[3]))
    self.init(
      type: ck_element(layout.elementType), channels: Int32(layout.shape[1]), height: height, width: width,
      lanes: Int32(try layout.planes().lanes), end_row: height, end_column: width)
  }
}
