import Backends
import Operations
import Tensors

extension Conformance {
  /// The same numbers give the same bits in repeated runs of a kernel, and in a new kernel.
  func checkRepeatability(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 4)
    let large = try ConvolutionGeometry(
      input: [5, 19, 23, 21], outputChannels: 35, window: SlidingWindow(kernel: 3, padding: 1))
    let features: [ShapeFeature] = [.notSquare, .groups, .batch(7)]
    var operations = [TensorOperation.convolution(large, activation: nil), shapes.dense()]
    for feature in features {
      operations += [
        shapes.convolution(with: feature), shapes.averagePooling(with: feature),
        shapes.maxPooling(with: feature),
      ]
    }
    operations.append(.batchNormalization(try BatchNormalizationGeometry(input: [5, 19, 23, 21])))
    operations.append(.sigmoid([5, 19, 23, 21]))
    for (index, operation) in zip(steps(operations.count, of: .repeatability), operations) {
      for precision in precisions {
        let trial = Trial(
          operation: operation, precision: precision, arrival: .fromConvolution, seed: seed, index: index)
        examine(trial, &report, compareRepeats)
      }
    }
  }

  private func compareRepeats(_ trial: Trial, _ report: inout CheckReport) throws {
    let kernelCase = trial.normals()
    let repeats = Array(repeating: kernelCase, count: size.repeats)
    guard let outcomes = outcomes(repeats, trial, &report) else { return }
    let anew = try harness.run(kernelCase)
    for (run, outcome) in (outcomes.dropFirst() + [anew]).enumerated() {
      for (again, first) in zip(outcome.tensors, outcomes[0].tensors) {
        report.count(first.values.elements, of: "\(trial.operation.name), \(first.role.rawValue)")
        guard let difference = Comparison.exact(again.values, first.values) else { continue }
        report.fail(
          "\(subject(trial)), \(first.role.rawValue)", "repeat \(run + 1) has other bits: \(difference)",
          difference)
        return
      }
    }
  }

  /// All operations that loop over threads, with 1 to 4 of them; races in weight gradients show here.
  ///
  /// Each number of threads runs a different quarter of the shapes, so that all four take as long as one.
  func checkThreadCounts(_ report: inout CheckReport) throws {
    guard let makeBackend else {
      return report.skip("the suite was not given a way to make the backend with another number of threads")
    }
    var quarter = size
    quarter.shapes = max(size.shapes / 4, min(size.shapes, ShapeFeature.allCases.count))
    for count in 1...4 {
      let circumstance = count == 1 ? "1 thread, " : "\(count) threads, "
      let other = Conformance(
        of: try makeBackend(ThreadPool(count: count)), seed: seed &+ UInt64(count), size: quarter,
        progress: { [progress] part in
          var part = part
          part.task = circumstance + part.task
          progress(part)
        })
      for check in Self.checksOfThreads {
        let part = other.run(check)
        report.addCounts(of: part)
        report.fail(part.failures.map { $0.prefixed(circumstance) })
      }
    }
  }

  private static let checksOfThreads: [Check] = [
    .exactIntegers, .randomNumbers, .dropoutMasks, .batchNormalization, .softmax, .sigmoid,
    .softmaxCrossEntropy,
    .gradientDescent, .adamW,
  ]
}
