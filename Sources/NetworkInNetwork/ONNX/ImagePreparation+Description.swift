extension ImagePreparation {
  /// The preparation of a network's images, for the metadata of a model.
  ///
  /// - Parameter description: The network.
  public init(_ description: CheckpointDescription) {
    self.init(
      size: Array(description.image.extents.suffix(2)), mean: description.normalization.mean,
      deviation: description.normalization.deviation, resize: (description.resize ?? .pillow).rawValue,
      classNames: description.classNames)
  }

  /// Height and width of the model's images; nil if they are unknown.
  public var imageSize: PixelSize? {
    size.count == 2 ? PixelSize(height: size[0], width: size[1]) : nil
  }

  /// The resizing method; nil if it is unknown, or is not one of this package's.
  public var resizeMethod: ResizeMethod? { resize.flatMap(ResizeMethod.init) }

  /// The normalization of bytes.
  public var normalization: Normalization { Normalization(mean: mean, deviation: deviation) }
}
