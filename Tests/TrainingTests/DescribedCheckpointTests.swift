import Layers
import Networks
import ReferenceBackend
import Tensors
import TestSupport
import Testing
import Training

@Suite("A file of a network that the caller describes")
struct DescribedCheckpointTests {
  private static let description = CheckpointDescription(
    model: Sequential(
      Sequential(Conv2D(4, kernel: 3), BatchNorm2D(), ReLU()), GlobalAvgPool2D(), Flatten(), Dense(3)),
    image: [2, 8, 8], classNames: ["a", "b", "c"], normalization: Normalization(mean: [0.4], deviation: [0.2])
  )

  /// The network's tensors by their names in it; each element differs.
  private static let tensors: [(name: String, shape: Shape)] = [
    ("net.0.0.weight", [4, 2, 3, 3]), ("net.0.0.bias", [4]), ("net.0.1.weight", [4]), ("net.0.1.bias", [4]),
    ("net.0.1.running_mean", [4]), ("net.0.1.running_var", [4]), ("net.3.weight", [3, 4]),
    ("net.3.bias", [3]),
  ]
  private static let count = "net.0.1.num_batches_tracked"

  private static func values(_ name: String, _ shape: Shape) -> Tensor<Float> {
    Tensor(
      shape: shape, elements: (0..<shape.elementCount).map { Float($0 + name.count) / 64 })
  }

  /// Writes the tensors under other names.
  private static func write(
    to path: String, metadata: [String: String] = [:],
    changing change: (inout [(name: String, tensor: Tensor<Float>)]) -> Void = { _ in },
    named name: (String) -> String = { $0 }
  ) throws {
    var stored = tensors.map { (name: name($0.name), tensor: values($0.name, $0.shape)) }
    change(&stored)
    let batches = NamedTensor(name(count), Tensor<Int64>(shape: [], elements: [7]))
    try Safetensors.write(
      stored.map { NamedTensor($0.name, $0.tensor) } + [batches], metadata: metadata, to: path)
  }

  private static func expectAll(in checkpoint: Checkpoint) throws {
    let network = try checkpoint.network(on: Reference())
    let state = Dictionary(uniqueKeysWithValues: network.state().map { ($0.name, $0.tensor) })
    for (name, shape) in tensors {
      let stored = try state[name] ?? network.parameter(name, as: Double.self)
      #expect(stored == values(name, shape).map { Double($0) }, "\(name)")
    }
    #expect(state[count]?.elements == [7])
  }

  @Test(
    "gives the values of its tensors, whatever wrappers put before their names",
    arguments: ["net.", "", "module.net.", "module.", "backbone."])
  func prefixes(prefix: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    try Self.write(to: path, named: { prefix + $0.dropFirst(4) })
    let checkpoint = try Checkpoint(path: path, describedBy: Self.description)
    #expect(checkpoint.description == Self.description && checkpoint.knowsPreparation)
    try Self.expectAll(in: checkpoint)
    #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
  }

  @Test("may name layers as a PyTorch module does", arguments: ["", "module."])
  func layerNames(prefix: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    let names = ["net.0.0": "conv", "net.0.1": "norm", "net.3": "head.fc"]
    func stored(_ name: String) -> String {
      let parts = name.split(separator: ".")
      return prefix + (names[parts.dropLast().joined(separator: ".")] ?? "") + "." + (parts.last ?? "")
    }
    try Self.write(to: path, named: stored)
    try Self.expectAll(in: Checkpoint(path: path, describedBy: Self.description, layerNames: names))
    let error = #expect(throws: TrainingError.self) {
      try Checkpoint(path: path, describedBy: Self.description)
    }
    #expect(error?.description.contains("conv.weight") == true)
  }

  @Test("must have exactly the network's tensors; the error lists all that differ")
  func differences() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    try Self.write(
      to: path,
      changing: { tensors in
        tensors.removeAll { $0.name == "net.0.1.running_var" }
        tensors.append((name: "net.4.weight", tensor: Tensor(shape: [1], elements: [1])))
        tensors[0].tensor = Tensor(shape: [4, 2, 5, 5], repeating: 0)
      })
    let error = #expect(throws: TrainingError.self) {
      try Checkpoint(path: path, describedBy: Self.description)
    }
    let line = error?.description ?? ""
    #expect(line.hasPrefix(path))
    for part in ["lacks: net.0.1.running_var", "unexpected: net.4.weight", "net.0.0.weight is 4×2×5×5"] {
      #expect(line.contains(part), "\(line)")
    }
  }

  @Test("may have other tensors if the caller allows it, but not lack any")
  func otherTensors() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    let head = (name: "aux.weight", tensor: Tensor<Float>(shape: [1], elements: [1]))
    try Self.write(to: path, changing: { $0.append(head) })
    let error = #expect(throws: TrainingError.self) {
      try Checkpoint(path: path, describedBy: Self.description)
    }
    let line = error?.description ?? ""
    #expect(line.contains("unexpected: aux.weight; ignoresOtherTensors: true"), "\(line)")
    try Self.expectAll(
      in: Checkpoint(path: path, describedBy: Self.description, ignoresOtherTensors: true))
    try Self.write(
      to: path,
      changing: { tensors in
        tensors.removeAll { $0.name == "net.3.bias" }
        tensors.append(head)
      })
    let lacking = #expect(throws: TrainingError.self) {
      try Checkpoint(path: path, describedBy: Self.description, ignoresOtherTensors: true)
    }
    #expect(lacking?.description.contains("lacks: net.3.bias") == true)
    #expect(lacking?.description.contains("unexpected") == false)
  }

  @Test("rejects names for layers that the network does not have")
  func unknownLayerName() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    try Self.write(to: path)
    let error = #expect(throws: TrainingError.self) {
      try Checkpoint(
        path: path, describedBy: Self.description, layerNames: ["net.3": "net.3", "net.4": "head"])
    }
    guard case .unknownName("net.4", let available, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(available == ["net.0.0", "net.0.1", "net.3"])
    let bare = CheckpointDescription(
      model: Sequential(GlobalAvgPool2D(), Flatten()), image: [2, 8, 8], classNames: [], normalization: .none)
    let none = #expect(throws: TrainingError.self) {
      try Checkpoint(path: path, describedBy: bare, layerNames: ["net.0": "head"])
    }
    #expect(
      none?.description
        == "\(path) cannot be read: layerNames has 'net.0', but the network has no layers with parameters")
  }

  @Test("must be described by a valid description")
  func impossible() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    try Self.write(to: path)
    var description = Self.description
    description.image = [2, 2, 2]
    #expect(throws: LayerError.self) { try Checkpoint(path: path, describedBy: description) }
    for image in [[8, 8], [2, 0, 8]] as [Shape] {
      description.image = image
      let error = #expect(throws: TrainingError.self) {
        try Checkpoint(path: path, describedBy: description)
      }
      guard case .mismatch = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("does not need a description in its metadata; the error of a damaged one says how to drop it")
  func brokenMetadata() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    try Self.write(to: path, metadata: ["nin": "{"])
    let error = #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
    guard case .damaged(path, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("the key nin") && reason.contains("save_file(load_file(\"\(path)\")"))
    try Self.expectAll(in: Checkpoint(path: path, describedBy: Self.description))
  }
}
