import Foundation
import SwiftProtobuf
import Tensors
import TestSupport
import Testing

@testable import ONNX

@Suite("Tensors in other files")
struct ExternalDataTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("model/parts"), withIntermediateDirectories: true)
    model = folder.path("model/net.onnx")
    let bytes =
      Data([UInt8](repeating: 7, count: 8)) + [1, 2, 3, 4].map { Float($0) }.withUnsafeBytes { Data($0) }
    for name in ["model/net.data", "model/parts/net.data", "outside.data"] {
      try bytes.write(to: URL(fileURLWithPath: folder.path(name)))
    }
  }

  @Test("are read from the model's folder", arguments: ["net.data", "./net.data", "parts/net.data", "link"])
  func reading(location: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("model/link"), withDestinationPath: "parts/net.data")
    try write(["location": location, "offset": "8", "length": "16"])
    #expect(try weight() == [1, 2, 3, 4])
    let files = try ONNXFile(path: model).files
    #expect(files.count == 2 && files[0] == model)
    #expect(files[1].hasSuffix(location.hasSuffix("net.data") ? "/net.data" : "/parts/net.data"))
    // The length may be omitted.
    try write(["location": location, "offset": "8"])
    #expect(try weight() == [1, 2, 3, 4])
  }

  @Test("are read for the branch of an If, whose output may have the name of the If's")
  func branch() throws {
    try write(["location": "net.data", "offset": "8"]) { graph in
      var branch = graph
      branch.input = []
      graph.initializer = [
        .with {
          $0.name = "condition"
          $0.dataType = 9
          $0.int32Data = [1]
        }
      ]
      graph.node = [
        .with {
          $0.opType = "If"
          $0.input = ["condition"]
          $0.output = ["y"]
          $0.attribute = [.graph("then_branch", branch), .graph("else_branch", branch)]
        }
      ]
    }
    #expect(try weight() == [1, 2, 3, 4])
  }

  @Test(
    "are not read from elsewhere",
    arguments: [
      "../outside.data", "parts/../../outside.data", "link", "folder/outside.data", "/outside.data",
    ])
  func outside(location: String) throws {
    for (name, target) in [("link", "../outside.data"), ("folder", "..")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("model/\(name)"), withDestinationPath: target)
    }
    try write(["location": location, "offset": "8", "length": "16"])
    expectRefusal(naming: "outside the model's folder")
  }

  @Test("say what is wrong with them")
  func damaged() throws {
    try Data("version https://git-lfs.github.com/spec/v1\n".utf8).write(
      to: URL(fileURLWithPath: folder.path("model/pointer.data")))
    for (entries, words) in [
      ([:], ["another file", "location"]),
      (["location": "absent.data"], ["absent.data", "does not exist"]),
      (["location": "parts"], ["parts", "regular file"]),
      (["location": "pointer.data", "offset": "64"], ["pointer.data", "git lfs pull"]),
      (["location": "net.data", "offset": "9"], ["too short", "24"]),
      (["location": "net.data", "offset": "-8"], ["offset", "-8"]),
      (["location": "net.data", "offset": "\(Int.max)"], ["too short"]),
      (["location": "net.data", "offset": "99999999999999999999"], ["offset"]),
      (["location": "net.data", "length": "12"], ["12 bytes", "16"]),
      (["location": "net.data", "length": "\(Int.max)"], ["bytes"]),
    ] as [([String: String], [String])] {
      try write(entries)
      for word in words { expectRefusal(naming: word) }
    }
  }

  @Test("are not read beyond 2 GiB, though a sparse file has them")
  func sparse() throws {
    try Data().write(to: URL(fileURLWithPath: folder.path("model/sparse.data")))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("model/sparse.data")))
    try file.truncate(atOffset: 1 << 34)
    try write(["location": "sparse.data"], extents: [1 << 31])
    expectRefusal(naming: "2 GiB")
  }

  /// Writes a model whose only weight is in another file.
  private func write(
    _ entries: [String: String], extents: [Int64] = [1, 1, 2, 2],
    change: (inout Onnx_GraphProto) -> Void = { _ in }
  ) throws {
    var proto = Onnx_ModelProto()
    proto.opsetImport = [.with { $0.version = 17 }]
    proto.graph = .with { graph in
      graph.input = [.with { $0.name = "x" }]
      graph.output = [.with { $0.name = "y" }]
      graph.node = [
        .with {
          $0.opType = "Conv"
          $0.input = ["x", "w"]
          $0.output = ["y"]
        }
      ]
      graph.initializer = [
        .with { tensor in
          tensor.name = "w"
          tensor.dims = extents
          tensor.dataType = 1
          tensor.dataLocation = 1
          tensor.externalData = entries.map { key, value in
            .with {
              $0.key = key
              $0.value = value
            }
          }
        }
      ]
    }
    change(&proto.graph)
    let bytes: [UInt8] = try proto.serializedBytes()
    try Data(bytes).write(to: URL(fileURLWithPath: model))
  }

  private func weight() throws -> [Float]? {
    try ONNXFile(path: model).network(input: [1, 1, 3, 3]).parameters["net.0.weight"]?.elements
  }

  private func expectRefusal(naming word: String) {
    let error = #expect(throws: FileError.self) { try weight() }
    let line = error?.description ?? ""
    #expect(line.contains(word) && line.hasPrefix(model) && !line.contains("\n"), "\(line)")
  }
}
