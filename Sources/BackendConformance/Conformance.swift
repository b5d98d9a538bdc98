import Backends
import Operations
import ReferenceBackend
import Tensors

/// Checks a backend against the reference, against mathematics and against PyTorch's rules.
///
///     let report = Conformance(of: MyBackend(threads: .automatic)) { MyBackend(threads: $0) }.run()
///     print(report)                // every check, what it ran, what was skipped and why, what failed and where
///     precondition(report.passed)  // or #expect(report.passed, "\(report)"), or XCTAssert(report.passed)
///
/// Cases that the backend declares as a limitation (``Backends/Backend/limitation(of:precision:)``) are skipped, as the
/// report states. All others are run in float32 and, if the backend supports it, in bfloat16.
///
/// Shapes and numbers are generated from the seed. A failing case is shrunk: its batch, channels, plane, kernel and so
/// on are reduced as long as it still fails, and the report prints the smallest.
public struct Conformance: Sendable {
  let backend: any Backend
  let makeBackend: (@Sendable (ThreadPool) throws -> any Backend)?
  let seed: UInt64
  let size: ConformanceSize
  let reference: ReferenceResults
  let harness: KernelHarness
  let progress: @Sendable (ConformanceProgress) -> Void

  /// Creates the suite for a backend.
  ///
  /// - Parameters:
  ///   - backend: The backend to check.
  ///   - seed: The seed of shapes and numbers; failures print it.
  ///   - size: The amount of testing.
  ///   - makeBackend: Creates the same backend with another number of threads; nil to skip the check of thread counts.
  ///   - progress: Called often, with the progress of the checks.
  public init(
    of backend: any Backend, seed: UInt64 = 0, size: ConformanceSize = .standard,
    makeBackend: (@Sendable (_ threads: ThreadPool) throws -> any Backend)? = nil,
    progress: @escaping @Sendable (ConformanceProgress) -> Void = { _ in }
  ) {
    self.backend = backend
    self.makeBackend = makeBackend
    self.seed = seed
    self.size = size
    self.progress = progress
    harness = KernelHarness(backend)
    // The reference gives the same bits with any number of threads.
    reference = ReferenceResults(KernelHarness(Reference(threads: backend.threads)))
  }

  /// Runs all checks.
  ///
  /// - Parameter observe: Called with each check's report as soon as it has run.
  /// - Returns: The results.
  public func run(observe: (CheckReport) -> Void = { _ in }) -> ConformanceReport {
    let checks = Check.allCases.map { check in
      let report = run(check)
      observe(report)
      return report
    }
    return ConformanceReport(backend: backend.name, seed: seed, checks: checks)
  }

  /// Runs one check.
  ///
  /// - Parameter check: The check.
  /// - Returns: The result; an error thrown by the backend is a failure.
  public func run(_ check: Check) -> CheckReport {
    var report = CheckReport(check)
    progress(ConformanceProgress(task: check.title, done: 0, total: 1))
    do {
      switch check {
      case .exactIntegers: try checkExactIntegers(&report)
      case .exactIntegersOfNetworks: try checkExactIntegersOfNetworks(&report)
      case .randomNumbers: try checkRandomNumbers(&report)
      case .finiteDifferences: try checkFiniteDifferences(&report)
      case .adjointness: try checkAdjointness(&report)
      case .unusedBorders: try checkUnusedBorders(&report)
      case .reorders: try checkReorders(&report)
      case .nonFiniteActivations: try checkNonFiniteActivations(&report)
      case .nonFiniteSums: try checkNonFiniteSums(&report)
      case .softmaxCrossEntropy: try checkSoftmaxCrossEntropy(&report)
      case .softmax: try checkSoftmax(&report)
      case .sigmoid: try checkSigmoid(&report)
      case .batchNormalization: try checkBatchNormalization(&report)
      case .dropoutMasks: try checkDropoutMasks(&report)
      case .gradientDescent: try checkGradientDescent(&report)
      case .adamW: try checkAdamW(&report)
      case .repeatability: try checkRepeatability(&report)
      case .threadCounts: try checkThreadCounts(&report)
      }
    } catch {
      report.fail("\(backend.name), seed \(seed)", "\(error)")
    }
    return report
  }

