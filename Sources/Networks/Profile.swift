/// Where the time of a network goes: added up per layer and kind of work while ``Network/profile`` is set.
///
/// Adding up allocates nothing, and a network without a profile asks once a pass of a layer whether there is one.
public final class Profile {
  /// What is done for one layer.
  public enum LayerWork: Int, CaseIterable, Sendable {
    case forward, activationGradient, parameterGradients, inputGradient
    /// Adding a micro-batch's gradients to the batch's.
    case accumulation
    /// Rebuilding what the kernel keeps of its parameters in another form.
    case repacking
  }

  /// What is done for the network as a whole.
  public enum NetworkWork: Int, CaseIterable, Sendable {
    case inputConversion
    /// Setting the batch's gradients to zero.
    case clearing
    case loss, update
    /// Bringing the output into the numbers that are read from outside, its gradient back, and a prediction's
    /// result out.
    case outputConversion
  }

  private var layerTimes: [Duration]
  private var networkTimes = Array(repeating: Duration.zero, count: NetworkWork.allCases.count)

  /// Makes an empty profile of a network.
  public init(of network: Network) {
    layerTimes = Array(repeating: .zero, count: network.layers.count * LayerWork.allCases.count)
  }

  /// The time that the work of one of ``Network/layers`` has taken so far.
  public subscript(layer: PreparedLayer, work: LayerWork) -> Duration {
    layerTimes[layer.position * LayerWork.allCases.count + work.rawValue]
  }

  /// The time that the network's work has taken so far.
  public subscript(work: NetworkWork) -> Duration {
    networkTimes[work.rawValue]
  }

  /// Sets all times to zero.
  public func reset() {
    for index in layerTimes.indices { layerTimes[index] = .zero }
    for index in networkTimes.indices { networkTimes[index] = .zero }
  }

  fileprivate func add(_ time: Duration, _ layer: PreparedLayer, _ work: LayerWork) {
    layerTimes[layer.position * LayerWork.allCases.count + work.rawValue] += time
  }

  fileprivate func add(_ time: Duration, _ work: NetworkWork) {
    networkTimes[work.rawValue] += time
  }
}

extension Optional where Wrapped == Profile {
  /// Runs a layer's work, and notes its time if there is a profile.
  @inline(__always)
  func measure(_ layer: PreparedLayer, _ work: Profile.LayerWork, _ body: () throws -> Void) rethrows {
    guard let self else { return try body() }
    let start = ContinuousClock.now
    try body()
    self.add(start.duration(to: .now), layer, work)
  }

  /// Runs the network's work, and notes its time if there is a profile.
  @inline(__always)
  func measure<Result>(_ work: Profile.NetworkWork, _ body: () throws -> Result) rethrows -> Result {
    guard let self else { return try body() }
    let start = ContinuousClock.now
    let result = try body()
    self.add(start.duration(to: .now), work)
    return result
  }
}
