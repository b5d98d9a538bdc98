import Tensors

/// The reason that a model in the ONNX format cannot be used for images.
public enum ONNXInputError: Error, Equatable, CustomStringConvertible {
  /// The file does not declare the shape of its input.
  case undeclaredShape(path: String, input: String)
  /// The file leaves an axis of its input open, other than the batch, the height and the width.
  case openAxis(path: String, input: String, axis: Int)
  /// The file leaves the size of its images open, and none was given.
  case openImageSize(path: String)
  /// The model does not take images of 1 or 3 channels; the shape is that of its input, with the batch.
  case notImages(path: String, shape: Shape)

  /// The file.
  public var path: String {
    switch self {
    case .undeclaredShape(let path, _), .openAxis(let path, _, _), .openImageSize(let path),
      .notImages(let path, _):
      path
    }
  }

  /// The problem, without the path and the remedy.
  package var problem: String {
    switch self {
    case .undeclaredShape(_, let input): "does not declare the shape of its input \(input.quoted)"
    case .openAxis(_, let input, let axis): "does not fix axis \(axis) of its input \(input.quoted)"
    case .openImageSize: "leaves the size of its images open"
    case .notImages(_, let shape): "takes \(shape), not images of 1 or 3 channels"
    }
  }

  /// The path, the problem and what would work, in one line.
  public var description: String { line(remedy: remedy) }

  /// The path, the problem and a remedy, in one line.
  private func line(remedy: String) -> String {
    "\(FileError(path: path, problem: .unsupported(reason: problem + remedy)))"
  }

  private var remedy: String {
    switch self {
    case .openImageSize: "; give an image size"
    case .undeclaredShape, .openAxis, .notImages:
      "; ONNXFile.network(input:) reads models with any input"
    }
  }
}
