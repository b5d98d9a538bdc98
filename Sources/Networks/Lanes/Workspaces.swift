import Backends
import Tensors

/// The workspaces of a network: one for each lane, or for each part if the parts wait for sums over the batch.
final class Workspaces {
  private let maker: PlanMaker
  private let mainPlan: ExecutionPlan
  private let store: ParameterStore
  private let normalization: Normalization
  /// The bytes of the largest layer's gradient of a part; 0 if no gradients of parts are added up.
  private let gradientBytes: Int
  /// Whether each part of a training batch has a separate workspace.
  private let isPerPart: Bool
  private var narrow: [Workspace] = []
  /// Computes each part with all threads, for batches too small for lanes.
  private var wide: Workspace?
  private var partGradients: [PartGradients] = []

  init(
    _ maker: PlanMaker, _ mainPlan: ExecutionPlan, _ store: ParameterStore, _ gradients: BatchGradients?,
    _ normalization: Normalization
  ) {
    self.maker = maker
    self.mainPlan = mainPlan
    self.store = store
    self.normalization = normalization
    gradientBytes = gradients?.largestPartByteCount ?? 0
    isPerPart = !mainPlan.summingLayers.isEmpty
  }

  private var threads: ThreadPool { maker.backend.threads }

  private var all: [Workspace] { narrow + [wide].compactMap(\.self) }

  /// The plans of all workspaces.
  var plans: [ExecutionPlan] { all.flatMap(\.plans.values) }

  /// Bytes of activations.
  var byteCount: Int { all.reduce(0) { $0 + $1.byteCount } }

  /// The bytes of these that are kept from the forward to the backward pass.
  var keptByteCount: Int { all.count * mainPlan.keptByteCount }

  /// Bytes of the gradients of parts.
  var gradientByteCount: Int { partGradients.reduce(0) { $0 + $1.byteCount } }

  /// The plan that computes a part of a batch on a lane.
  func plan(for part: Int, of division: BatchDivision, lane: Int) -> ExecutionPlan? {
    let workspace = division.isWide ? wide : narrow[isPerPart ? part : lane]
    return workspace?.plans[division.count(ofPart: part)]
  }

  /// Makes whatever is still missing for computing a batch.
  func prepare(_ division: BatchDivision) throws {
    let last = division.parts - 1
    if division.isWide {
      let workspace = try wide ?? makeWorkspace()
      wide = workspace
      try prepare(workspace, for: 0, of: division)
      return try prepare(workspace, for: last, of: division)
    }
    let needed = isPerPart ? division.parts : min(threads.count, division.parts)
    while narrow.count < needed { narrow.append(try makeWorkspace()) }
    if isPerPart {
      for part in 0...last { try prepare(narrow[part], for: part, of: division) }
    } else {
      for workspace in narrow {
        try prepare(workspace, for: 0, of: division)
        try prepare(workspace, for: last, of: division)
      }
    }
  }

  private func makeWorkspace() throws -> Workspace {
    guard gradientBytes > 0 else { return Workspace(gradients: nil) }
    // Two per lane, so that a lane rarely waits for another that uses the same memory.
    if partGradients.count < 2 * threads.count {
      partGradients.append(try PartGradients(byteCount: gradientBytes))
    }
    return Workspace(gradients: partGradients[narrow.count % partGradients.count])
  }

  private func prepare(_ workspace: Workspace, for part: Int, of division: BatchDivision) throws {
    let count = division.count(ofPart: part)
    guard workspace.plans[count] == nil else { return }
    try workspace.add(
      makePlan(for: count, isWide: division.isWide), store, normalization: normalization)
  }

  /// The main plan if it fits and is not in use yet, otherwise a new one that shares as much of it as possible.
  private func makePlan(for count: Int, isWide: Bool) throws -> ExecutionPlan {
    if count == mainPlan.count && isWide == mainPlan.isWide && !mainPlan.isBound { return mainPlan }
    let first = isWide ? nil : narrow.lazy.compactMap { $0.plans[count] }.first
    return try maker.plan(for: count, isWide: isWide, sharingParametersWith: first ?? mainPlan)
  }

  /// Notifies the kernels that keep the parameters in another form, shared with all others, that they have changed.
  func showParameters(_ division: BatchDivision, _ profile: LaneProfile?) throws {
    (division.isWide ? threads : ThreadPool(count: 1)).makeCurrent()
    if division.isWide {
      try wide?.showParameters(store, on: maker.backend, division, profile)
    } else {
      for workspace in narrow { try workspace.showParameters(store, on: maker.backend, division, profile) }
    }
  }
}
