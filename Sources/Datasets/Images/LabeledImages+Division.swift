import Tensors

extension LabeledImages {
  /// The images in a random order; the bytes are not copied.
  ///
  /// - Parameter seed: The seed, which determines the order.
  /// - Returns: The images, with their labels.
  public func shuffled(seed: UInt64) -> LabeledImages {
    var numbers = PhiloxGenerator(seed: seed, purpose: .split, index: 1)
    return selecting(Shuffle.order(count: count, using: &numbers))
  }

  /// Divides the images at random into two parts; the bytes are not copied.
  ///
  /// Each part keeps the order of its images. A recipe's validation split divides the training images in the same way.
  ///
  /// ```swift
  /// let (training, test) = try images.split(fraction: 0.2, seed: 0)
  /// ```
  ///
  /// - Parameters:
  ///   - fraction: The share that is held out, more than 0 and less than 1, rounded to whole images.
  ///   - seed: The seed, which determines the division.
  /// - Returns: The remaining images and the held-out ones.
  /// - Throws: ``DatasetError`` if one of the parts would be empty.
  public func split(
    fraction: Double, seed: UInt64
  ) throws -> (remaining: LabeledImages, heldOut: LabeledImages) {
    let heldOut = (Double(count) * fraction).rounded()
    guard heldOut >= 1, heldOut < Double(count) else {
      throw DatasetError.invalidArgument(
        name: "fraction",
        reason: "a fraction of \(fraction) of \(counted(count, "image")) leaves one of the two parts empty")
    }
    var numbers = PhiloxGenerator(seed: seed, purpose: .split, index: 0)
    let order = Shuffle.order(count: count, using: &numbers)
    let parts = [order.dropFirst(Int(heldOut)), order.prefix(Int(heldOut))].map { selecting($0.sorted()) }
    return (parts[0], parts[1])
  }
}
