import BackendConformance
import Backends
import Operations
import Tensors
import Testing

@Suite("A batch normalization that is wrong in parts of a batch is caught")
struct WrongBatchStatisticsTests {
  /// Expects that a mistake in the kernels of parts is found.
  private func expectFound(
    in symptoms: String, at location: SourceLocation = #_sourceLocation,
    _ mistake: @escaping @Sendable (inout FaultyStatistics) -> Void
  ) {
    expectCaught(by: .batchNormalization, symptoms, "in parts of", at: location) { backend in
      backend.kernel = { request in
        guard case .batchNormalization(let geometry) = request.operation else { return nil }
        let kernel = try Common.batchNormalization().function(request, geometry)
        guard let kernel = kernel as? any BatchStatisticsKernel else { return nil }
        var faulty = FaultyStatistics()
        mistake(&faulty)
        return FaultyStatisticsKernel(kernel, geometry, faulty)
      }
    }
  }

  @Test("without a mistake it passes, in parts too")
  func noMistake() {
    var backend = WrongBackend()
    backend.kernel = { request in
      guard case .batchNormalization(let geometry) = request.operation else { return nil }
      return try Common.batchNormalization().function(request, geometry)
    }
    let report = Conformance(of: backend).run(.batchNormalization)
    #expect(report.passed, "\(report)")
    #expect(!report.skipped.contains { $0.reason.contains("parts") })
  }

  @Test("a kernel that needs whole batches is skipped, and the report says so")
  func wholeBatches() {
    let report = Conformance(of: WrongBackend()).run(.batchNormalization)
    #expect(report.passed, "\(report)")
    #expect(report.skipped.contains { $0.reason.contains("parts") })
  }

  @Test("statistics of the part instead of the batch's")
  func ownStatistics() {
    expectFound(in: "output") { $0.sumsTaken = { statistic in statistic == .gradients ? .batch : .part } }
    // The kernels of all parts then update the running statistics, too.
    expectFound(in: "changed the state") { $0.changePass = { $0.hasBatchStatistics = false } }
  }

  @Test("a mean over the part's images where the batch's are summed")
  func ownImages() {
    expectFound(in: "output") { $0.images = { part, _ in part } }
  }

  @Test("an input gradient of the part's own sums")
  func ownGradientSums() {
    expectFound(in: "input gradient") {
      $0.sumsTaken = { statistic in statistic == .gradients ? .part : .batch }
    }
  }

  @Test("running statistics that every part updates, or none", arguments: [true, false])
  func stateUpdates(isUpdated: Bool) {
    expectFound(in: isUpdated ? "changed the state" : "running_mean") { $0.updatesState = isUpdated }
  }

  @Test("sums that lack precision")
  func shortSums() {
    expectFound(in: "farFromZero") { $0.changeSum = { $0 * (1 + 0x1p-10) } }
  }

  @Test("more sums than the kernel declares")
  func manySums() {
    expectFound(in: "more sums") { $0.extraSums = 1 }
  }
}

/// The mistakes of a kernel that computes parts of a batch.
private struct FaultyStatistics {
  enum Sums {
    case batch, part
  }

  /// The sums that are taken.
  var sumsTaken: (BatchStatistic) -> Sums = { _ in .batch }
  /// Changes a sum that is given.
  var changeSum: (Double) -> Double = { $0 }
  /// The number of sums in addition to those that it declares.
  var extraSums = 0
  /// Whether it updates the running statistics; nil to do what is requested.
  var updatesState: Bool?
  /// The number of images that it divides by, from those of the part and of the batch.
  var images: (_ part: Int, _ batch: Int) -> Int = { $1 }
  /// Changes the forward pass.
  var changePass: (inout RunContext) -> Void = { _ in }
}

private final class FaultyStatisticsKernel: BatchStatisticsKernel {
  private let kernel: any BatchStatisticsKernel
  private let geometry: BatchNormalizationGeometry
  private let faulty: FaultyStatistics
  private var own: [Double] = []

  init(
    _ kernel: any BatchStatisticsKernel, _ geometry: BatchNormalizationGeometry, _ faulty: FaultyStatistics
  ) {
    self.kernel = kernel
    self.geometry = geometry
    self.faulty = faulty
  }

  var requirements: KernelRequirements { kernel.requirements }
  var sumCount: Int { kernel.sumCount - faulty.extraSums }

  func bind(_ memory: KernelMemory) throws { try kernel.bind(memory) }
  func parametersChanged() throws { try kernel.parametersChanged() }

  func forward(_ context: RunContext) throws {
    var changed = context
    // It is correct for whole batches.
    if context.hasBatchStatistics { faulty.changePass(&changed) }
    try kernel.forward(changed)
  }

  func parameterGradients(_ context: RunContext) throws { try kernel.parameterGradients(context) }
  func inputGradient(_ context: RunContext) throws { try kernel.inputGradient(context) }

  func sum(_ statistic: BatchStatistic, into sums: UnsafeMutablePointer<Double>) {
    kernel.sum(statistic, into: sums)
    let count = statistic == .gradients ? 2 * geometry.channels : geometry.channels
    for index in 0..<count { sums[index] = faulty.changeSum(sums[index]) }
    own = (0..<count).map { sums[$0] }
  }

  func take(
    _ statistic: BatchStatistic, from sums: UnsafePointer<Double>, images: Int, updatesState: Bool
  ) {
    let updatesState = faulty.updatesState ?? updatesState
    switch faulty.sumsTaken(statistic) {
    case .batch:
      kernel.take(
        statistic, from: sums, images: faulty.images(geometry.batch, images), updatesState: updatesState)
    case .part: kernel.take(statistic, from: own, images: geometry.batch, updatesState: updatesState)
    }
  }
}
