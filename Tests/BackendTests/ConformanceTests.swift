import BackendConformance
import Backends
import Operations
import Tensors
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
#if DNNL
  import DNNLBackend
#endif

@Suite("Every backend conforms", .serialized)
struct ConformanceTests {
  @Test("in every check", arguments: TestedBackends.names, Conformance.Check.allCases)
  func conforms(backend: String, check: Conformance.Check) throws {
    let backend = try TestedBackends.make(backend)
    let report = Conformance(
      of: backend, makeBackend: { try TestedBackends.make(backend.name, threads: $0.count) }
    )
    .run(check)
    // What was run and what was skipped is printed even if nothing fails.
    print("\(backend.name): \(report)")
    #expect(report.passed, "\(backend.name): \(report)")
  }

  /// A backend that replaces nothing.
  private struct Wrapper: BackendWrapper {
    let base: any Backend
    var name: String { "wrapped" }
    var table: OperationTable { base.table }
  }

  @Test(
    "in a wrapper too", arguments: TestedBackends.names,
    [Conformance.Check.exactIntegers, .reorders, .threadCounts])
  func wrapped(backend: String, check: Conformance.Check) throws {
    let wrapper = Wrapper(base: try TestedBackends.make(backend))
    let report = Conformance(
      of: wrapper, makeBackend: { Wrapper(base: try TestedBackends.make(backend, threads: $0.count)) }
    )
    .run(check)
    #expect(report.passed, "\(backend): \(report)")
  }

  @Test("has a row for each operation in its table", arguments: TestedBackends.names)
  func table(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    for kind in TensorOperation.Kind.allCases {
      let lines = backend.table.lines(of: kind)
      #expect(!lines.isEmpty, "\(kind)")
      #expect(lines.allSatisfy { $0.operation.hasPrefix(kind.rawValue) && !$0.summary.isEmpty }, "\(lines)")
    }
    #expect(Set(backend.table.lines.map(\.operation)).count == backend.table.lines.count)
  }

  @Test(
    "creates a convolution by the requested algorithm, and rejects others",
    arguments: TestedBackends.names)
  func algorithms(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    let geometry = try ConvolutionGeometry(
      input: [2, 3, 9, 8], outputChannels: 4, window: SlidingWindow(kernel: 3))
    var request = KernelRequest(
      operation: .convolution(geometry, activation: nil), input: Layout(plain: [2, 3, 9, 8], .float32),
      precision: .float32, isTraining: true, needsInputGradient: true, layerIndex: 0,
      threads: backend.threads)
    for (algorithm, _) in backend.table.convolution {
      request.algorithm = algorithm
      #expect(try backend.makeKernel(for: request).requirements.algorithm == algorithm)
    }
    request.algorithm = ConvolutionAlgorithm(rawValue: "unknown")
    let error = #expect(throws: BackendError.self) { try backend.makeKernel(for: request) }
    guard case .unsupportedAlgorithm(let available, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(available == backend.table.convolution.map(\.key))
  }

  #if DNNL
    @Test("dnnl with AVX2 instructions only, in a separate process")
    func dnnlWithAVX2() async {
      // oneDNN reads the variable once, when it is first used.
      await #expect(processExitsWith: .success) {
        setenv("DNNL_MAX_CPU_ISA", "AVX2", 1)
        let backend = try DNNL(threads: ThreadPool(count: 2))
        #expect(backend.information.instructionSet.contains("AVX2"))
        let report = Conformance(of: backend).run()
        print(report)
        #expect(report.passed, "\(report)")
      }
    }
  #endif
}
