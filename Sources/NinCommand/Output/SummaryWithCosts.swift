import NetworkInNetwork

/// A summary with the costs that were requested, as JSON.
struct SummaryWithCosts: Encodable {
  let summary: Summary
  let memory: MemoryTable?
  let time: TimeTable?

  private enum CodingKeys: CodingKey {
    case memory, time
  }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(memory, forKey: .memory)
    try container.encodeIfPresent(time, forKey: .time)
  }
}
