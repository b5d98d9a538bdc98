import Backends
import Operations
import Tensors

/// One case of a check without its numbers, which come from the seed: small enough to print and to shrink.
struct Trial: Sendable, CustomStringConvertible {
  var operation: TensorOperation
  var precision = Precision.float32
  var use = KernelCase.Use.training
  var arrival = KernelCase.Arrival.plain
  var inPlace = false
  var parametersOfBatch: Int?
  /// The algorithm of a convolution; nil to use each of the backend's in turn.
  var algorithm: ConvolutionAlgorithm?
  /// The seed of the numbers, and the index of their sequence.
  let seed: UInt64
  let index: Int

  /// The trials of an operation in every precision, layout of the input and use.
  static func all(
    of operation: TensorOperation, _ precisions: [Precision],
    _ uses: [KernelCase.Use] = KernelCase.Use.allCases, seed: UInt64, index: Int
  ) -> [Trial] {
    precisions.flatMap { precision in
      KernelCase.Arrival.allCases.flatMap { arrival in
        uses.map { use in
          Trial(
            operation: operation, precision: precision, use: use, arrival: arrival, seed: seed, index: index)
        }
      }
    }
  }

  /// The trials that are simpler in one respect.
  var smaller: [Trial] {
    var plainer: [Trial] = []
    func add(if isPlainer: Bool, _ change: (inout Trial) -> Void) {
      guard isPlainer else { return }
      var trial = self
      change(&trial)
      plainer.append(trial)
    }
    add(if: arrival != .plain) { $0.arrival = .plain }
    add(if: inPlace) { $0.inPlace = false }
    add(if: parametersOfBatch != nil) { $0.parametersOfBatch = nil }
    add(if: use == .trainingAsFirstLayer) { $0.use = .training }
    return plainer
      + OperationNumbers(operation).smaller.map { operation in
        var trial = self
        trial.operation = operation
        return trial
      }
  }

  /// The case with small integers, different ones for each run.
  func integers(run: Int, in range: ClosedRange<Int> = -4...4) -> KernelCase {
    var numbers = RandomNumbers(seed: seed, index: 2 * index + run)
    return kernelCase(
      run: run, input: numbers.integers(operation.inputShape, in: range),
      parameters: operation.parameters.map { numbers.integers($0.shape, in: range) },
      outputGradient: numbers.integers(operation.outputShape, in: range))
  }

  /// The case with normally distributed numbers, rounded to the precision.
  func normals() -> KernelCase {
    var numbers = RandomNumbers(seed: seed, index: index)
    let type = precision.activationType
    return kernelCase(
      run: 0, input: numbers.normal(operation.inputShape).rounded(to: type),
      parameters: operation.parameters.map { numbers.normal($0.shape).rounded(to: type) },
      outputGradient: numbers.normal(operation.outputShape).rounded(to: type))
  }

  /// The case with an input in which no two elements are equal.
  func distinct() -> KernelCase {
    var numbers = RandomNumbers(seed: seed, index: index)
    return kernelCase(
      run: 0, input: numbers.distinct(operation.inputShape),
      parameters: operation.parameters.map { numbers.normal($0.shape) },
      outputGradient: numbers.normal(operation.outputShape))
  }

  private func kernelCase(
    run: Int, input: Tensor<Double>, parameters: [Tensor<Double>], outputGradient: Tensor<Double>
  ) -> KernelCase {
    // Only dropout may depend on the index in the batch, the step or the seed.
    let context = RunContext(
      isTraining: use != .prediction, seed: seed, step: index + run, firstImage: 3 * run)
    return KernelCase(
      operation, precision: precision, use: use, input: input, parameters: parameters,
      outputGradient: outputGradient, context: context, layerIndex: index % 8, arrival: arrival,
      inPlace: inPlace,
      parametersOfBatch: parametersOfBatch)
  }

  var description: String {
    let batch = parametersOfBatch.map { ", parameters laid out for a batch of \($0)" }
    return "\(operation.summary) \(precision.rawValue), \(use.rawValue), input \(arrival.rawValue)"
      + (inPlace ? ", in place" : "") + (batch ?? "")
  }
}
