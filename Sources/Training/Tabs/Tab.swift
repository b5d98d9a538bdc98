import Datasets
import Layers

/// A tab of the book: the same chapter in one of four frameworks, whose defaults differ.
///
/// A recipe with a tab uses that framework's initial weights, resizing and shuffling, and the head of the tab's
/// network. Without a tab, weights and biases are as in ``mxnet``, and images as in ``pytorch``.
///
/// Source: section 8.3 of *Dive into Deep Learning* 1.0.3, its `FashionMNIST` (section 4.2), and the frameworks.
public enum Tab: String, Sendable, Codable, CaseIterable {
  /// MXNet (Gluon).
  case mxnet
  /// PyTorch.
  case pytorch
  /// TensorFlow (Keras).
  case tensorflow
  /// JAX (Flax).
  case jax

  /// The distributions of the initial weights and biases.
  ///
  /// Weights are Glorot uniform: in ``mxnet`` and ``pytorch`` because the book sets it, in ``tensorflow`` because it is
  /// Keras' default; Flax's is LeCun normal, truncated at two standard deviations. Biases are 0, except in ``pytorch``,
  /// whose `init_cnn` leaves them at PyTorch's default: uniform on ±1/√(fan in).
  public var initialization: Initialization {
    switch self {
    case .mxnet, .tensorflow: Initialization(weights: .glorotUniform, biases: .zeros)
    case .pytorch: Initialization(weights: .glorotUniform, biases: .fanInUniform)
    case .jax: Initialization(weights: .lecunNormal, biases: .zeros)
    }
  }

  /// The resizing method: ``tensorflow`` and ``jax`` both read images through TensorFlow.
  ///
  /// Their `resize_with_pad` adds black bars to images that are not square. Fashion-MNIST's are square; here others are
  /// stretched.
  public var resize: ResizeMethod {
    switch self {
    case .mxnet: .openCV
    case .pytorch: .pillow
    case .tensorflow, .jax: .tensorFlow
    }
  }

  /// Whether whole batches are shuffled, with the same examples in every epoch; otherwise single examples are.
  ///
  /// In ``tensorflow`` and ``jax``, `.batch(n)` comes before `.shuffle`. The batch with the rest may then be
  /// anywhere in an epoch.
  public var shufflesBatches: Bool {
    switch self {
    case .mxnet, .pytorch: false
    case .tensorflow, .jax: true
    }
  }
}
