import Layers
import Operations
import Tensors
import Testing
import Training

/// The first parameters are held against 1,001 quantiles of the framework's by a Kolmogorov–Smirnov test.
///
/// The frameworks' samples are of N values (11,616 to 884,736 weights, 9,600 to 38,400 biases), ours of M: a whole layer, from
/// so many seeds that M is about 200,000 or more. Equal distributions fail with a probability of 1e-9 at most, once for
/// all, since the seeds are fixed: the distance may be 3.27·√(1/N + 1/M), which is 0.0049 for the 884,736 weights of net.4.0
/// and 0.031 for the 11,616 of net.0.0. By the inequality of Dvoretzky, Kiefer and Wolfowitz, a distribution whose function
/// departs anywhere by more than twice that, and 0.001 between quantiles, passes with a probability of 1e-9
/// at most. At net.4.0 that is a departure of 0.011: a uniform distribution whose bound is wrong by 2.2 % has it.
@Suite("The first parameters of a tab")
struct TabWeightsTests {
  private static let layers = ["net.0.0", "net.2.2", "net.4.0"]
  private static let probability = 1e-9

  private func specification(_ layer: String, _ role: String, _ tab: Tab) throws -> ParameterSpecification {
    let resolved = try tab.choice(ModelChoice(.nin)).model(classes: 10).resolved(for: [1, 1, 224, 224])
    let parameters = try #require(resolved.first { $0.name == layer }).operation.parameters
    return try #require(parameters.first { ($0.role == .weight) == (role == "weight") })
  }

  private func sample(
    _ initialization: Initialization, _ specification: ParameterSpecification
  ) -> [Double] {
    let seeds = max(200_000 / specification.shape.elementCount, 1)
    return (0..<seeds).flatMap { seed in
      initialization.values(for: specification, name: "", index: 0, seed: UInt64(seed)).elements.map(
        Double.init)
    }
  }

  private func test(_ name: String, _ golden: TabGolden) throws -> KolmogorovSmirnov {
    let samples: [String: Int] = try golden.value("samples")
    return KolmogorovSmirnov(
      quantiles: try golden.elements("quantiles.\(name)"), count: try #require(samples[name]))
  }

  @Test("have the distribution of the framework's", arguments: Tab.allCases, layers)
  func weights(tab: Tab, layer: String) throws {
    let test = try test("\(layer).weight", TabGolden(tab))
    let sample = try sample(tab.initialization, specification(layer, "weight", tab))
    let distance = test.distance(to: sample)
    #expect(distance < test.bound(sampleCount: sample.count, probability: Self.probability))
    let (least, greatest) = (try #require(sample.min()), try #require(sample.max()))
    // The ends of bounded distributions, which the distance hardly sees.
    #expect(abs(least / test.quantiles[0] - 1) < 0.02 && abs(greatest / test.quantiles[1000] - 1) < 0.02)
  }

  @Test("have the framework's biases", arguments: Tab.allCases, layers)
  func biases(tab: Tab, layer: String) throws {
    let test = try test("\(layer).bias", TabGolden(tab))
    let sample = try sample(tab.initialization, specification(layer, "bias", tab))
    guard tab == .pytorch else {
      #expect(test.quantiles.allSatisfy { $0 == 0 } && sample.allSatisfy { $0 == 0 })
      return
    }
    #expect(test.distance(to: sample) < test.bound(sampleCount: sample.count, probability: Self.probability))
  }

  /// Uniform and normal distributions that a mistake in a fan, a bound or the truncation would make, all of layer net.4.0.
  private enum Wrong: String, CaseIterable, Sendable {
    case fanInUniform, heUniform, boundTooLarge, boundTooSmall, deviationTooSmall, notTruncated, ofOtherTab

    func sample(_ tab: Tab, _ specification: ParameterSpecification, right: [Double]) -> [Double] {
      switch self {
      case .fanInUniform: values(.fanInUniform, specification)
      case .heUniform: values(.heUniform, specification)
      case .boundTooLarge: right.map { $0 * 1.04 }
      case .boundTooSmall: right.map { $0 / 1.04 }
      // A truncated normal distribution whose own deviation is that of the untruncated one.
      case .deviationTooSmall: right.map { $0 * 0.8796 }
      case .notTruncated: normal(specification, count: right.count)
      case .ofOtherTab: values(tab == .jax ? .glorotUniform : .lecunNormal, specification)
      }
    }

    private func values(_ distribution: ParameterDistribution, _ specification: ParameterSpecification)
      -> [Double]
    {
      Initialization(weights: distribution).values(for: specification, name: "", index: 0, seed: 0).elements
        .map(Double.init)
    }

    private func normal(_ specification: ParameterSpecification, count: Int) -> [Double] {
      var generator = PhiloxGenerator(seed: 0, purpose: .initialization, index: 0)
      return (0..<count).map { _ in generator.nextNormal() / Double(specification.fanIn).squareRoot() }
    }
  }

  @Test("with a wrong distribution are rejected", arguments: Tab.allCases)
  func rejection(tab: Tab) throws {
    let test = try test("net.4.0.weight", TabGolden(tab))
    let specification = try specification("net.4.0", "weight", tab)
    let right = sample(tab.initialization, specification)
    let bound = test.bound(sampleCount: right.count, probability: Self.probability)
    for wrong in Wrong.allCases {
      let sample = wrong.sample(tab, specification, right: right)
      #expect(test.distance(to: sample) > bound, "\(wrong.rawValue)")
    }
  }
}
