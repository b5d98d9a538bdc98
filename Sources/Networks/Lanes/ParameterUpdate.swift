import Backends
import Tensors

/// The optimizer's step on all parameters, and the norm of their gradients, in blocks that the lanes take one by one.
///
/// Blocks are the same for any number of lanes, and what is added over them is added in one order.
final class ParameterUpdate {
  private struct Block {
    let parameter: Parameter
    let byteOffset: Int
    /// The block's elements as they are stored, one after the other.
    let layout: Layout
  }

  private let store: ParameterStore
  private let backend: any Backend
  private let blocks: [Block]
  private let squares: UnsafeMutableBufferPointer<Double>
  private var rule = GradientDescentRule(learningRate: 0)
  private var gradientScale = 1.0
  private var updates: LaneLoop?
  private var sums: LaneLoop?

  /// Few enough to stay in cache from the gradient's norm to the update, and enough to be worth a lane's turn.
  private static let blockCount = 1 << 16

  init(of store: ParameterStore, on backend: any Backend, _ crew: Crew) {
    self.store = store
    self.backend = backend
    blocks = store.parameters.flatMap { parameter in
      stride(from: 0, to: parameter.layout.storedCount, by: Self.blockCount).map { first in
        let count = min(Self.blockCount, parameter.layout.storedCount - first)
        let type = parameter.layout.elementType
        return Block(
          parameter: parameter, byteOffset: first * type.byteCount, layout: Layout(plain: [count], type))
      }
    }
    squares = .allocate(capacity: blocks.count)
    squares.initialize(repeating: 0)
    updates = LaneLoop(crew) { [unowned self] index, _ in update(blocks[index]) }
    sums = LaneLoop(crew) { [unowned self] index, _ in squares[index] = sumOfSquares(blocks[index]) }
  }

  deinit {
    squares.deallocate()
  }

  /// Moves all parameters.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - gradientScale: What the gradients are multiplied by first.
  /// - Throws: ``NetworkError`` if the system does not let the process have the threads.
  func run(_ rule: GradientDescentRule, gradientScale: Double) throws {
    self.rule = rule
    self.gradientScale = gradientScale
    try updates?.run(blocks.count)
    store.valuesChanged()
  }

  /// The length of all gradients together.
  func gradientNorm() throws -> Double {
    try sums?.run(blocks.count)
    SumTree.forEachAddition(of: squares.count) { squares[$0] += squares[$1] }
    return (squares.first ?? 0).squareRoot()
  }

  private func update(_ block: Block) {
    let parameter = block.parameter
    guard let gradient = store.gradient(parameter) else { return }
    let velocity = rule.momentum == 0 ? nil : store.velocity(parameter)
    backend.update(
      GradientDescentStep(
        values: store.value(parameter) + block.byteOffset, gradient: gradient + block.byteOffset,
        velocity: velocity.map { $0 + block.byteOffset }, layout: block.layout, rule: rule,
        gradientScale: gradientScale))
  }

  private func sumOfSquares(_ block: Block) -> Double {
    guard let gradient = store.gradient(block.parameter) else { return 0 }
    return backend.sumOfSquares(gradient + block.byteOffset, block.layout)
  }
}
