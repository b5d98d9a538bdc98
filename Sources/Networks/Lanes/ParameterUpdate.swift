import Backends
import Tensors

/// The optimizer's step on all parameters that are trained, and the norm of their gradients, in blocks that the lanes take
/// one by one.
///
/// Sums over the blocks are taken in a fixed order.
final class ParameterUpdate {
  private let store: ParameterStore
  private let gradients: BatchGradients
  private let backend: any Backend
  private let blocks: [ParameterBlock]
  private let squares: UnsafeMutableBufferPointer<Double>
  /// The sums of the squares of each block's values after the last update.
  private let valueSquares: UnsafeMutableBufferPointer<Double>
  private var rule = UpdateRule.gradientDescent(GradientDescentRule(learningRate: 0))
  /// The indices of the rule's slots in the store.
  private var slots: (Int?, Int?)
  private var number = 1
  private var gradientScale = 1.0
  private var updates: LaneLoop?
  private var sums: LaneLoop?

  init(of store: ParameterStore, _ gradients: BatchGradients, on backend: any Backend, _ crew: Crew) {
    self.store = store
    self.gradients = gradients
    self.backend = backend
    blocks = ParameterBlock.all(of: store.parameters)
    squares = .allocate(capacity: blocks.count)
    squares.initialize(repeating: 0)
    valueSquares = .allocate(capacity: blocks.count)
    valueSquares.initialize(repeating: 0)
    updates = LaneLoop(crew) { [unowned self] index, _ in
      let block = blocks[index]
      update(block)
      // The block is still in cache.
      valueSquares[index] = backend.sumOfSquares(
        store.value(block.parameter) + block.byteOffset, block.layout)
    }
    sums = LaneLoop(crew) { [unowned self] index, _ in squares[index] = sumOfSquares(blocks[index]) }
  }

  deinit {
    squares.deallocate()
    valueSquares.deallocate()
  }

  /// Updates all parameters.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - number: The number of the update, from 1.
  ///   - gradientScale: The factor applied to the gradients first.
  /// - Throws: ``NetworkError`` if the store lacks a slot of the rule, if the rule's hyperparameters are invalid, or if
  ///   the system does not allow the process this many threads.
  func run(_ rule: UpdateRule, number: Int, gradientScale: Double) throws {
    if case .adamW(let rule) = rule { try requireNumbers(rule) }
    slots = try indices(of: rule.slots)
    self.rule = rule
    self.number = number
    self.gradientScale = gradientScale
    try updates?.run(blocks.count)
    parameterNorm = length(valueSquares)
    store.valuesChanged()
  }

  /// The L2 norm of all gradients together.
  func gradientNorm() throws -> Double {
    try sums?.run(blocks.count)
    return length(squares)
  }

  /// The L2 norm of all trained parameters after the last update.
  private(set) var parameterNorm = 0.0

  private func length(_ squares: UnsafeMutableBufferPointer<Double>) -> Double {
    SumTree.forEachAddition(of: squares.count) { squares[$0] += squares[$1] }
    return (squares.first ?? 0).squareRoot()
  }

  private func indices(of slots: [String]) throws -> (Int?, Int?) {
    guard slots.count <= UpdateRule.maximumSlotCount else {
      throw NetworkError.invalidArgument(
        name: "slots", reason: "a rule can keep at most two tensors per parameter, not \(slots.count)")
    }
    func slotIndex(_ index: Int) throws -> Int? {
      guard index < slots.count else { return nil }
      guard let slotIndex = store.slot(slots[index]) else {
        throw NetworkError.notPrepared(
          reason:
            "the network was prepared without \(slots[index]), which the update rule needs; prepare it with "
            + "NetworkOptions(optimizerSlots: \(slots)), the rule's slots")
      }
      return slotIndex
    }
    return (try slotIndex(0), try slotIndex(1))
  }

  /// Requires hyperparameters with which 0 / 0 cannot make the padding of parameters NaN.
  private func requireNumbers(_ rule: AdamWRule) throws {
    guard Float(rule.epsilon) > 0, (0..<1).contains(rule.beta1), (0..<1).contains(rule.beta2) else {
      throw NetworkError.invalidArgument(
        name: "rule",
        reason:
          "AdamW needs an epsilon of more than 0 and betas of at least 0 and less than 1, not \(rule.epsilon), "
          + "\(rule.beta1) and \(rule.beta2)")
    }
  }

  private func update(_ block: ParameterBlock) {
    let parameter = block.parameter
    guard let gradient = gradients.address(of: parameter).map({ $0 + block.byteOffset }) else { return }
    let values = store.value(parameter) + block.byteOffset
    let kept = (self.kept(slots.0, block), self.kept(slots.1, block))
    let decays = parameter.specification.isDecayed || rule.decaysEverything
    switch rule {
    case .gradientDescent(var rule):
      if !decays { rule.weightDecay = 0 }
      backend.update(
        GradientDescentStep(
          values: values, gradient: gradient, velocity: kept.0, layout: block.layout, rule: rule,
          gradientScale: gradientScale))
    case .adamW(var rule):
      guard let first = kept.0, let second = kept.1 else { return }
      if !decays { rule.weightDecay = 0 }
      backend.update(
        AdamWStep(
          values: values, gradient: gradient, firstMoment: first, secondMoment: second, layout: block.layout,
          rule: rule, number: number, gradientScale: gradientScale))
    case .custom(let rule):
      rule.update(
        CustomUpdateBlock(
          values: values, gradient: gradient, slots: kept, count: block.layout.storedCount,
          elementType: block.layout.elementType, gradientScale: gradientScale),
        UpdateContext(number: number, isDecayed: parameter.specification.isDecayed))
    }
  }

  private func kept(_ slot: Int?, _ block: ParameterBlock) -> UnsafeMutableRawPointer? {
    slot.map { store.kept($0, block.parameter) + block.byteOffset }
  }

  private func sumOfSquares(_ block: ParameterBlock) -> Double {
    guard let gradient = gradients.address(of: block.parameter) else { return 0 }
    return backend.sumOfSquares(gradient + block.byteOffset, block.layout)
  }
}
