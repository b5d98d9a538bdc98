import Backends
import Networks
import Operations

/// The passes of a layer; the raw values are their printed names.
package enum LayerPass: String, CaseIterable, Sendable {
  /// The output.
  case forward
  /// The gradient of a fused activation.
  case activationGradient = "activation gradient"
  /// The gradient of the input.
  case inputGradient = "input gradient"
  /// The gradients of weight and bias.
  case weightGradient = "weight gradient"

  /// The passes that a network runs for a layer.
  package static func passes(of layer: PreparedLayer) -> [LayerPass] {
    allCases.filter { pass in
      switch pass {
      case .forward: true
      case .activationGradient: layer.operation.hasFusedActivation && layer.computesParameterGradients
      case .inputGradient: layer.computesInputGradient
      case .weightGradient: layer.computesParameterGradients
      }
    }
  }

  /// The pass in the network's profile.
  package var work: Profile.LayerWork {
    switch self {
    case .forward: .forward
    case .activationGradient: .activationGradient
    case .inputGradient: .inputGradient
    case .weightGradient: .parameterGradients
    }
  }

  /// The name of its implementation.
  package func implementation(_ requirements: KernelRequirements) -> String {
    switch self {
    case .forward: requirements.implementation
    case .activationGradient: "fused ReLU"
    case .inputGradient: requirements.inputGradientImplementation
    case .weightGradient: requirements.parameterGradientsImplementation
    }
  }
}

extension TensorOperation {
  /// Whether an activation is computed within it.
  package var hasFusedActivation: Bool {
    if case .convolution(_, activation: .some) = self { true } else { false }
  }
}
