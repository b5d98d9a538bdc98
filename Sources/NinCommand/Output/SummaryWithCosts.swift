import NetworkInNetwork

/// A summary with the costs that were requested, as JSON.
struct SummaryWithCosts: Encodable {
  private let summary: Summary
  private let intensity: IntensityOfUses
  private let memory: MemoryTable?
  private let time: TimeTable?

  init(_ subject: SummarySubject, _ recipe: Recipe, memory: MemoryTable?, time: TimeTable?) {
    summary = subject.summary
    intensity = IntensityOfUses(
      subject, images: recipe.batchSize, recipe.computation.precision ?? .float32)
    self.memory = memory
    self.time = time
  }

  private enum CodingKeys: String, CodingKey {
    case flop, memory, time
    case intensity = "flop_per_byte"
  }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(2 * summary.macs, forKey: .flop)
    try container.encode(intensity, forKey: .intensity)
    try container.encodeIfPresent(memory, forKey: .memory)
    try container.encodeIfPresent(time, forKey: .time)
  }
}

/// The arithmetic intensity of a network in each use, as JSON.
struct IntensityOfUses: Encodable {
  private let training: Double
  private let prediction: Double

  init(_ subject: SummarySubject, images: Int, _ precision: Precision) {
    training = subject.operationsPerByte(images: images, precision: precision, isTraining: true)
    prediction = subject.operationsPerByte(images: images, precision: precision, isTraining: false)
  }
}
