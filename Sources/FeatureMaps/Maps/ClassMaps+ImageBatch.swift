import Networks

extension ClassMaps {
  /// Computes the maps of some images.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - network: The network.
  ///   - head: The network's head.
  /// - Returns: The maps of each image.
  /// - Throws: The errors of the backend's library; `NetworkError` if the images do not have the network's shape, or the
  ///   head belongs to a different network.
  public static func all(
    for images: ImageBatch, by network: Network, head: ClassMapHead
  ) throws -> [ClassMaps] {
    try network.requireImages(images.shape)
    return try images.withPixels { try all(for: $0, count: images.shape[0], by: network, head: head) } ?? []
  }
}
