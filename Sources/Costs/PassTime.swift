import Backends
import Networks
import Operations

/// The predicted time of passes: a roofline, with its ceilings lowered to what the backend's kernels reach.
///
/// A pass of a convolution or a dense layer takes as long as its products or as reading its weights from memory,
/// whichever is longer. Convolutions by Winograd's algorithm are costed with measured figures. All other operations are
/// limited by memory bandwidth or by their loops.
///
/// Source of the roofline: Williams, Waterman and Patterson, *Roofline: An Insightful Visual Performance Model* (2009).
struct PassTime {
  /// The backend's kernels.
  let speed: KernelSpeed
  /// Operations per second of one lane, in the network's precision.
  let peak: Double
  /// Operations per second in float32, in which transforms and their products are computed.
  let float32Peak: Double
  /// Bytes per second that one lane reads while the others read too.
  let bandwidth: Double

  /// The weights that a lane's private cache holds from one part to the next.
  private static let cachedWeights = 1 << 18
  /// The fraction of the peak of a direct convolution's multiply-accumulates, the unit of Winograd's cost.
  private static let directShare = 0.9
  /// Seconds of overhead before a pass's loop begins.
  private static let start = 0.3e-6
  /// Seconds for a row that is unfolded, and for an element if the stride is above 1.
  private static let unfoldedRow = 6e-9
  private static let stridedElement = 0.6e-9
  /// Seconds for a row of a plain layout's max pooling, and for each element of its windows.
  private static let maximumRow = 170e-9
  private static let maximumTap = 0.4e-9
  /// Seconds for the gradient of an element of max pooling.
  private static let maximumGradient = 2.3e-9
  /// Seconds for each element of the windows of average pooling, forward and backward.
  private static let averageTap = 2.3e-9
  private static let averageGradientTap = 9.3e-9
  /// Seconds for an element of a dropout's mask, and of a sigmoid.
  private static let drawnNumber = 5e-9
  private static let exponential = 0.45e-9
  /// The speed of the cache relative to memory, for the previous layer's output.
  private static let cacheFactor = 2.5

  /// Seconds of a pass over the images of a part.
  ///
  /// - Parameters:
  ///   - pass: The pass.
  ///   - layer: The layer.
  ///   - images: The number of images of the part.
  ///   - precision: The network's.
  /// - Returns: Seconds on one lane.
  func seconds(_ pass: LayerPass, of layer: PreparedLayer, images: Int, _ precision: Precision) -> Double {
    let cost = PassCost(pass, of: layer.operation, images: images, precision: precision)
    guard pass != .activationGradient else {
      return Self.start + Double(cost.bytes) / (bandwidth * Self.cacheFactor)
    }
    let stored = storedElements(layer, images)
    switch layer.operation {
    case .convolution(let geometry, _):
      return Self.start + convolution(pass, geometry, layer.requirements.algorithm, cost, images)
    case .dense(let geometry):
      return Self.start + dense(pass, geometry, cost, images)
    case .maxPooling(let geometry):
      return Self.start + pooling(pass, geometry, isMaximum: true, cost, layer, images)
    case .averagePooling(let geometry, _):
      return Self.start + pooling(pass, geometry, isMaximum: false, cost, layer, images)
    case .dropout:
      return Self.start + stored * Self.drawnNumber
    case .sigmoid where pass == .forward:
      return Self.start + stored * Self.exponential
    case .batchNormalization:
      // Each phase reads the images again.
      return Self.start + 1.6 * Double(cost.bytes) / bandwidth
    case .relu, .sigmoid, .flatten, .softmax:
      return Self.start + Double(cost.bytes) / (bandwidth * Self.cacheFactor)
    }
  }

  /// The elements of a part's output, including those that pad its channels.
  private func storedElements(_ layer: PreparedLayer, _ images: Int) -> Double {
    let output = layer.requirements.output
    return Double(output.storedCount) / Double(max(output.shape[0], 1)) * Double(images)
  }

