import Tensors
import Testing

@testable import ONNX

@Suite("Errors about ONNX files")
struct ErrorSentenceTests {
  private func line(_ error: ONNXError) -> String {
    FileError(path: "a.onnx", problem: error.problem).description
  }

  @Test("are sentences about the file, or about a part that keeps it from being used")
  func sentences() {
    #expect(line(ONNXError(file: "has no input for images")) == "a.onnx has no input for images")
    let attribute = ONNXError("attribute 'x' is not supported").during("'Conv' (node 1)")
    #expect(line(attribute) == "a.onnx cannot be used: 'Conv' (node 1): attribute 'x' is not supported")
    let nested = ONNXError(file: "has sparse initializers").during("'If' (node 2)")
    #expect(line(nested) == "a.onnx cannot be used: 'If' (node 2): has sparse initializers")
  }

  @Test("keep their cause, also while a node is read")
  func causes() {
    #expect(ONNXError(file: "is empty", .damaged).problem == .damaged(reason: "is empty"))
    #expect(ONNXError(file: "has 3 GiB", .tooLarge).problem == .tooLarge(reason: "has 3 GiB"))
    let missing = ONNXError(damage: "tensor 'w' is missing").during("'Conv' (node 1)")
    #expect(missing.problem == .damaged(reason: "cannot be used: 'Conv' (node 1): tensor 'w' is missing"))
  }
}
