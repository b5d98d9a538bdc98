import Foundation
import ONNX
import ReferenceBackend
import Tensors
import TestSupport
import Testing

@Suite(
  "Exporters",
  .enabled(
    if: ONNXRuntime.run("import torch, onnxscript") || ONNXRuntime.run("import tensorflow, tf2onnx"),
    "needs python3 with torch and onnxscript, or with tensorflow and tf2onnx"))
struct ExporterTests {
  @Test("write networks that give the same outputs here")
  func outputs() throws {
    let folder = try TemporaryFolder()
    let script = try #require(Bundle.module.url(forResource: "make_exports", withExtension: "py"))
    let program = try String(contentsOf: script, encoding: .utf8)
    try #require(ONNXRuntime.run(program, folder.path))
    let models = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".onnx")
    }
    #expect(models.count >= 12)
    for model in models.sorted() {
      let images = try NPY.read(folder.path("\(model).npy"))
      let expected = try NPY.read(folder.path("\(model).out.npy"))
      let network = try ONNXFile(path: folder.path(model)).network(input: images.shape)
      #expect(relativeError(try network.predict(images, on: Reference()), expected) < 1e-5, "\(model)")
    }
  }
}
