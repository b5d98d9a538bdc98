import NetworkInNetwork

/// Adds to the error of an image that is too small how small it may be.
///
/// - Parameters:
///   - error: Which layer the image does not fit.
///   - model: The network.
///   - name: What the network is called.
///   - channels: The channels of the image.
///   - imageSize: Its height and width.
/// - Returns: The error with the hint, or as it was if the image is not too small.
func withSmallestImage(
  _ error: LayerError, model: Sequential, name: String, channels: Int, imageSize: Int
) -> any Error {
  guard let smallest = model.smallestImage(channels: channels), smallest > imageSize else { return error }
  return NetworkError("\(error); the smallest image for \(name) is \(smallest)×\(smallest)")
}
