import ArgumentParser
import NetworkInNetwork

/// Rejects options whose numbers are less than 1.
func requirePositive(_ options: [(name: String, value: Int?)]) throws {
  for (name, value) in options {
    if let value, value < 1 { throw ValidationError("\(name) is \(value); it must be at least 1") }
  }
}

/// Rejects invalid numbers of an update rule.
func requireRule(learningRate: Double?, momentum: Double?, weightDecay: Double?) throws {
  if let learningRate, !(learningRate >= 0 && learningRate.isFinite) {
    throw ValidationError("--learning-rate is \(learningRate); it must be a finite number of at least 0")
  }
  if let momentum, !(0..<1).contains(momentum) {
    throw ValidationError("--momentum is \(momentum); it must be at least 0 and less than 1")
  }
  if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
    throw ValidationError("--weight-decay is \(weightDecay); it must be a finite number of at least 0")
  }
}

/// Adds the smallest possible size to the error of an image that is too small.
///
/// - Parameters:
///   - error: The error of the layer that the image does not fit.
///   - model: The network.
///   - name: The network's name.
///   - channels: The channels of the image.
///   - imageSize: Its height and width.
/// - Returns: The error with the hint, or unchanged if the image is not too small.
func withSmallestImage(
  _ error: LayerError, model: Sequential, name: String, channels: Int, imageSize: Int
) -> any Error {
  guard let smallest = model.smallestImage(channels: channels), smallest > imageSize else { return error }
  return NetworkError.unsuitableInput(
    reason: "\(error); the smallest image for \(name) is \(smallest)×\(smallest)")
}
