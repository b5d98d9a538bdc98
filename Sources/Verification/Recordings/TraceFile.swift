import Backends
import Networks
import Tensors

/// A trace in a `.safetensors` file, from any program.
///
/// The names are ``TensorName``'s; those of a bare `nn.Sequential`, which lack `net.`, are accepted as well.
public struct TraceFile: Recording {
  /// The path of the file.
  public var name: String { file.path }
  /// The precision it was computed in.
  public let precision: Precision
  /// The plan that computed it, if the file says.
  public var plan: NetworkPlan? { file.metadata["plan"].flatMap(NetworkPlan.init(rawValue:)) }
  /// The names of all tensors in the file.
  public var names: [String] { file.names }
  /// The names of all tensors, with `net.` added if the file omits it.
  public var fullNames: [String] { file.names.map(Self.fullName) }
  /// The metadata of the file.
  public var metadata: [String: String] { file.metadata }
  private let file: SafetensorsFile
  private let stored: [String: String]

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - precision: The precision it was computed in, if the file does not say; at least the stored
  ///     precision.
  /// - Throws: `FileError` if the file is damaged.
  public init(path: String, precision: Precision) throws {
    let file = try SafetensorsFile(path: path)
    let told = file.metadata["precision"].flatMap(Precision.init(rawValue:)) ?? precision
    let stored = Dictionary(file.names.map { (Self.fullName($0), $0) }) { first, _ in first }
    let types = try stored.filter { Self.isComputed($0.key) }.map { try file.elementType(of: $0.value) }
    self.precision = types.map(Self.precision).reduce(told) { $0.unitRoundoff > $1.unitRoundoff ? $0 : $1 }
    self.file = file
    self.stored = stored
  }

  /// The algorithm of a convolution, if the file says.
  public func algorithm(ofLayer name: String) -> ConvolutionAlgorithm? {
    file.metadata[Self.algorithmKey + name].map(ConvolutionAlgorithm.init(rawValue:))
  }

  /// The prefix of the key of a layer's algorithm.
  private static let algorithmKey = "algorithm."

  /// The shape of a tensor.
  public func shape(of name: String) -> Shape? {
    stored[name].flatMap { try? file.shape(of: $0) }
  }

  /// The tensor with a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The tensor.
  /// - Throws: `FileError` if it is missing, or it cannot be read.
  public func tensor(_ name: String) throws -> Tensor<Double> {
    try file.tensor(stored[name] ?? name, as: Double.self)
  }

  /// A tensor of integers.
  ///
  /// - Parameter name: The name.
  /// - Returns: The tensor.
  /// - Throws: `FileError` if it is missing, or it has fractions.
  public func integers(_ name: String) throws -> Tensor<Int64> {
    try file.tensor(stored[name] ?? name, as: Int64.self)
  }

  /// Whether a tensor is a result rather than an input.
  static func isComputed(_ name: String) -> Bool {
    name == TensorName.logits || name == TensorName.loss || name.hasPrefix(TensorName.activation(""))
      || name.hasPrefix(TensorName.gradient("")) || name.hasPrefix(TensorName.state(""))
  }

  /// The name with `net.` if it is missing: `activations.0.0` is `activations.net.0.0`.
  private static func fullName(_ name: String) -> String {
    for kind in [
      TensorName.activation(""), TensorName.gradient(""), TensorName.parameter(""), TensorName.state(""),
    ] where name.hasPrefix(kind) && name.dropFirst(kind.count).first?.isNumber == true {
      return "\(kind)net.\(name.dropFirst(kind.count))"
    }
    return name
  }

  private static func precision(_ type: ElementType) -> Precision {
    switch type {
    case .float64, .int64, .int32, .uint8: .float64
    case .float32: .float32
    case .bfloat16, .float16: .bfloat16
    }
  }

  /// Writes a trace in float32.
  ///
  /// - Parameters:
  ///   - recording: The recording.
  ///   - experiment: Its experiment, which is written too, so that the trace can be reproduced.
  ///   - metadata: Further metadata.
  ///   - path: The file, which appears complete or not at all.
  /// - Throws: `FileError` if it cannot be written.
  public static func write(
    _ recording: NetworkRecording, of experiment: Experiment, metadata: [String: String], to path: String
  ) throws {
    var tensors = try recording.names.map { ($0, try recording.tensor($0).map { Float($0) }) }
    tensors.append((TensorName.input, experiment.images.map { Float($0) }))
    tensors.append(
      (
        TensorName.labels,
        Tensor(shape: [experiment.labels.count], elements: experiment.labels.map { Float($0) })
      ))
    for (name, values) in experiment.parameters.merging(
      experiment.state, uniquingKeysWith: { first, _ in first })
    {
      tensors.append((TensorName.parameter(name), values.map { Float($0) }))
    }
    let algorithms = recording.algorithms.map { (algorithmKey + $0.key, $0.value.rawValue) }
    try Safetensors.write(
      tensors: tensors, metadata: metadata.merging(algorithms) { told, _ in told }, to: path)
  }
}
