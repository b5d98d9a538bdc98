import NetworkInNetwork

/// The passes of a layer, by the names under which they are printed.
enum LayerPass: String, CaseIterable {
  case forward
  case activationGradient = "activation gradient"
  case inputGradient = "input gradient"
  case weightGradient = "weight gradient"

  /// The passes that a network runs for a layer.
  static func passes(of layer: PreparedLayer) -> [LayerPass] {
    allCases.filter { pass in
      switch pass {
      case .forward: true
      case .activationGradient: layer.operation.hasFusedActivation && layer.computesParameterGradients
      case .inputGradient: layer.computesInputGradient
      case .weightGradient: layer.computesParameterGradients
      }
    }
  }

  /// What the network's profile calls it.
  var work: Profile.LayerWork {
    switch self {
    case .forward: .forward
    case .activationGradient: .activationGradient
    case .inputGradient: .inputGradient
    case .weightGradient: .parameterGradients
    }
  }

  /// The name of what computes it.
  func implementation(_ layer: PreparedLayer) -> String {
    switch self {
    case .forward: layer.requirements.implementation
    case .activationGradient: "fused ReLU"
    case .inputGradient: layer.requirements.inputGradientImplementation
    case .weightGradient: layer.requirements.parameterGradientsImplementation
    }
  }
}

extension Operation {
  fileprivate var hasFusedActivation: Bool {
    if case .convolution(_, activation: .some) = self { true } else { false }
  }
}
