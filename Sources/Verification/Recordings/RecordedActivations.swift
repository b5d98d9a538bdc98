import Layers
import Operations

/// The names of a recording's activations.
struct RecordedActivations {
  private let recording: any Recording
  private let layers: [ResolvedLayer]
  private let containers: [[String]]

  init(_ recording: any Recording, _ layers: [ResolvedLayer]) {
    self.recording = recording
    self.layers = layers
    containers = TensorName.containers(of: layers)
  }

  /// Whether the recording has a tensor.
  func has(_ name: String) -> Bool { recording.shape(of: name) != nil }

  /// The names that a recording may have for a layer's output: the layer's, its containers', the logits.
  func names(ofOutput index: Int) -> [String] {
    let names = ([layers[index].name] + containers[index]).map(TensorName.activation)
    return index + 1 == layers.count ? names + [TensorName.logits] : names
  }

  /// The name of the input of a layer after the first.
  ///
  /// - Throws: ``VerificationError`` if the recording lacks it.
  func input(of index: Int) throws -> String {
    guard let name = names(ofOutput: index - 1).first(where: has) else {
      throw VerificationError.missingTensor(
        name: layers[index - 1].name, reason: "the input of \(layers[index].name) is unknown")
    }
    return name
  }

  /// A replacement for the unrecorded input of a ReLU: its output, which has the same signs.
  func outputWithSigns(_ index: Int) -> String? {
    guard case .relu = layers[index].operation, index > 0, !names(ofOutput: index - 1).contains(where: has)
    else { return nil }
    return names(ofOutput: index).first(where: has)
  }
}
