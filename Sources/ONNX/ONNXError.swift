/// What is wrong with a model in ONNX, or cannot be expressed, in one line without the file's name.
struct ONNXError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
