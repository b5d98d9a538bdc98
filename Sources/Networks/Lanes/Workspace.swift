import Backends
import Tensors

/// The kernels that compute one part of a batch at a time, bound once to their own memory.
///
/// Each lane has one. If parts have to wait for sums over the batch, each part has one.
final class Workspace {
  /// The kernels for each number of images.
  private(set) var plans: [Int: ExecutionPlan] = [:]
  private var arena: AlignedBuffer?
  /// The memory for a part's gradients; nil without training.
  private let gradients: PartGradients?

  init(gradients: PartGradients?) {
    self.gradients = gradients
  }

  /// Binds a plan to the workspace's memory or, if that is too small, to separate memory.
  ///
  /// - Throws: The errors of the backend, `OutOfMemory`.
  func add(_ plan: ExecutionPlan, _ store: ParameterStore, normalization: Normalization) throws {
    var memory = arena
    if memory.map({ $0.byteCount < plan.arenaByteCount }) ?? true {
      memory = try AlignedBuffer(byteCount: plan.arenaByteCount)
    }
    guard let memory else { return }
    arena = arena ?? memory
    try plan.bind(arena: memory, parameters: store, gradients: gradients, normalization: normalization)
    plans[plan.count] = plan
  }

  /// Notifies the kernels of some parts of a batch of new parameters.
  func showParameters(
    _ store: ParameterStore, on backend: any Backend, _ division: BatchDivision, _ profile: LaneProfile?
  ) throws {
    let (first, last) = (division.count(ofPart: 0), division.count(ofPart: division.parts - 1))
    try plans[first]?.parametersChanged(store, on: backend, profile: profile)
    if last != first { try plans[last]?.parametersChanged(store, on: backend, profile: profile) }
  }

  /// Bytes of activations.
  var byteCount: Int { arena?.byteCount ?? 0 }
}
