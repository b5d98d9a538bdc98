extension Conformance {
  /// The checks; each can be run separately.
  public enum Check: String, Sendable, CaseIterable {
    /// Small integers, for which every sum is exact, on generated shapes: equal to the reference bit for bit.
    case exactIntegers
    /// Small integers on the convolutions and poolings of NiN, LeNet, AlexNet and VGG.
    case exactIntegersOfNetworks
    /// Random numbers against the reference in Double, within an `ErrorBound`.
    case randomNumbers
    /// Gradients against finite differences, in float64.
    case finiteDifferences
    /// ⟨conv x, y⟩ = ⟨x, convᵀ y⟩ = ⟨w, ∂w⟩.
    case adjointness
    /// Gradients of elements that no window covers are exactly 0.
    case unusedBorders
    /// Reorders into the backend's layouts and back lose nothing.
    case reorders
    /// NaN, infinities and denormals in ReLU and max pooling, as PyTorch treats them.
    case nonFiniteActivations
    /// NaN, infinities and denormals in the input of operations that sum.
    case nonFiniteSums
    /// Softmax cross entropy, including logits of ±10⁴ and with smoothed labels.
    case softmaxCrossEntropy
    /// Softmax as a layer, along each axis.
    case softmax
    /// The sigmoid and its gradient, for numbers of every size.
    case sigmoid
    /// Batch normalization in training, of whole batches and of parts, and in prediction: outputs, gradients, running
    /// statistics.
    case batchNormalization
    /// Dropout's mask from its definition, however the batch is divided.
    case dropoutMasks
    /// The rule of stochastic gradient descent over several steps, sums of gradients and of squares.
    case gradientDescent
    /// The rule of AdamW over many steps, for gradients of every size.
    case adamW
    /// Many runs with the same numbers give the same bits.
    case repeatability
    /// Sums, masks, softmax, the loss and the updates with 1 to 4 threads.
    case threadCounts

    /// The check's name for display.
    public var title: String {
      switch self {
      case .exactIntegers: "exact in integers, generated shapes"
      case .exactIntegersOfNetworks: "exact in integers, shapes of networks"
      case .randomNumbers: "random numbers within the error bound"
      case .finiteDifferences: "gradients against finite differences"
      case .adjointness: "adjointness"
      case .unusedBorders: "gradients on unused borders"
      case .reorders: "reorders"
      case .nonFiniteActivations: "NaN and infinities in ReLU and max pooling"
      case .nonFiniteSums: "NaN, infinities and denormals in sums"
      case .softmaxCrossEntropy: "softmax cross entropy"
      case .softmax: "softmax"
      case .sigmoid: "sigmoid"
      case .batchNormalization: "batch normalization"
      case .dropoutMasks: "dropout's masks"
      case .gradientDescent: "gradient descent"
      case .adamW: "AdamW"
      case .repeatability: "repeatability"
      case .threadCounts: "1 to 4 threads"
      }
    }
  }
}
