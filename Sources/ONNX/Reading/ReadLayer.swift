import Layers
import Operations
import Tensors

/// A layer that was read from a node, with the values of its parameters.
struct ReadLayer {
  /// The node's name.
  let name: String
  let layer: any OperationLayer
  /// The parameters by the last part of their names: `weight`, `running_mean`.
  let parameters: [(name: String, values: Tensor<Float>)]
  /// The scaling that it computes, if it is only that.
  var scaling: ChannelScaling?
}

extension ImportedNetwork {
  /// The threshold between scales for bytes and for numbers from 0 to 1, whose standard deviations are tens and below
  /// 1.
  private static let scaleOfBytes = 1.0 / 8

  /// Creates a model of layers.
  ///
  /// If all nodes are named like the layers of a model (`net.0.0`), as by ``ONNXFile/write(_:image:to:parameters:)``,
  /// the containers are restored from the names; otherwise the model is one flat sequence of layers.
  init(_ read: [ReadLayer], image: Shape, input: ArrayLayout, output: ArrayLayout) {
    let paths = read.map { path(ofLayer: $0.name) ?? [] }
    let nested = layers(read[...], paths, depth: 0)
    var parameters: [String: Tensor<Float>] = [:]
    for (index, entry) in read.enumerated() {
      let name = nested == nil ? "net.\(index)" : entry.name
      for parameter in entry.parameters {
        parameters["\(name).\(parameter.name)"] = parameter.values
      }
    }
    self.init(
      model: Sequential(nested ?? read.map(\.layer)), image: image, parameters: parameters, input: input,
      output: output,
      takesBytes: read.first?.scaling?.scale.allSatisfy { abs($0) < Self.scaleOfBytes } ?? false)
  }
}

/// The indices in a name such as `net.0.2`; nil for other names.
private func path(ofLayer name: String) -> [Int]? {
  let parts = name.split(separator: ".", omittingEmptySubsequences: false)
  let indices = parts.dropFirst().compactMap { Int($0) }
  guard (2...16).contains(parts.count), name == (["net"] + indices.map(String.init)).joined(separator: ".")
  else {
    return nil
  }
  return indices
}

/// The layers at one depth, with containers for deeper ones; nil if the indices are not 0, 1, 2 and so on.
private func layers(_ read: ArraySlice<ReadLayer>, _ paths: [[Int]], depth: Int) -> [any Layer]? {
  var result: [any Layer] = []
  var rest = read
  while let first = rest.indices.first {
    guard paths[first].count > depth, paths[first][depth] == result.count else { return nil }
    let group = rest.indices.prefix { index in
      paths[index].count > depth && paths[index][depth] == result.count
    }
    if paths[first].count == depth + 1 {
      guard group.count == 1 else { return nil }
      result.append(read[first].layer)
    } else {
      guard let children = layers(read[group], paths, depth: depth + 1) else { return nil }
      result.append(Sequential(children))
    }
    rest = rest[group.endIndex...]
  }
  return result
}
