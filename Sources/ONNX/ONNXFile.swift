import Layers
import SwiftProtobuf
import Tensors

/// A file in the ONNX format, and the operators in it that a `Sequential` can express.
///
/// Shapes are inferred and constants folded, so that each way to write a layer is read as that layer: a mean over both
/// spatial axes as global average pooling, any reshape to rows as a flattening, `MatMul` with `Add` as a dense layer,
/// transpositions between N×H×W×C and N×C×H×W not at all. What remains must be a single chain, of images in two
/// dimensions, from opset 6 on. Everything else is refused by name. Numbers in other files are read from the model's
/// folder. Source: ONNX's [operators](https://onnx.ai/onnx/operators/) and
/// [format](https://onnx.ai/onnx/repo-docs/IR.html).
public struct ONNXFile: Sendable {
  /// The file as the caller named it.
  public let path: String
  private let graph: GraphReader

  /// Reads a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if it cannot be read, is no ONNX model, or is one for other operators than ONNX's own.
  public init(path: String) throws {
    let file = try RandomAccessFile(path: path)
    do {
      guard file.byteCount < Self.largestFile else {
        throw ONNXError("has \(file.byteCount) bytes, more than the 2 GiB that the format allows")
      }
      var model = try ModelDecoder.decode(try file.bytes(count: file.byteCount, at: 0))
      var data = ExternalData(beside: path)
      if model.hasGraph { try data.resolve(&model.graph) }
      graph = try GraphReader(model)
    } catch let error as ONNXError {
      throw FileError(path: path, problem: error.problem)
    }
    self.path = path
  }

  /// The bound that Protobuf sets.
  static let largestFile = 1 << 31

  /// The inputs that have no value in the file: first the images, then, in graphs that ask for them, weights.
  public var inputs: [String] { graph.openInputs }

  /// The shape that an input is declared with.
  ///
  /// - Parameter name: The input.
  /// - Returns: The shape; nil if the file does not say.
  public func declaredShape(of name: String) -> DeclaredShape? { graph.declaredShape(of: name) }

  /// How images become the numbers that the model takes, if the file says so in the way of
  /// ``write(_:image:to:preparation:parameters:)``.
  public var preparation: ImagePreparation? { graph.preparation }

  /// Reads the graph as layers.
  ///
  /// - Parameters:
  ///   - input: The shape of the first input, batch included; `auto_pad` depends on it.
  ///   - constants: Values of further inputs, by their names.
  /// - Returns: The layers, and the values of their parameters.
  /// - Throws: `FileError` naming the operator or attribute that cannot be expressed, or what does not fit.
  public func network(input: Shape, constants: [String: Tensor<Float>] = [:]) throws -> ImportedNetwork {
    do {
      return try graph.network(input: input, constants: constants)
    } catch let error as ONNXError {
      throw FileError(path: path, problem: error.problem)
    }
  }
}
