import NetworkInNetwork

/// The update rule, for programs.
struct RuleReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case optimizer, momentum, nesterov, beta1, beta2, epsilon
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
    case decaysEverything = "decays_everything"
  }

  private let rule: UpdateRule

  init(_ rule: UpdateRule) {
    self.rule = rule
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch rule {
    case .gradientDescent(let rule):
      try container.encode("sgd", forKey: .optimizer)
      try container.encode(rule.learningRate, forKey: .learningRate)
      try container.encode(rule.momentum, forKey: .momentum)
      try container.encode(rule.weightDecay, forKey: .weightDecay)
      try container.encode(rule.nesterov, forKey: .nesterov)
      try container.encode(rule.decaysEverything, forKey: .decaysEverything)
    case .adamW(let rule):
      try container.encode("adamw", forKey: .optimizer)
      try container.encode(rule.learningRate, forKey: .learningRate)
      try container.encode(rule.beta1, forKey: .beta1)
      try container.encode(rule.beta2, forKey: .beta2)
      try container.encode(rule.epsilon, forKey: .epsilon)
      try container.encode(rule.weightDecay, forKey: .weightDecay)
      try container.encode(rule.decaysEverything, forKey: .decaysEverything)
    case .custom:
      try container.encode("custom", forKey: .optimizer)
    }
  }
}
