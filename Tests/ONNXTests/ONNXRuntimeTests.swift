import Foundation
import Layers
import ONNX
import Operations
import ReferenceBackend
import Tensors
import TestSupport
import Testing

@Suite("ONNX Runtime", .enabled(if: ONNXRuntime.isPresent, "needs python3 with onnxruntime"), .serialized)
struct ONNXRuntimeTests {
  @Test("gives the same logits for what is exported")
  func nin() throws {
    try compare(NiN(classes: 4), image: [1, 67, 67])
  }

  @Test("gives the same for every kind of layer")
  func layers() throws {
    let model = Sequential(
      Conv2D(4, kernel: Extent2D(3, 2), stride: Extent2D(1, 2), padding: Padding(top: 1, left: 1), groups: 2),
      BatchNorm2D(epsilon: 1e-3), ReLU(), Sigmoid(),
      MaxPool2D(kernel: 3, stride: 2, padding: 1, roundsUp: true),
      AvgPool2D(kernel: 2, stride: 1, padding: 1, countsPadding: false),
      AvgPool2D(kernel: 2, stride: 1, dilation: 2), Dropout(0.5), Flatten(), Dense(9), ReLU(),
      Dense(5, hasBias: false), Softmax())
    try compare(model, image: [2, 17, 19])
  }

  @Test("gives the same logits for LeNet and a variant of NiN")
  func others() throws {
    try compare(LeNet(classes: 10), image: [1, 28, 28])
    let design = try NiNDesign(pointwiseConvolutions: 1, pointwiseKernel: 3, head: .dense, width: 0.25)
    try compare(NiN(classes: 4, design: design), image: [1, 67, 67])
  }

  @Test("gives the same for every way to write a network")
  func spellings() throws {
    let folder = try TemporaryFolder()
    for (index, spelling) in Spelling.all.enumerated() {
      try spelling.write(to: folder.path("\(index).onnx"))
      try NPY.write(SpelledNetwork.input(spelling.entry), to: folder.path("\(index).onnx.npy"))
    }
    try #require(ONNXRuntime.run(ONNXRuntime.predictions, folder.path("")))
    for (index, spelling) in Spelling.all.enumerated() {
      let images = SpelledNetwork.input(spelling.entry)
      let network = try ONNXFile(path: folder.path("\(index).onnx")).network(input: images.shape)
      let expected = try NPY.read(folder.path("\(index).onnx.out.npy"))
      // Half precision is computed with there, and not here.
      let tolerance: Float = spelling.entry == .cast ? 2e-3 : 1e-5
      #expect(
        relativeError(try network.predict(images, on: Reference()), expected) < tolerance, "\(spelling)")
    }
  }

  private func compare(_ model: Sequential, image: Shape) throws {
    let (file, input, output) = (TemporaryFile(), TemporaryFile(), TemporaryFile())
    try ONNXFile.write(
      model, image: image, to: file.path, parameters: Parameters(of: model, image: image).values)
    let shape = image.batched(3)
    let images = Tensor<Float>(
      shape: shape, elements: (0..<shape.elementCount).map { Float(($0 &* 31) % 97) / 97 })
    try NPY.write(images, to: input.path)
    try #require(ONNXRuntime.run(ONNXRuntime.prediction, file.path, input.path, output.path))
    let network = try ONNXFile(path: file.path).network(input: shape)
    let expected = try NPY.read(output.path)
    #expect(expected.elements.contains { $0 != 0 })
    #expect(relativeError(try network.predict(images, on: Reference()), expected) < 1e-5)
  }
}

enum ONNXRuntime {
  static let isPresent = run("import onnxruntime, numpy")

  static let prediction = """
    import sys, numpy, onnxruntime
    session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    with open(sys.argv[3], "wb") as file:
      numpy.save(file, session.run(None, {name: numpy.load(sys.argv[2])})[0])
    """

  /// Runs all models of a folder on the array next to each.
  static let predictions = """
    import glob, sys, numpy, onnxruntime
    for path in glob.glob(sys.argv[1] + "/*.onnx"):
      session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
      numpy.save(path + ".out.npy", session.run(None, {"x": numpy.load(path + ".npy")})[0])
    """

  /// Runs a Python program.
  ///
  /// - Returns: Whether it came to its end.
  static func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
