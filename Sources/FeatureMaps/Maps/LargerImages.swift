import Layers
import Tensors

extension ClassMapHead {
  /// Whether a map has more than one number, so that there is something to show.
  public var hasDetail: Bool { shape[1] * shape[2] > 1 }

  /// Finds an image size for which the maps have at least 4×4 numbers.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - image: The shape of an image, C×H×W.
  /// - Returns: The shape of an image whose sides are the smallest sufficient multiple, up to eight times, and its
  ///   maps; nil if there is none, as for a fully connected layer over all elements of the maps, which accepts one size
  ///   only.
  public static func larger(
    for model: Sequential, than image: Shape
  ) -> (image: Shape, head: ClassMapHead)? {
    (2...8).lazy.compactMap { factor -> (Shape, ClassMapHead)? in
      let larger: Shape = [image[0], factor * image[1], factor * image[2]]
      guard let layers = try? model.resolved(for: larger.batched(1)),
        let head = try? ClassMapHead(layers), head.rule != .weightedElements, head.shape[1] >= 4,
        head.shape[2] >= 4
      else { return nil }
      return (larger, head)
    }.first
  }
}
