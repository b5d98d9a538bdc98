import AllocationCounting
import TestSupport
import Testing

/// In the steady state, runs of a network do not request memory in our code; requests of libraries are printed.
@Suite("A network in the steady state allocates nothing", .countsAllocations, .optimized)
struct NetworkAllocationTests {
  @Test("in training steps", arguments: TestedBackends.names, SteadyNetwork.Architecture.allCases)
  func training(backend: String, architecture: SteadyNetwork.Architecture) throws {
    let counts = try SteadyNetwork(architecture, on: backend).trainingSteps()
    expectNothing(of: counts, "training \(architecture.rawValue)", on: backend)
  }

  @Test(
    "in steps of AdamW, with a moving average", arguments: TestedBackends.names,
    SteadyNetwork.Architecture.allCases)
  func adamW(backend: String, architecture: SteadyNetwork.Architecture) throws {
    let counts = try SteadyNetwork(architecture, on: backend).adamWSteps()
    expectNothing(of: counts, "training \(architecture.rawValue) by AdamW", on: backend)
  }

  @Test(
    "in steps with a custom rule and a custom loss", arguments: TestedBackends.names,
    SteadyNetwork.Architecture.allCases)
  func custom(backend: String, architecture: SteadyNetwork.Architecture) throws {
    let counts = try SteadyNetwork(architecture, on: backend).customSteps()
    expectNothing(of: counts, "training \(architecture.rawValue) by one's own rule", on: backend)
  }

  @Test("in evaluations", arguments: TestedBackends.names, SteadyNetwork.Architecture.allCases)
  func evaluation(backend: String, architecture: SteadyNetwork.Architecture) throws {
    let counts = try SteadyNetwork(architecture, on: backend).evaluations()
    expectNothing(of: counts, "evaluating \(architecture.rawValue)", on: backend)
  }

  @Test("in predictions", arguments: TestedBackends.names, SteadyNetwork.Architecture.allCases)
  func prediction(backend: String, architecture: SteadyNetwork.Architecture) throws {
    let counts = try SteadyNetwork(architecture, on: backend).predictions()
    expectNothing(of: counts, "predicting with \(architecture.rawValue)", on: backend)
  }

  @Test(
    "in bf16", .enabled(if: TestedBackends.haveBfloat16, "bf16 needs the dnnl backend and AVX-512"),
    arguments: SteadyNetwork.Architecture.allCases)
  func bfloat16(architecture: SteadyNetwork.Architecture) throws {
    let network = try SteadyNetwork(architecture, on: "dnnl", precision: .bfloat16)
    let name = "\(architecture.rawValue) in bf16"
    expectNothing(of: try network.trainingSteps(), "training \(name)", on: "dnnl")
    expectNothing(of: try network.evaluations(), "evaluating \(name)", on: "dnnl")
    expectNothing(of: try network.predictions(), "predicting with \(name)", on: "dnnl")
  }
}
