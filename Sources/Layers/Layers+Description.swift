import Operations

/// An initializer call as written in Swift, without arguments that have their default values.
private struct InitializerCall: CustomStringConvertible {
  let type: String
  private var arguments: [String] = []

  init(_ type: String) { self.type = type }

  func adding<Value: Equatable>(
    _ label: String? = nil, _ value: Value, default usual: Value? = nil,
    as text: (Value) -> String = { "\($0)" }
  ) -> InitializerCall {
    guard value != usual else { return self }
    var call = self
    call.arguments.append((label.map { "\($0): " } ?? "") + text(value))
    return call
  }

  var description: String { "\(type)(\(arguments.joined(separator: ", ")))" }
}

extension Extent2D {
  fileprivate var code: String { height == width ? "\(height)" : "Extent2D(\(height), \(width))" }
}

extension Padding {
  fileprivate var code: String {
    let sides = [("top", top), ("bottom", bottom), ("left", left), ("right", right)]
    guard Set(sides.map(\.1)).count > 1 else { return "\(top)" }
    return "Padding(\(sides.filter { $0.1 != 0 }.map { "\($0): \($1)" }.joined(separator: ", ")))"
  }
}

extension Sequential: CustomStringConvertible {
  /// The model as Swift source, one layer per line.
  public var description: String {
    guard !layers.isEmpty else { return "Sequential()" }
    let lines = layers.map { "  " + "\($0)".split(separator: "\n").joined(separator: "\n  ") }
    return "Sequential(\n\(lines.joined(separator: ",\n"))\n)"
  }

  /// The model as Swift source, on one line unless a custom layer's description has several.
  package var line: String {
    "Sequential(\(layers.map { ($0 as? Sequential)?.line ?? "\($0)" }.joined(separator: ", ")))"
  }
}

extension Conv2D: CustomStringConvertible {
  /// The layer as written in Swift.
  public var description: String {
    InitializerCall("Conv2D").adding(nil, channels).adding("kernel", kernel, as: \.code)
      .adding("stride", stride, default: 1, as: \.code).adding("padding", padding, default: 0, as: \.code)
      .adding("dilation", dilation, default: 1, as: \.code).adding("groups", groups, default: 1)
      .adding("hasBias", hasBias, default: true)
      .adding("activation", activation.map { ".\($0)" } ?? "nil", default: "nil").description
  }
}

extension Dense: CustomStringConvertible {
  /// The layer as written in Swift.
  public var description: String {
    InitializerCall("Dense").adding(nil, features).adding("hasBias", hasBias, default: true).description
  }
}

extension MaxPool2D: CustomStringConvertible {
  /// The layer as written in Swift.
  public var description: String {
    InitializerCall("MaxPool2D").adding("kernel", kernel, as: \.code)
      .adding("stride", stride, default: kernel, as: \.code).adding(
        "padding", padding, default: 0, as: \.code
      )
      .adding("dilation", dilation, default: 1, as: \.code).adding("roundsUp", roundsUp, default: false)
      .description
  }
}

extension AvgPool2D: CustomStringConvertible {
  /// The layer as written in Swift.
  public var description: String {
    InitializerCall("AvgPool2D").adding("kernel", kernel, as: \.code)
      .adding("stride", stride, default: kernel, as: \.code).adding(
        "padding", padding, default: 0, as: \.code
      )
      .adding("dilation", dilation, default: 1, as: \.code).adding("roundsUp", roundsUp, default: false)
      .adding("countsPadding", countsPadding, default: true).description
  }
}

extension Dropout: CustomStringConvertible {
  /// The layer as written in Swift.
  public var description: String {
    InitializerCall("Dropout").adding(nil, probability).description
  }
}

extension BatchNorm2D: CustomStringConvertible {
  /// The layer as written in Swift.
  public var description: String {
    InitializerCall("BatchNorm2D").adding("epsilon", epsilon, default: 1e-5)
      .adding("momentum", momentum, default: 0.1).description
  }
}
