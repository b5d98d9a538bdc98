import NetworkInNetwork
import Testing

@testable import NinCommand

@Suite("Errors about the inputs of ONNX files")
struct ONNXInputErrorTests {
  private static let errors: [ONNXInputError] = [
    .undeclaredShape(path: "a.onnx", input: "x\n"), .openAxis(path: "a.onnx", input: "x", axis: 1),
    .openImageSize(path: "a.onnx"), .notImages(path: "a.onnx", shape: [1, 4]),
  ]

  @Test("name the option that would work, in one line", arguments: errors)
  func options(error: ONNXInputError) {
    let line = error.withOption(alternative: "; give arrays").description
    #expect(line.hasPrefix("a.onnx ") && !line.contains("\n"))
    if case .openImageSize = error {
      #expect(line.hasSuffix("; give --image-size"))
    } else {
      #expect(line.hasSuffix("; give arrays"))
    }
  }

  @Test("do not name options in the library", arguments: errors)
  func library(error: ONNXInputError) {
    let line = error.description
    #expect(line.hasPrefix("a.onnx ") && line.contains("; ") && !line.contains("--") && !line.contains("\n"))
  }
}
