import Backends
import Layers
import Operations

/// How far the backward pass goes down, and what each layer computes in it.
///
/// It ends at the first layer that is trained: what lies below is run forward only.
struct BackwardPass {
  /// The position of the first layer that has trained parameters; one after the last where all are frozen.
  let first: Int
  private let layers: [ResolvedLayer]
  private let options: NetworkOptions

  /// - Parameters:
  ///   - layers: The layers that are run.
  ///   - options: Whether gradients are computed, and what is frozen.
  init(through layers: [ResolvedLayer], _ options: NetworkOptions) {
    self.layers = layers
    self.options = options
    // A network without parameters is run through to the end, as by those who look at its kernels.
    let isFrozen = !options.frozen.isEmpty
    first = layers.firstIndex { Self.isTrained($0, options) } ?? (isFrozen ? layers.count : 0)
  }

  private static func isTrained(_ layer: ResolvedLayer, _ options: NetworkOptions) -> Bool {
    layer.owners.contains { owner in
      owner.operation.parameters.contains { !options.frozen.contains(owner.parameterName($0)) }
    }
  }

  /// Whether a layer's kernel has to prepare for training.
  ///
  /// Below the first trained layer that is so where a layer computes otherwise in training.
  func isTraining(_ layer: Int) -> Bool {
    guard options.isTraining, layer < first else { return options.isTraining }
    switch layers[layer].operation {
    case .batchNormalization, .dropout: return true
    default: return false
    }
  }

  /// Whether a layer's kernel is asked for the gradient of its input.
  func needsInputGradient(_ layer: Int) -> Bool {
    options.isTraining && layer > first
  }

  /// Whether a layer's kernel is asked for the gradients of its parameters: where they are trained, and where sums that
  /// the input's gradient is made of come with them.
  func needsParameterGradients(_ layer: Int, _ kernel: any Kernel) -> Bool {
    guard options.isTraining, layer >= first else { return false }
    return Self.isTrained(layers[layer], options) || kernel is any BatchStatisticsKernel
  }
}
