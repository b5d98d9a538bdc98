import Layers
import Operations
import SwiftProtobuf
import Tensors

extension ONNXFile {
  /// Writes a model with its parameters.
  ///
  /// The nodes have the names of the layers and the initializers those of the parameters. The batch size is dynamic.
  /// The file appears complete or not at all.
  ///
  /// - Parameters:
  ///   - model: The layers.
  ///   - image: The shape of one image.
  ///   - path: The file; an existing one is replaced.
  ///   - preparation: The preparation of images, for the file's metadata.
  ///   - parameters: Returns the values of a parameter, or of a state such as `running_mean`, by its name in the
  ///     model.
  /// - Throws: `LayerError` if the image does not fit a layer, `FileError` if a layer cannot be expressed in ONNX, the file
  ///   would exceed 2 GiB or cannot be written; the errors of `parameters`.
  public static func write(
    _ model: Sequential, image: Shape, to path: String, preparation: ImagePreparation? = nil,
    parameters: (_ name: String) throws -> Tensor<Float>
  ) throws {
    let layers = try model.resolved(for: image.batched(1))
    do {
      let shapes = layers.flatMap { $0.operation.parameters.map(\.shape) + $0.operation.state.map(\.shape) }
      let byteCount = shapes.reduce(0) { $0 + $1.elementCount * 4 }
      guard byteCount < maximumFileSize - (1 << 20) else {
        throw ONNXError("ONNX files are limited to 2 GiB, and the parameters are larger")
      }
      let bytes: [UInt8]
      do {
        bytes = try ModelWriter(layers, image: image, preparation: preparation, parameters: parameters).model
          .serializedBytes()
      } catch let error as BinaryEncodingError {
        throw ONNXError("\(error)")
      }
      try AtomicFile.write(to: path) { try $0.write(bytes) }
    } catch let error as ONNXError {
      throw FileError(path: path, problem: .notEncodable(reason: "cannot be written: \(error)"))
    }
  }
}
