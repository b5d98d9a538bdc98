import Layers
import Tensors

/// A scale and a shift for each channel: the sum of additions and multiplications by constants.
struct ChannelScaling {
  /// One for each channel.
  var scale: [Double]
  /// One for each channel.
  var shift: [Double]

  /// The combination of this scaling with another one that follows.
  func followed(by next: ChannelScaling) -> ChannelScaling {
    ChannelScaling(
      scale: zip(scale, next.scale).map { $0 * $1 },
      shift: shift.indices.map { shift[$0] * next.scale[$0] + next.shift[$0] })
  }

  /// The same scaling of another number of channels; nil unless it is by the same numbers for all.
  func ofAnyChannels(_ count: Int) -> ChannelScaling? {
    guard let factor = scale.first, let offset = shift.first, scale.allSatisfy({ $0 == factor }),
      shift.allSatisfy({ $0 == offset })
    else { return nil }
    return ChannelScaling(
      scale: Array(repeating: factor, count: count), shift: Array(repeating: offset, count: count))
  }

  /// A layer that computes it.
  func layer(named name: String) -> ReadLayer {
    let step = step
    return ReadLayer(
      name: name, layer: step.layer,
      parameters: zip(["weight", "bias"], step.parameters).map { (name: $0, values: $1) }
        + step.state.map { (name: $0, values: $1) }, scaling: self)
  }

  /// A batch normalization that computes it, with a mean of 0 and a variance of 1.
  var step: Step {
    let epsilon = 1e-5
    let shape: Shape = [scale.count]
    return Step(
      layer: BatchNorm2D(epsilon: epsilon),
      parameters: [
        Tensor(shape: shape, elements: scale.map { Float($0) }),
        Tensor(shape: shape, elements: shift.map { Float($0) }),
      ],
      state: [
        "running_mean": Tensor(shape: shape, repeating: 0),
        "running_var": Tensor(shape: shape, repeating: Float(1 - epsilon)),
      ], scaling: self)
  }
}

extension ChannelScaling {
  /// A dense layer that computes it on rows, which batch normalization does not take: its weight is a diagonal matrix.
  fileprivate var diagonal: Step {
    let count = scale.count
    var weight = Tensor<Float>(shape: [count, count], repeating: 0)
    for index in 0..<count { weight.elements[index * count + index] = Float(scale[index]) }
    return Step(
      layer: Dense(count),
      parameters: [weight, Tensor(shape: [count], elements: shift.map { Float($0) })])
  }
}

extension LayerChain {
  /// The longest rows that are scaled by a layer of their own, whose weight has as many numbers squared.
  private static let maximumScaledRow = 2048

  /// Scales the channels: folded into the weights of a preceding convolution or dense layer, or else as a layer.
  mutating func scale(_ value: ImageValue, by scaling: ChannelScaling, name: String) throws -> ImageValue {
    guard padding == nil, let last = layers.last else {
      return try appendScaling(scaling, to: value, name: name)
    }
    try requireFewScalings(of: last)
    if let scaled = last.scaled(by: scaling) {
      replaceLast(scaled)
    } else if let before = last.scaling {
      replaceLast(before.followed(by: scaling).layer(named: last.name))
    } else {
      return try appendScaling(scaling, to: value, name: name)
    }
    return value
  }

  private mutating func appendScaling(
    _ scaling: ChannelScaling, to value: ImageValue, name: String
  ) throws -> ImageValue {
    switch shape.rank {
    case 4:
      try requireFewScalings(of: scaling.scale.count)
      try append(scaling.step, name: name)
    case 2 where !layers.isEmpty:
      guard scaling.scale.count <= Self.maximumScaledRow else {
        throw ONNXError(
          "it adds to or multiplies rows of \(scaling.scale.count) numbers; up to \(Self.maximumScaledRow) are supported, "
            + "except right after a dense layer")
      }
      try requireFewScalings(of: scaling.scale.count * scaling.scale.count)
      try append(scaling.diagonal, name: name)
    default:
      throw ONNXError("it adds to or multiplies \(shape); this is only supported after a layer, or on images")
    }
    return value
  }
}

extension ReadLayer {
  /// The same layer with its outputs scaled; nil if it has no weights.
  fileprivate func scaled(by scaling: ChannelScaling) -> ReadLayer? {
    guard let weight = parameters.first(where: { $0.name == "weight" })?.values else { return nil }
    let layer: any OperationLayer
    switch self.layer {
    case var convolution as Conv2D:
      convolution.hasBias = true
      layer = convolution
    case var dense as Dense:
      dense.hasBias = true
      layer = dense
    default: return nil
    }
    let outputs = weight.shape[0]
    let bias = parameters.first { $0.name == "bias" }?.values.elements ?? Array(repeating: 0, count: outputs)
    let size = weight.elements.count / outputs
    let isScaled = scaling.scale.contains { $0 != 1 }
    let weights =
      isScaled
      ? weight.elements.indices.map { Float(Double(weight.elements[$0]) * scaling.scale[$0 / size]) }
      : weight.elements
    let biases = bias.indices.map { Float(Double(bias[$0]) * scaling.scale[$0] + scaling.shift[$0]) }
    return ReadLayer(
      name: name, layer: layer,
      parameters: [
        (name: "weight", values: Tensor(shape: weight.shape, elements: weights)),
        (name: "bias", values: Tensor(shape: [outputs], elements: biases)),
      ])
  }
}
