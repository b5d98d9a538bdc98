import Backends
import Networks
import Tensors

/// A trace in a `.safetensors` file, by whoever wrote it.
///
/// The names are ``TensorName``'s; those of a bare `nn.Sequential`, which lack `net.`, are taken as well.
public struct TraceFile: Recording {
  /// The file as the user named it.
  public var name: String { file.path }
  /// The precision it was computed in.
  public let precision: Precision
  /// The plan that computed it, if the file says.
  public var plan: NetworkPlan? { file.metadata["plan"].flatMap(NetworkPlan.init(rawValue:)) }
  /// The names of all tensors in the file.
  public var names: [String] { file.names }
  /// The same names with `net.` where the file leaves it out.
  public var fullNames: [String] { file.names.map(Self.fullName) }
  /// What was written beside the tensors.
  public var metadata: [String: String] { file.metadata }
  private let file: SafetensorsFile
  private let stored: [String: String]

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - precision: The precision it was computed in, if the file does not say; no coarser than it is stored
  ///     in.
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

  /// What the key of a layer's algorithm begins with.
  private static let algorithmKey = "algorithm."

  /// The shape of a tensor.
  public func shape(of name: String) -> Shape? {
    stored[name].flatMap { try? file.shape(of: $0) }
  }

  /// The tensor of a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The tensor.
  /// - Throws: `FileError` if there is none, or it cannot be read.
  public func tensor(_ name: String) throws -> Tensor<Double> {
    try file.tensor(stored[name] ?? name, as: Double.self)
  }

  /// A tensor of whole numbers.
  ///
  /// - Parameter name: The name.
  /// - Returns: The tensor.
  /// - Throws: `FileError` if there is none, or it has fractions.
  public func integers(_ name: String) throws -> Tensor<Int64> {
    try file.tensor(stored[name] ?? name, as: Int64.self)
  }

  /// Whether a tensor is a result, not something that was given.
  static func isComputed(_ name: String) -> Bool {
    name == TensorName.logits || name == TensorName.loss || name.hasPrefix(TensorName.activation(""))
      || name.hasPrefix(TensorName.gradient("")) || name.hasPrefix(TensorName.state(""))
  }

  /// The name with `net.` where it is missing: `activations.0.0` is `activations.net.0.0`.
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
  ///   - recording: What was computed.
  ///   - experiment: From what; it goes into the file as well, so that the trace can be made again by anybody.
  ///   - metadata: What else is to be known.
  ///   - path: The file, which appears whole or not at all.
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
