import Layers
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The learning rate over the course of training (the book's section 12.11).
public struct LearningRateSchedule: Sendable, Equatable, Codable {
  /// The shape after the warm-up.
  public enum Shape: Sendable, Equatable {
    /// The peak rate throughout.
    case constant
    /// A linear decrease from the peak rate to 0 at the end.
    case linear
    /// The peak rate times a factor for every n completed epochs, including those of the warm-up.
    case step(epochs: Int, factor: Double)
    /// Half a cosine from the peak rate to 0 at the end (Loshchilov and Hutter, *SGDR*, 2017, without restarts).
    case cosine
    /// A rise from 1/25 of the peak rate over the first 30 %, and a fall to 1/250,000 of it at the last step, both half
    /// cosines: PyTorch's `OneCycleLR` with its defaults, except that momentum is constant (Smith and Topin,
    /// *Super-Convergence*, 2018).
    case oneCycle
  }

  /// The peak rate.
  public var peak: Double
  /// The number of steps over which the rate rises linearly to the peak, or to the start of the shape.
  public var warmUpSteps: Int
  /// The shape after the warm-up.
  public var shape: Shape

  /// Creates a schedule; by default the rate never changes.
  public init(peak: Double, warmUpSteps: Int = 0, shape: Shape = .constant) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.shape = shape
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case peak, warmUpSteps, shape
  }

  /// Reads a schedule; by default the peak is the book's, there is no warm-up, and the rate is constant.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    self.init(
      peak: try values.decodeIfPresent(Double.self, forKey: .peak) ?? Recipe.book.learningRate.peak,
      warmUpSteps: try values.decodeIfPresent(Int.self, forKey: .warmUpSteps) ?? 0,
      shape: try values.decodeIfPresent(Shape.self, forKey: .shape) ?? .constant)
  }

  /// The rate of one step.
  ///
  /// - Parameters:
  ///   - step: The number of steps before it.
  ///   - epochs: The total number of epochs.
  ///   - stepsPerEpoch: The number of steps per epoch.
  /// - Returns: The rate.
  public func rate(step: Int, epochs: Int, stepsPerEpoch: Int) -> Double {
    let remaining = max(epochs * stepsPerEpoch - warmUpSteps, 1)
    guard step >= warmUpSteps else {
      let start = peak * factor(step: 0, of: remaining, completeEpochs: 0)
      return start * Double(step + 1) / Double(warmUpSteps + 1)
    }
    return peak
      * factor(
        step: min(step - warmUpSteps, remaining), of: remaining, completeEpochs: step / max(stepsPerEpoch, 1))
  }

  /// The factor of the peak rate for a step after the warm-up.
  private func factor(step: Int, of steps: Int, completeEpochs: Int) -> Double {
    switch shape {
    case .constant: return 1
    case .linear: return Double(steps - step) / Double(steps)
    case .step(let epochs, let factor): return pow(factor, Double(completeEpochs / epochs))
    case .cosine: return Self.halfCosine(from: 1, to: 0, Double(step) / Double(steps))
    case .oneCycle:
      let (first, last) = (1.0 / 25, 1.0 / 250_000)
      let top = max(0.3 * Double(steps) - 1, 0), end = max(Double(steps) - 1, top)
      if Double(step) <= top { return Self.halfCosine(from: first, to: 1, top > 0 ? Double(step) / top : 1) }
      return Self.halfCosine(from: 1, to: last, min((Double(step) - top) / (end - top), 1))
    }
  }

  private static func halfCosine(from start: Double, to end: Double, _ progress: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * progress))
  }
}

extension LearningRateSchedule.Shape: Codable {
  /// The shapes without parameters, by name.
  private static let named: KeyValuePairs<String, Self> = [
    "constant": .constant, "linear": .linear, "cosine": .cosine, "one-cycle": .oneCycle,
  ]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case step
  }

  private enum StepKeys: String, CodingKey, CaseIterable {
    case epochs, factor
  }

  /// Reads a name, or `{"step": {"epochs": 30, "factor": 0.1}}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let name = try? container.decode(String.self) else {
      let shape = try decoder.strictContainer(CodingKeys.self)
      let numbers = try shape.superDecoder(forKey: .step).strictContainer(StepKeys.self)
      self = .step(
        epochs: try numbers.decode(Int.self, forKey: .epochs),
        factor: try numbers.decode(Double.self, forKey: .factor))
      return
    }
    guard let shape = Self.named.first(where: { $0.key == name })?.value else {
      let names = Self.named.map(\.key).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "unknown schedule \(name.quoted); available: \(names), step")
    }
    self = shape
  }

  /// Writes the form that is read.
  public func encode(to encoder: any Encoder) throws {
    if case .step(let epochs, let factor) = self {
      var container = encoder.container(keyedBy: CodingKeys.self)
      var numbers = container.nestedContainer(keyedBy: StepKeys.self, forKey: .step)
      try numbers.encode(epochs, forKey: .epochs)
      return try numbers.encode(factor, forKey: .factor)
    }
    var container = encoder.singleValueContainer()
    try container.encode(Self.named.first { $0.value == self }?.key)
  }
}
