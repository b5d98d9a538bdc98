import Backends
import Tensors

/// What computes one part of a batch at a time: kernels made for one thread, bound once to memory of their own.
final class Lane {
  /// The kernels for each number of images.
  private(set) var plans: [Int: ExecutionPlan] = [:]
  private var arena: AlignedBuffer
  /// The gradients of a part, of one layer at a time; nil without training.
  private let gradients: AlignedBuffer?

  /// - Parameters:
  ///   - plans: Plans that are not bound yet.
  ///   - gradientByteCount: The bytes of the gradients of the largest layer; 0 without training.
  ///   - store: The parameters.
  ///   - normalisation: How bytes become numbers.
  /// - Throws: What the backend refuses, `OutOfMemory`.
  init(
    _ plans: [ExecutionPlan], gradientByteCount: Int, _ store: ParameterStore, normalisation: Normalisation
  ) throws {
    arena = try AlignedBuffer(byteCount: plans.map(\.arenaByteCount).max() ?? 0)
    gradients = gradientByteCount > 0 ? try AlignedBuffer(byteCount: gradientByteCount) : nil
    for plan in plans { try add(plan, store, normalisation: normalisation) }
  }

  /// Binds a plan to the lane's memory, or, if it is too small, to some of the plan's own.
  func add(_ plan: ExecutionPlan, _ store: ParameterStore, normalisation: Normalisation) throws {
    let fits = plan.arenaByteCount <= arena.byteCount
    try plan.bind(
      arena: fits ? arena : AlignedBuffer(byteCount: plan.arenaByteCount), parameters: store,
      gradients: gradients, normalisation: normalisation)
    plans[plan.count] = plan
  }

  /// Bytes of activations, and of the gradients of a part.
  var byteCount: Int { arena.byteCount + (gradients?.byteCount ?? 0) }
}
