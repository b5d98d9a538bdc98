import NetworkInNetwork

extension Network {
  /// Requires images of the kind that the network was trained on; only reports different class names.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - names: The names of the network's classes, if known.
  /// - Throws: `NetworkError` if the numbers of channels or of classes differ.
  func requireFit(_ images: LabeledImages, names: [String]) throws {
    guard images.channels == image[0] else {
      throw NetworkError.unsuitableInput(
        reason:
          "the data is \(Self.kind(images.channels)), but the network takes \(Self.kind(image[0])) images")
    }
    guard let classes else { return }
    guard images.classNames.count == classes else {
      let unknown = names.isEmpty ? nil : images.classNames.first { !names.contains($0) }
      throw NetworkError.unsuitableInput(
        reason: "the data has \(counted(images.classNames.count, "class")), but the network has \(classes)"
          + (unknown.map { ", without \($0.quoted)" } ?? "")
          + "; was it trained on other data?"
          + (names.isEmpty ? "" : " Its classes: \(names.joined(separator: ", ").onOneLine(atMost: 400))"))
    }
    guard !names.isEmpty, let index = names.indices.first(where: { names[$0] != images.classNames[$0] })
    else {
      return
    }
    Log.warning(
      "the data's class names differ from the network's: class \(index) is \(images.classNames[index].quoted) in the data, "
        + "\(names[index].quoted) in the network")
  }

  private static func kind(_ channels: Int) -> String {
    switch channels {
    case 1: "gray (1 channel)"
    case 3: "RGB (3 channels)"
    default: "of \(channels) channels"
    }
  }
}
