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

  /// The reason that a file's metadata does not fit its network, as a predicate about the file; nil if it does.
  ///
  /// - Parameters:
  ///   - imported: The network.
  ///   - isSizeGiven: Whether the caller replaces the size of images.
  /// - Returns: The reason.
  /// - Throws: `LayerError` if the layers do not fit the network's image.
  func problem(for imported: ImportedNetwork, isSizeGiven: Bool) throws -> String? {
    guard resize == nil || resizeMethod != nil else {
      let methods = ResizeMethod.allCases.map(\.rawValue.quoted).joined(separator: ", ")
      return "has metadata nin.resize \((resize ?? "").quoted); expected one of \(methods)"
    }
    let image = imported.image
    guard image.rank == 3 else { return nil }
    for (key, numbers) in [("nin.mean", mean), ("nin.deviation", deviation)]
    where ![1, image[0]].contains(numbers.count) {
      return "has metadata \(key) of \(counted(numbers.count, "number")), but its images have "
        + "\(counted(image[0], "channel")); expected one number, or one per channel"
    }
    let actual = PixelSize(height: image[1], width: image[2])
    if let imageSize, imageSize != actual, !isSizeGiven {
      return "has metadata nin.size \(size), but its images are \(actual)"
    }
    let output = try imported.model.resolved(for: image.batched(1)).last?.operation.outputShape
    let outputs = output?.extents.dropFirst().first ?? 1
    guard classNames.isEmpty || classNames.count == outputs else {
      return "has metadata nin.classes of \(counted(classNames.count, "name")), but the network has "
        + "\(counted(outputs, "output"))"
    }
    return nil
  }
}