  private func convolution(
    _ pass: LayerPass, _ geometry: ConvolutionGeometry, _ algorithm: ConvolutionAlgorithm?, _ cost: PassCost,
    _ images: Int
  ) -> Double {
    if algorithm == .winograd {
      let products = WinogradCost(geometry).cost(images: images, isWeightGradient: pass == .weightGradient)
      return 2 * products / (float32Peak * Self.directShare)
    }
    let window = geometry.window
    let channels = pass == .inputGradient ? geometry.inputChannels : geometry.outputChannels
    let terms =
      switch pass {
      case .forward, .activationGradient: geometry.inputChannelsPerGroup * window.kernel.area
      case .inputGradient: geometry.outputChannelsPerGroup
      case .weightGradient: geometry.output.area
      }
    // A blocked convolution is one call for all images.
    let calls = speed.unfolds ? images : 1
    let seconds =
      Double(calls) * speed.call + Double(cost.unpaddedOperations)
      / (peak * reached(terms: terms) * filled(channels))
    guard window.kernel.area > 1 || window.stride.area > 1 else {
      return max(seconds, Double(cost.bytes) / (bandwidth * Self.cacheFactor))
    }
    return speed.unfolds ? seconds + Double(images) * unfolding(geometry) : seconds
  }

  /// Copying an image's rows into the matrix, or back: whole rows, or element by element if the stride is above 1.
  private func unfolding(_ geometry: ConvolutionGeometry) -> Double {
    let rows = Double(geometry.inputChannels * geometry.window.kernel.area * geometry.output.height)
    let elements = geometry.window.stride.width > 1 ? rows * Double(geometry.output.width) : 0
    return rows * Self.unfoldedRow + elements * Self.stridedElement
  }

  /// The weight's gradient is computed once for the whole batch.
  private func dense(_ pass: LayerPass, _ geometry: DenseGeometry, _ cost: PassCost, _ images: Int) -> Double
  {
    let terms =
      switch pass {
      case .forward, .activationGradient: geometry.inputFeatures
      case .inputGradient: geometry.outputFeatures
      case .weightGradient: images
      }
    let products = Double(cost.operations) / (peak * reached(terms: terms))
    let share =
      switch pass {
      case .forward, .activationGradient: speed.denseForward
      case .inputGradient: speed.denseBackward
      case .weightGradient: 1.0
      }
    let isCached = geometry.weightShape.elementCount < Self.cachedWeights
    return speed.call + (isCached ? products : max(products, Double(cost.bytes) / (bandwidth * share)))
  }

  private func pooling(
    _ pass: LayerPass, _ geometry: PoolingGeometry, isMaximum: Bool, _ cost: PassCost, _ layer: PreparedLayer,
    _ images: Int
  ) -> Double {
    guard layer.requirements.output.isPlain else {
      return Double(cost.bytes) / (bandwidth * (pass == .forward ? 0.7 : 0.45))
    }
    let outputs = Double(images * geometry.outputShape.elementCount / max(geometry.batch, 1))
    let taps = outputs * Double(geometry.window.kernel.area)
    switch (isMaximum, pass) {
    case (true, .forward):
      return outputs / Double(geometry.output.width) * Self.maximumRow + taps * Self.maximumTap
    case (true, _): return outputs * Self.maximumGradient
    case (false, .forward): return taps * Self.averageTap
    case (false, _): return taps * Self.averageGradientTap
    }
  }

  /// The fraction of the peak that sums of this many terms reach.
  private func reached(terms: Int) -> Double {
    speed.products * Double(terms) / (Double(terms) + speed.halfwayTerms)
  }

  /// The fraction of the computed channels that are not padding.
  private func filled(_ channels: Int) -> Double {
    let blocks = (channels + speed.channelBlock - 1) / speed.channelBlock
    return Double(channels) / Double(blocks * speed.channelBlock)
  }
}
