import Backends
import Operations
import Tensors

extension Conformance {
  /// Small integers: all products and sums are exact in float32, in any order, so every backend gives the same bits as
  /// the reference in Double (the method of oneDNN's benchdnn).
  ///
  /// In bfloat16 the exact sum is rounded once where activations and input gradients are stored, ties to even;
  /// the gradients of weights and biases stay exact.
  func checkExactIntegers(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed)
    for operation in try ShortRows.convolutions() + StridedPointwise.convolutions() {
      for trial in trials(of: operation, index: 0) { examine(trial, &report, compareExactly) }
    }
    for index in steps(size.shapes, of: .exactIntegers) {
      let feature = ShapeFeature.inTurn(index)
      let convolution = shapes.convolution(with: feature)
      var operations = [
        convolution, shapes.tiledConvolution(), shapes.maxPooling(with: feature), shapes.dense(),
      ]
      operations += [.relu(shapes.images()), .flatten(shapes.images())]
      if index == 0 { operations += [.relu([7, 33]), .relu([2, 19, 47, 41])] }
      if case .convolution(let geometry, _) = convolution, backend.canFuse(.relu, into: convolution) {
        operations.append(.convolution(geometry, activation: .relu))
      }
      for operation in operations {
        for trial in trials(of: operation, index: index) { examine(trial, &report, compareExactly) }
      }
    }
    checkNotVacuous(&report)
  }

  func checkExactIntegersOfNetworks(_ report: inout CheckReport) throws {
    let operations = try NetworkShapes.all()
    for (index, operation) in zip(steps(operations.count, of: .exactIntegersOfNetworks), operations) {
      guard operation.multiplyAccumulates <= size.largestNetworkShape else {
        report.skip("\(operation.summary) is only checked at a larger size of the suite")
        continue
      }
      for trial in trials(ofNetworkShape: operation, index: index) {
        examine(trial, &report) { trial, report in
          try compareExactly([trial.integers(run: 0)], trial, &report)
        }
      }
    }
    checkNotVacuous(&report)
  }

  /// The trials of a network's operation: in training, and for small shapes in prediction with the ReLU that follows.
  private func trials(ofNetworkShape operation: TensorOperation, index: Int) -> [Trial] {
    let algorithms: [ConvolutionAlgorithm?] =
      if case .convolution(let geometry, _) = operation { algorithms(for: geometry) } else { [nil] }
    return precisions.flatMap { precision in
      algorithms.flatMap { algorithm in
        let trained = Trial(
          operation: operation, precision: precision, algorithm: algorithm, seed: seed, index: index)
        guard operation.multiplyAccumulates <= 1 << 26 else { return [trained] }
        var predicted = trained
        (predicted.use, predicted.arrival) = (.prediction, .fromConvolution)
        if case .convolution(let geometry, _) = operation, backend.canFuse(.relu, into: operation) {
          predicted.operation = .convolution(geometry, activation: .relu)
        }
        return [trained, predicted]
      }
    }
  }

  /// The ways in which networks run an operation.
  private func trials(of operation: TensorOperation, index: Int) -> [Trial] {
    precisions.flatMap { precision in
      var trials = (0..<4).map { _ in
        Trial(operation: operation, precision: precision, seed: seed, index: index)
      }
      trials[1].arrival = .fromConvolution
      trials[1].inPlace = true
      trials[2].use = .trainingAsFirstLayer
      trials[2].parametersOfBatch = 5
      trials[3].use = .prediction
      trials[3].arrival = .fromConvolution
      return trials
    }
  }

  /// Two runs of one kernel on different numbers, so that leftovers of the first show in the second.
  private func compareExactly(_ trial: Trial, _ report: inout CheckReport) throws {
    var cases = [trial.integers(run: 0), trial.integers(run: 1)]
    for run in cases.indices where cases[run].parameters.count > 1 {
      // Biases are float32 in every precision; these have one more bit than a bfloat16.
      cases[run].parameters[1] = cases[run].parameters[1].map { $0 + 0x1p-9 }
    }
    try compareExactly(cases, trial, &report)
  }

  private func compareExactly(_ cases: [KernelCase], _ trial: Trial, _ report: inout CheckReport) throws {
    guard let outcomes = outcomes(cases, trial, &report) else { return }
    for (kernelCase, actual) in zip(cases, outcomes) {
      // Transforms with fractions are not exact for integers.
      if actual.algorithm?.relativeError != nil {
        try expectWithinBound(actual, kernelCase, trial, &report)
        continue
      }
      let expected = try reference.run(kernelCase.inDouble)
      for (actual, expected) in zip(actual.tensors, expected.tensors) {
        expectEqual(actual, expected.values, trial, &report)
      }
    }
  }

  /// Checks that the comparison means something: at most three in four elements of each kind of tensor may be zeros.
  ///
  /// Input gradients legitimately have more, because strides skip elements and only the largest element of a window
  /// gets a gradient; at least 2 % of them must be nonzero.
  private func checkNotVacuous(_ report: inout CheckReport) {
    for (kind, share) in report.shares {
      let largest = kind.hasSuffix(ComputedTensor.Role.inputGradient.rawValue) ? 0.98 : 0.75
      guard Double(share.zeros) > largest * Double(share.compared) else { continue }
      report.fail(
        "\(backend.name), seed \(seed)",
        "\(share.zeros) of \(share.compared) elements compared are zeros: \(kind)")
    }
  }
}
