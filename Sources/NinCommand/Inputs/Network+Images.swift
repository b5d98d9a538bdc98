import NetworkInNetwork

extension Network {
  /// Requires that images are such as the network was trained on; says so if only the names of classes differ.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - names: The names of the network's classes, if they are known.
  /// - Throws: `NetworkError` if the numbers of channels or of classes differ.
  func requireFit(_ images: LabeledImages, names: [String]) throws {
    guard images.channels == image[0] else {
      throw NetworkError(
        "the data are \(Self.kind(images.channels)), and the network takes \(Self.kind(image[0])) images")
    }
    guard let classes else { return }
    guard images.classNames.count == classes else {
      let unknown = names.isEmpty ? nil : images.classNames.first { !names.contains($0) }
      throw NetworkError(
        "the data have \(images.classNames.count) classes, and the network has \(classes)"
          + (unknown.map { ", among which \($0.quoted) is not" } ?? "")
          + "; are these the data that it was trained on?")
    }
    guard !names.isEmpty, let index = names.indices.first(where: { names[$0] != images.classNames[$0] })
    else {
      return
    }
    Log.warning(
      "the data's classes have other names than the network's: class \(index) is \(images.classNames[index]) "
        + "and not \(names[index])")
  }

  private static func kind(_ channels: Int) -> String {
    switch channels {
    case 1: "gray (1 channel)"
    case 3: "RGB (3 channels)"
    default: "of \(channels) channels"
    }
  }
}
