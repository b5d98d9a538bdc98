import Layers
import SwiftProtobuf
import Tensors

/// A file in the ONNX format, read as far as a `Sequential` can express it.
///
/// Shapes are inferred and constants folded, so that all ways to express a layer are recognized: a mean over both
/// spatial axes is global average pooling, any reshape to rows is a flattening, `MatMul` with `Add` is a dense layer,
/// and transpositions between N×H×W×C and N×C×H×W disappear. The result must be a single chain of layers on
/// two-dimensional images, in opset 6 or later. Everything else is rejected by name. External data is read from the
/// model's folder. Source: ONNX's [operators](https://onnx.ai/onnx/operators/) and
/// [format](https://onnx.ai/onnx/repo-docs/IR.html).
public struct ONNXFile: Sendable {
  /// The file as the caller named it.
  public let path: String
  /// All files that the model was read from: itself, and those with external data.
  package let files: [String]
  private let graph: GraphReader

  /// Reads a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if it cannot be read, is not an ONNX model, or has operators other than ONNX's own.
  public init(path: String) throws {
    let file = try RandomAccessFile(path: path)
    do {
      guard file.byteCount < Self.maximumFileSize else {
        throw ONNXError(
          file: "has \(file.byteCount) bytes, more than the 2 GiB that the format allows", .tooLarge)
      }
      var model = try Self.model(in: file)
      var data = ExternalData(beside: path)
      try data.resolve(&model.graph)
      files = [path] + data.paths
      graph = try GraphReader(model)
    } catch let error as ONNXError {
      throw FileError(path: path, problem: error.problem)
    }
    self.path = path
  }

  /// Decodes a model.
  ///
  /// - Throws: ``ONNXError``; `FileError` if it cannot be read, or is of another format.
  private static func model(in file: RandomAccessFile) throws -> Onnx_ModelProto {
    do {
      guard file.byteCount > 0 else { throw ONNXError(file: "is empty", .damaged) }
      let model = try ModelDecoder.decode(try file.bytes(count: file.byteCount, at: 0))
      guard model.hasGraph else { throw ONNXError(file: "is not an ONNX model: it has no graph") }
      return model
    } catch let error as ONNXError {
      guard let kind = try FileKind(file), kind != .onnx else { throw error }
      throw kind.error(path: file.path, insteadOf: "an ONNX model")
    }
  }

  /// The largest file in bytes: the limit of Protobuf.
  static let maximumFileSize = 1 << 31

  /// The inputs without a value in the file: first the images, then weights, if the graph takes them as inputs.
  public var inputs: [String] { graph.openInputs }

  /// The declared shape of an input.
  ///
  /// - Parameter name: The input.
  /// - Returns: The shape; nil if it is not declared.
  public func declaredShape(of name: String) -> DeclaredShape? { graph.declaredShape(of: name) }

  /// The preparation of images for the model, if the file has the metadata of
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
