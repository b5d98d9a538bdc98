import Layers
import Operations
import Tensors
import Testing

@Suite("Parameter distributions")
struct ParameterDistributionTests {
  private let specification: ParameterSpecification

  init() throws {
    let layers = try NiN(classes: 10).resolved(for: [1, 1, 224, 224])
    specification = try #require(layers.first { $0.name == "net.2.0" }?.operation.parameters.first)
  }

  private func values(_ distribution: ParameterDistribution, seed: UInt64 = 3, index: Int = 0) -> [Double] {
    let initialization = Initialization(weights: distribution)
    return initialization.values(for: specification, name: "weight", index: index, seed: seed).elements.map(
      Double.init)
  }

  private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance.squareRoot())
  }

  @Test("fans are counted as PyTorch counts them")
  func fans() {
    #expect(specification.fanIn == 96 * 25)
    #expect(specification.fanOut == 256 * 25)
  }

  @Test(
    "uniform ones fill their interval evenly",
    arguments: [
      (ParameterDistribution.glorotUniform, (6.0 / (2400 + 6400)).squareRoot()),
      (.heUniform, (6.0 / 2400).squareRoot()),
      (.fanInUniform, 1 / 2400.0.squareRoot()),
    ])
  func uniform(distribution: ParameterDistribution, bound: Double) {
    let values = values(distribution)
    let (mean, deviation) = moments(values)
    #expect(values.allSatisfy { abs($0) <= bound })
    #expect((values.max() ?? 0) > 0.999 * bound)
    #expect(abs(mean) < 0.01 * bound)
    #expect(abs(deviation * 3.0.squareRoot() / bound - 1) < 0.01)
  }

  @Test("LeCun's has variance 1 / fan in after truncation")
  func lecun() {
    let values = values(.lecunNormal)
    let (mean, deviation) = moments(values)
    let expected = 1 / 2400.0.squareRoot()
    #expect(abs(mean) < 0.01 * expected)
    #expect(abs(deviation / expected - 1) < 0.01)
    #expect(values.allSatisfy { abs($0) <= 2.0001 * expected / 0.8796 })
  }

  @Test("a parameter with a constant has it")
  func constants() {
    let initialization = Initialization(constants: ["net.2.0.weight": 0.5])
    let lifted = initialization.values(for: specification, name: "net.2.0.weight", index: 0, seed: 0)
    #expect(lifted.elements.allSatisfy { $0 == 0.5 })
  }

  @Test("each seed and parameter has its own random numbers, the same each time")
  func streams() {
    let first = values(.heUniform)
    #expect(first == values(.heUniform))
    #expect(first != values(.heUniform, seed: 4))
    #expect(first != values(.heUniform, index: 1))
    #expect(values(.zeros).allSatisfy { $0 == 0 })
  }
}
