import NetworkInNetwork

/// The passes of a layer, by the names under which they are printed.
enum LayerPass: String, CaseIterable {
  case forward
  case activationGradient = "activation gradient"
  case inputGradient = "input gradient"
  case weightGradient = "weight gradient"

  /// The passes that a network runs for a stage.
  static func passes(of stage: NetworkStage) -> [LayerPass] {
    allCases.filter { pass in
      switch pass {
      case .forward: true
      case .activationGradient:
        stage.operation.hasFusedActivation && stage.parameterGradientsImplementation != nil
      case .inputGradient: stage.inputGradientImplementation != nil
      case .weightGradient: stage.parameterGradientsImplementation != nil
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
  func implementation(_ stage: NetworkStage) -> String {
    switch self {
    case .forward: stage.implementation
    case .activationGradient: "fused ReLU"
    case .inputGradient: stage.inputGradientImplementation ?? ""
    case .weightGradient: stage.parameterGradientsImplementation ?? ""
    }
  }
}

extension Operation {
  fileprivate var hasFusedActivation: Bool {
    if case .convolution(_, activation: .some) = self { true } else { false }
  }
}
