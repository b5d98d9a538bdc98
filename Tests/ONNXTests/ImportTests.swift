import Backends
import ONNX
import Tensors
import TestSupport
import Testing

@Suite("Networks in ONNX")
struct ImportTests {
  @Test("give what ONNX Runtime gives, on every backend", arguments: Fixtures.networks)
  func outputs(name: String) throws {
    let values = try SafetensorsFile(path: Fixtures.path("\(name).safetensors"))
    let images = try values.tensor("x", as: Float.self)
    let expected = try values.tensor("y", as: Float.self)
    let file = try ONNXFile(path: Fixtures.path("\(name).onnx"))
    var constants: [String: Tensor<Float>] = [:]
    for input in file.inputs.dropFirst() { constants[input] = try values.tensor(input, as: Float.self) }
    let network = try file.network(input: images.shape, constants: constants)
    for backend in TestedBackends.names {
      let output = try network.predict(images, on: TestedBackends.make(backend))
      #expect(relativeError(output, expected) < 1e-5, "\(backend)")
    }
  }

  @Test("are all there to be compared")
  func presence() {
    #expect(Fixtures.networks.count >= 38)
    #expect(Fixtures.refusals.count >= 40)
  }

  @Test("name what cannot be read, in one line", arguments: Fixtures.refusals.keys.sorted())
  func refusals(name: String) throws {
    let refusal = try #require(Fixtures.refusals[name])
    let path = Fixtures.path("refused-\(name).onnx")
    let error = #expect(throws: FileError.self) {
      try ONNXFile(path: path).network(input: refusal.input)
    }
    let line = error?.description ?? ""
    #expect(line.hasPrefix(path) && !line.contains("\n"))
    for part in refusal.names { #expect(line.dropFirst(path.count).contains(part), "\(line)") }
  }

  @Test("reject constants for unknown inputs")
  func unknownConstant() throws {
    let file = try ONNXFile(path: Fixtures.path("relu.onnx"))
    #expect(file.inputs == ["x"])
    #expect(throws: FileError.self) {
      try file.network(input: [3, 4, 5], constants: ["w": Tensor(shape: [1], elements: [0])])
    }
  }
}
