import Backends
import Layers
import Operations

/// The end of the backward pass, and the work of each layer in it.
///
/// It ends at the first trained layer: the layers below run forward only.
struct BackwardPass {
  /// The position of the first layer that has trained parameters; one after the last if all are frozen.
  let first: Int
  private let layers: [ResolvedLayer]
  private let options: NetworkOptions

  /// - Parameters:
  ///   - layers: The layers that are run.
  ///   - options: The options: whether gradients are computed, and which parameters are frozen.
  init(through layers: [ResolvedLayer], _ options: NetworkOptions) {
    self.layers = layers
    self.options = options
    // A network without parameters runs backward to the end, for callers that inspect its kernels.
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
  /// Below the first trained layer, only kernels that compute differently in training do.
  func isTraining(_ layer: Int) -> Bool {
    guard options.isTraining, layer < first else { return options.isTraining }
    switch layers[layer].operation {
    case .batchNormalization, .dropout: return true
    default: return false
    }
  }

  /// Whether a layer's kernel computes the gradient of its input.
  func needsInputGradient(_ layer: Int) -> Bool {
    options.isTraining && layer > first
  }

  /// Whether a layer's kernel computes the gradients of its parameters: if they are trained, or if they are computed
  /// together with the sums for the input's gradient.
  func needsParameterGradients(_ layer: Int, _ kernel: any Kernel) -> Bool {
    guard options.isTraining, layer >= first else { return false }
    return Self.isTrained(layers[layer], options) || kernel is any BatchStatisticsKernel
  }
}
