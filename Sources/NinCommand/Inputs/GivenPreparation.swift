import ArgumentParser
import NetworkInNetwork

/// The preparation of images and the classes' names given by options; nil if not given.
struct GivenPreparation {
  var mean: [Double]?
  var deviation: [Double]?
  var classNames: [String]?
  /// Whether the command has an option for the names.
  var takesClassNames = false

  /// Whether it includes a normalization.
  var normalizes: Bool { mean != nil || deviation != nil }

  /// The end of a notice about a file that does not name its classes; empty if the names are given or not needed.
  var classesHint: String {
    takesClassNames && classNames == nil ? "; --classes FILE gives the names of its classes" : ""
  }

  /// A normalization with the given numbers replaced.
  ///
  /// - Parameters:
  ///   - known: The network's normalization, or the default.
  ///   - channels: The network's number of channels.
  /// - Returns: The normalization.
  /// - Throws: `ValidationError` if it has neither one number nor one per channel.
  func normalization(over known: Normalization, channels: Int) throws -> Normalization {
    for (option, numbers) in [("--mean", mean), ("--deviation", deviation)] {
      guard let count = numbers?.count, count != 1, count != channels else { continue }
      throw ValidationError(
        "\(option) has \(counted(count, "number")), but the network takes images of "
          + "\(counted(channels, "channel")); give one number, or one per channel")
    }
    return Normalization(mean: mean ?? known.mean, deviation: deviation ?? known.deviation)
  }

  /// A network's description with the given values replaced.
  ///
  /// - Parameter description: The network's description.
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
      throw ValidationError(
        "--classes has \(counted(classNames.count, "name")), but the network has \(counted(outputs, "output"))"
      )
    }
    completed.classNames = classNames
    return completed
  }
}
