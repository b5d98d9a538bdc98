import Backends
import Layers
import Operations
import Tensors

/// Makes a network's execution plans, for any number of images.
struct PlanMaker {
  let model: Sequential
  /// The shape of one image.
  let image: Shape
  let backend: any Backend
  let options: NetworkOptions

  /// Makes a plan for a number of images.
  ///
  /// - Throws: As `ExecutionPlan`.
  func plan(
    for count: Int, isWide: Bool, sharingParametersWith earlier: ExecutionPlan? = nil
  ) throws -> ExecutionPlan {
    let input = image.batched(count)
    return try ExecutionPlan(
      model.resolved(for: input), input: input, backend: backend, options: options, isWide: isWide,
      sharingParametersWith: earlier)
  }

  /// The rules by which batches are divided, or stay whole if a kernel needs that, and the plan for the first part of a
  /// batch of the usual size.
  ///
  /// - Throws: ``NetworkError`` if a kernel needs whole batches and the options have a smaller micro-batch; otherwise as
  ///   `ExecutionPlan`.
  func mainPlan(of layers: [ResolvedLayer]) throws -> (BatchCutting, ExecutionPlan) {
    let cutting = BatchCutting(of: layers, options)
    let plan = try firstPlan(cutting)
    guard options.isTraining,
      let mixing = plan.layers.first(where: { $0.operation.mixesImages && $0.statisticsKernel == nil })
    else { return (cutting, plan) }
    let usual = options.batchSizes[0]
    if let microBatch = options.microBatch, microBatch < usual {
      throw NetworkError.invalidArgument(
        name: "microBatch",
        reason:
          "\(mixing.name): training on \(backend.name) needs the whole batch at once: a micro-batch of \(microBatch) is "
          + "less than the \(usual) images of a batch")
    }
    let whole = BatchCutting(of: layers, options, needsWholeBatches: true)
    return (whole, try firstPlan(whole))
  }

  private func firstPlan(_ cutting: BatchCutting) throws -> ExecutionPlan {
    let division = cutting.division(of: options.batchSizes[0], isTraining: options.isTraining)
    return try plan(for: division.count(ofPart: 0), isWide: division.isWide)
  }
}
