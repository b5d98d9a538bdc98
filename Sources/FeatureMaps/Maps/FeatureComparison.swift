/// The activations of one layer on two backends.
public struct FeatureComparison: Equatable, Sendable {
  /// The first backend's.
  public let first: LayerFeatures
  /// The second backend's.
  public let second: LayerFeatures
  /// The first minus the second, map by map.
  public let differences: [Plane]

  /// Compares the activations of the same layer.
  ///
  /// - Parameters:
  ///   - first: The first backend's.
  ///   - second: The second backend's.
  /// - Precondition: They have the same number of maps of the same size.
  public init(_ first: LayerFeatures, _ second: LayerFeatures) {
    precondition(first.maps.count == second.maps.count, "features of different layers")
    self.first = first
    self.second = second
    differences = zip(first.maps, second.maps).map { $0.minus($1) }
  }

  /// Whether all differences are finite numbers.
  public var areFinite: Bool { differences.allSatisfy { $0.values.allSatisfy(\.isFinite) } }

  /// The largest absolute difference; 0 if the backends agree.
  public var largestDifference: Double { differences.map(\.largestMagnitude).max() ?? 0 }

  /// The largest absolute activation of both.
  public var largestActivation: Double {
    (first.maps + second.maps).map(\.largestMagnitude).max() ?? 0
  }

  /// The factor by which the difference is magnified in drawings; nil if there is no difference.
  public var magnification: Double? {
    largestDifference > 0 ? largestActivation / largestDifference : nil
  }
}
