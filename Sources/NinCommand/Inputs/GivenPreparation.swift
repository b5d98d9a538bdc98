import ArgumentParser
import NetworkInNetwork

/// What options say of the preparation of images and of the classes' names; nil where they say nothing.
struct GivenPreparation {
  var mean: [Double]?
  var deviation: [Double]?
  var classNames: [String]?

  /// Whether it says how pixels become numbers.
  var normalizes: Bool { mean != nil || deviation != nil }

  /// A normalization, with what is given in the place of what is known.
  ///
  /// - Parameters:
  ///   - known: What the network's file says, or what is usual without it.
  ///   - channels: The channels that the network takes.
  /// - Returns: The normalization.
  /// - Throws: `ValidationError` if it has neither one number nor one a channel.
  func normalization(over known: Normalization, channels: Int) throws -> Normalization {
    for (option, numbers) in [("--mean", mean), ("--deviation", deviation)] {
      guard let count = numbers?.count, count != 1, count != channels else { continue }
      throw ValidationError(
        "\(option) has \(count) numbers, and the network takes images of \(channels) "
          + "\(channels == 1 ? "channel" : "channels"); give one number, or one a channel")
    }
    return Normalization(mean: mean ?? known.mean, deviation: deviation ?? known.deviation)
  }

  /// A network's description, with what is given in the place of what is known.
  ///
  /// - Parameter description: What the network's file says.
  /// - Returns: The description.
  /// - Throws: `ValidationError` if the numbers do not fit the channels, or the names the network's outputs.
  func completing(_ description: CheckpointDescription) throws -> CheckpointDescription {
    var completed = description
    completed.normalization = try normalization(
      over: description.normalization, channels: description.image[0])
    guard let classNames else { return completed }
    let layers = try description.model.resolved(for: description.image.batched(1))
    let outputs = layers.last?.operation.outputShape.extents.dropFirst().first ?? 0
    guard classNames.count == outputs else {
      throw ValidationError("--classes has \(classNames.count) names, and the network has \(outputs) outputs")
    }
    completed.classNames = classNames
    return completed
  }
}
