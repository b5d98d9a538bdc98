import Foundation
import Layers
import SwiftProtobuf
import Tensors
import Testing

@testable import ONNX

@Suite("The preparation of images in a model's metadata")
struct PreparationTests {
  @Test("comes back as it was written", arguments: [["shirt", "“é”\n", ""], []])
  func roundTrip(classNames: [String]) throws {
    let file = TemporaryFile()
    let model = Sequential(Flatten(), Dense(3))
    let preparation = ImagePreparation(
      size: [2, 3], mean: [0.1, 0.25], deviation: [0.3530000001], resize: "pillow", classNames: classNames)
    try ONNXFile.write(
      model, image: [2, 2, 3], to: file.path, preparation: preparation,
      parameters: Parameters(of: model, image: [2, 2, 3]).values)
    #expect(try ONNXFile(path: file.path).preparation == preparation)
  }

  @Test("is nil if other programs have written the metadata")
  func others() throws {
    #expect(try ImagePreparation(metadata: [entry("names", "['a', 'b']"), entry("mean", "[0]")]) == nil)
  }

  @Test(
    "is rejected where it is damaged",
    arguments: [
      ("nin.mean", "[0.1"), ("nin.deviation", "[0]"), ("nin.size", "[28]"), ("nin.size", "[0, 28]"),
      ("nin.classes", "{}"), ("nin.mean", "[]"), ("nin.mean", "[1e39]"), ("nin.deviation", "[]"),
      ("nin.deviation", "[-1]"), ("nin.deviation", "[1e-45]"),
    ])
  func damaged(key: String, value: String) {
    let sound = ["nin.mean": "[0]", "nin.deviation": "[1]"].merging([key: value]) { $1 }
    let error = #expect(throws: ONNXError.self) {
      try ImagePreparation(metadata: sound.map { entry($0, $1) })
    }
    #expect(error?.description.contains(key) ?? false)
  }

  private func entry(_ key: String, _ value: String) -> Onnx_StringStringEntryProto {
    .with {
      $0.key = key
      $0.value = value
    }
  }
}
