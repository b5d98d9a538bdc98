import Datasets
import Layers

/// A tab of the book: the same chapter in one of four frameworks, whose defaults are not alike.
///
/// A recipe with a tab begins with that framework's first weights, resizes and shuffles images as it does, and has the
/// head that the tab's network has. Without a tab, weights and biases are as in ``mxnet``, and images as in ``pytorch``.
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

  /// The distributions of the first weights and biases.
  ///
  /// Weights are Glorot uniform: in ``mxnet`` and ``pytorch`` because the book asks for it, in ``tensorflow`` because it is
  /// Keras' default; Flax's is LeCun normal, truncated at two deviations. Biases are 0, but uniform on ±1/√(fan in) in
  /// ``pytorch``, whose `init_cnn` leaves them at PyTorch's default.
  public var initialization: Initialization {
    switch self {
    case .mxnet, .tensorflow: Initialization(weights: .glorotUniform, biases: .zeros)
    case .pytorch: Initialization(weights: .glorotUniform, biases: .fanInUniform)
    case .jax: Initialization(weights: .lecunNormal, biases: .zeros)
    }
  }

  /// How images are resized: ``tensorflow`` and ``jax`` both read images through TensorFlow.
  ///
  /// Their `resize_with_pad` adds black bars to what is not square. Fashion-MNIST is; here all images are stretched.
  public var resize: ResizeMethod {
    switch self {
    case .mxnet: .openCV
    case .pytorch: .pillow
    case .tensorflow, .jax: .tensorFlow
    }
  }

  /// Whether whole batches are shuffled, each with the same examples in every epoch; otherwise examples are.
  ///
  /// In ``tensorflow`` and ``jax``, `.batch(n)` comes before `.shuffle`. The batch with what is left over may then stand
  /// anywhere in an epoch.
  public var shufflesBatches: Bool {
    switch self {
    case .mxnet, .pytorch: false
    case .tensorflow, .jax: true
    }
  }
}
