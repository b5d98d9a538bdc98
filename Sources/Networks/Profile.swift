/// The time of a network, added up per layer and kind of work while ``Network/profile`` is set.
///
/// Work done by lanes in parallel counts as the time of all of them divided by their number, so that the times add up
/// to that of the step.
///
/// Adding up allocates nothing, and without a profile the cost is one check per pass of a layer.
package final class Profile {
  /// The work for one layer.
  package enum LayerWork: Int, CaseIterable, Sendable {
    case forward, activationGradient, parameterGradients, inputGradient
    /// Adding a part's gradients to the batch's.
    case accumulation
    /// Rebuilding the kernel's copies of its parameters in another form.
    case repacking
  }

  /// The work for the network as a whole.
  package enum NetworkWork: Int, CaseIterable, Sendable {
    case inputConversion, loss, update
    /// Reordering the output into the form that is read from outside and its gradient back, and copying out
    /// predictions.
    case outputReorder
  }

  private let layerCount: Int
  private let laneCount: Int
  /// The layers' times, then the network's, for each lane; a lane writes only its own part.
  private let times: UnsafeMutableBufferPointer<Duration>

  init(layerCount: Int, laneCount: Int) {
    self.layerCount = layerCount
    self.laneCount = laneCount
    times = .allocate(
      capacity: laneCount * (layerCount * LayerWork.allCases.count + NetworkWork.allCases.count))
    times.initialize(repeating: .zero)
  }

  deinit {
    times.deallocate()
  }

  /// The time that the work of one of ``Network/layers`` has taken so far.
  package subscript(layer: PreparedLayer, work: LayerWork) -> Duration {
    sum(offset(layer, work))
  }

  /// The time that the network's work has taken so far.
  package subscript(work: NetworkWork) -> Duration {
    sum(offset(work))
  }

  /// Sets all times to zero.
  package func reset() {
    times.update(repeating: .zero)
  }

  private func offset(_ layer: PreparedLayer, _ work: LayerWork) -> Int {
    layer.position * LayerWork.allCases.count + work.rawValue
  }

  private func offset(_ work: NetworkWork) -> Int {
    layerCount * LayerWork.allCases.count + work.rawValue
  }

  private func sum(_ offset: Int) -> Duration {
    stride(from: offset, to: times.count, by: times.count / laneCount).reduce(.zero) { $0 + times[$1] }
  }

  fileprivate func add(_ time: Duration, _ lane: LaneProfile, _ layer: PreparedLayer, _ work: LayerWork) {
    times[lane.lane * (times.count / laneCount) + offset(layer, work)] += time / lane.laneCount
  }

  fileprivate func add(_ time: Duration, _ lane: LaneProfile, _ work: NetworkWork) {
    times[lane.lane * (times.count / laneCount) + offset(work)] += time / lane.laneCount
  }
}

/// A lane's part of the profile.
struct LaneProfile {
  fileprivate let profile: Profile
  fileprivate let lane: Int
  /// The number of lanes that work in parallel.
  fileprivate let laneCount: Int

  /// - Returns: nil without a profile.
  init?(_ profile: Profile?, lane: Int = 0, of laneCount: Int = 1) {
    guard let profile else { return nil }
    self.profile = profile
    self.lane = lane
    self.laneCount = laneCount
  }
}

extension Optional where Wrapped == LaneProfile {
  /// Runs a layer's work, and notes its time if there is a profile.
  @inline(__always)
  func measure(_ layer: PreparedLayer, _ work: Profile.LayerWork, _ body: () throws -> Void) rethrows {
    guard let self else { return try body() }
    let start = ContinuousClock.now
    try body()
    self.profile.add(start.duration(to: .now), self, layer, work)
  }

  /// Runs the network's work, and notes its time if there is a profile.
  @inline(__always)
  func measure<Result>(_ work: Profile.NetworkWork, _ body: () throws -> Result) rethrows -> Result {
    guard let self else { return try body() }
    let start = ContinuousClock.now
    let result = try body()
    self.profile.add(start.duration(to: .now), self, work)
    return result
  }
}
