import Backends
import Operations
import ReferenceBackend
import Tensors

/// Checks a backend against the reference, against mathematics and against PyTorch's rules.
///
/// The backend's declared limits are skipped, and the report lists them.
public struct Conformance: Sendable {
  /// What can be checked, each for itself.
  public enum Check: String, Sendable, CaseIterable {
    /// Small integers, for which every sum is exact, on generated shapes: equal to the reference bit for bit.
    case exactIntegers
    /// The same on NiN's own convolutions and poolings.
    case exactIntegersOfNiN
    /// Random float32 numbers against the reference in Double, within an ``ErrorBound``.
    case randomNumbers
    /// Gradients against finite differences, in float64.
    case finiteDifferences
    /// ⟨conv x, y⟩ = ⟨x, convᵀ y⟩ = ⟨w, ∂w⟩.
    case adjointness
    /// NaN and infinities in ReLU and max pooling.
    case hostileNumbers
    /// Softmax cross entropy, also with logits of ±10⁴.
    case softmaxCrossEntropy
    /// Dropout's mask from its definition, however the batch is divided.
    case dropoutMasks
    /// The rule of stochastic gradient descent over several steps, sums of gradients and of squares.
    case gradientDescent
  }

  let backend: any Backend
  let seed: UInt64
  let caseCount: Int
  let reference: KernelHarness
  let harness: KernelHarness

  /// Makes the suite for a backend.
  ///
  /// - Parameters:
  ///   - backend: The backend to check.
  ///   - seed: The seed of shapes and numbers; failures print it.
  ///   - caseCount: How many shapes are generated for each kind of operation.
  public init(of backend: any Backend, seed: UInt64 = 0, caseCount: Int = 12) {
    self.backend = backend
    self.seed = seed
    self.caseCount = caseCount
    harness = KernelHarness(backend)
    // One thread: the referee does not depend on the pool that is on trial with the backend.
    reference = KernelHarness(Reference(threads: ThreadPool(count: 1)))
  }

  /// Runs all checks.
  ///
  /// - Returns: Each check's report.
  public func run() -> [Check: ConformanceReport] {
    Dictionary(uniqueKeysWithValues: Check.allCases.map { ($0, run($0)) })
  }

  /// Runs one check.
  ///
  /// - Parameter check: The check.
  /// - Returns: What it found; what a backend throws is a failure.
  public func run(_ check: Check) -> ConformanceReport {
    var report = ConformanceReport()
    do {
      switch check {
      case .exactIntegers: try checkExactIntegers(&report)
      case .exactIntegersOfNiN: try checkExactIntegersOfNiN(&report)
      case .randomNumbers: try checkRandomNumbers(&report)
      case .finiteDifferences: try checkFiniteDifferences(&report)
      case .adjointness: try checkAdjointness(&report)
      case .hostileNumbers: try checkHostileNumbers(&report)
      case .softmaxCrossEntropy: checkSoftmaxCrossEntropy(&report)
      case .dropoutMasks: try checkDropoutMasks(&report)
      case .gradientDescent: try checkGradientDescent(&report)
      }
    } catch {
      report.fail("\(check.rawValue), seed \(seed)", "\(error)")
    }
    return report
  }

  /// Runs a case on the backend; nil where the backend declares that it cannot, which the report notes.
  func outcome(_ kernelCase: KernelCase, _ report: inout ConformanceReport) -> KernelOutcome? {
    let operation = kernelCase.operation
    if let limitation = backend.limitation(of: operation, precision: kernelCase.precision) {
      report.skip(limitation)
      return nil
    }
    do {
      let outcome = try harness.run(kernelCase)
      for defect in outcome.defects { report.fail(subject(kernelCase), defect) }
      return outcome
    } catch {
      report.fail(subject(kernelCase), "\(error)")
      return nil
    }
  }

  /// Says which case a failure belongs to, in one line.
  func subject(_ kernelCase: KernelCase) -> String {
    let place = kernelCase.inPlace ? ", in place" : ""
    return "\(backend.name), seed \(seed): \(kernelCase.operation) \(kernelCase.precision.rawValue), "
      + "input \(kernelCase.arrival)\(place)"
  }

  /// Notes whether a tensor is exactly what it should be.
  func expectEqual(
    _ actual: Tensor<Double>, _ expected: Tensor<Double>, _ subject: String, _ report: inout ConformanceReport
  ) {
    report.count(expected.elements)
    guard let difference = Comparison.exact(actual, expected) else { return }
    report.fail(subject, "\(difference)")
  }
}