  /// The precisions that networks are trained and run in; float64 is for the finite differences of the reference.
  var precisions: [Precision] { [.float32, .bfloat16] }

  /// Runs cases on one kernel of the backend; nil if it declares a limitation, which the report notes.
  func outcomes(_ cases: [KernelCase], _ trial: Trial, _ report: inout CheckReport) -> [KernelOutcome]? {
    guard isPossible(trial, &report) else { return nil }
    report.countCase()
    do {
      let algorithm = algorithm(of: trial)
      let outcomes = try harness.run(
        cases.map { kernelCase in
          var kernelCase = kernelCase
          kernelCase.algorithm = algorithm
          return kernelCase
        })
      if let algorithm, let declared = outcomes.first?.algorithm, declared != algorithm {
        report.fail(subject(trial), "it declares the algorithm \(declared) where \(algorithm) was requested")
      }
      for defect in outcomes.flatMap(\.defects) { report.fail(subject(trial), defect) }
      return outcomes
    } catch {
      report.fail(subject(trial), "\(error)")
      return nil
    }
  }

  /// Whether the backend has to compute a trial; the report notes a declared limitation.
  func isPossible(_ trial: Trial, _ report: inout CheckReport) -> Bool {
    if let limitation = backend.limitation(of: trial.operation, precision: trial.precision) {
      report.skip(limitation)
      return false
    }
    guard backend.information.precisions.contains(trial.precision) else {
      report.fail(
        subject(trial),
        "\(trial.precision.rawValue) is not among its precisions, yet it declares no limitation")
      return false
    }
    return true
  }

  /// The backend's algorithms for a convolution.
  func algorithms(for geometry: ConvolutionGeometry) -> [ConvolutionAlgorithm] {
    backend.table.convolution.map(\.key).filter { $0.limitation(of: geometry) == nil }
  }

  /// The algorithm to request: the trial's, or, if several can compute the convolution, each in turn; nil if there is
  /// only one.
  ///
  /// Features of shapes repeat as well, so the turn advances by one after each round of features; otherwise a feature
  /// would always get the same algorithm.
  private func algorithm(of trial: Trial) -> ConvolutionAlgorithm? {
    guard case .convolution(let geometry, _) = trial.operation else { return nil }
    let algorithms = algorithms(for: geometry)
    guard algorithms.count > 1 else { return nil }
    if let algorithm = trial.algorithm, algorithms.contains(algorithm) { return algorithm }
    let turn = trial.index + trial.index / ShapeFeature.allCases.count
    return algorithms[turn % algorithms.count]
  }

  /// Runs one case on the backend; nil if it declares a limitation, which the report notes.
  func outcome(_ kernelCase: KernelCase, _ trial: Trial, _ report: inout CheckReport) -> KernelOutcome? {
    outcomes([kernelCase], trial, &report)?.first
  }

  /// Says which case a failure belongs to, in one line.
  func subject(_ trial: Trial) -> String {
    "\(backend.name), seed \(seed): \(trial)"
  }

  /// Notes whether a tensor equals the expected one exactly.
  func expectEqual(
    _ actual: ComputedTensor, _ expected: Tensor<Double>, _ trial: Trial, _ report: inout CheckReport
  ) {
    report.count(expected.elements, of: "\(trial.operation.name), \(actual.role.rawValue)")
    let expected = expected.rounded(to: actual.elementType)
    guard let difference = Comparison.exact(actual.values, expected) else { return }
    report.fail("\(subject(trial)), \(actual.role.rawValue)", "\(difference)", difference)
  }
}
