import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("An invalid checkpoint")
  struct CheckpointFileTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    private func expectRefusal(
      of name: String, naming part: String? = nil, _ more: String...,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let evaluation =
        ["evaluate", "--data", "data", "--backend", TestedBackends.fastest, "--checkpoint", name]
      expectFailure(
        try nin(evaluation + more, in: folder), naming: part ?? name, sourceLocation: sourceLocation)
    }

    @Test("is absent, a folder, empty or cut short")
    func files() throws {
      try UntrainedNetwork.write(to: "good", in: folder)
      let bytes = try folder.read("good")
      try folder.write(Data(), to: "empty")
      try folder.write(bytes.prefix(6), to: "length")
      try folder.write(bytes.prefix(500), to: "header")
      try folder.write(bytes.dropLast(1), to: "data-short")
      try folder.write(bytes + Data([0]), to: "data-long")
      for name in ["absent", "data", "empty", "length", "header", "data-short", "data-long"] {
        try expectRefusal(of: name)
      }
    }

    @Test("has a header with wrong sizes")
    func lyingHeaders() throws {
      let headers = [
        #"{"net.0.0.weight":{"dtype":"F32","shape":[96,1,11,11],"data_offsets":[0,9999999999999]}}"#,
        #"{"net.0.0.weight":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#,
        #"{"net.0.0.weight":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}"#,
        #"{"net.0.0.weight":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}"#,
        "[1,2,3]", "{", "", String(repeating: "[", count: 50_000),
      ]
      for (number, header) in headers.enumerated() {
        let size = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        try folder.write(size + Data(header.utf8) + Data(count: 16), to: "wrong-\(number)")
        try expectRefusal(of: "wrong-\(number)")
      }
      try folder.write(Data(repeating: 0xFF, count: 100), to: "length")
      try expectRefusal(of: "length")
    }

    @Test("has tensors of no known network")
    func otherTensors() throws {
      try UntrainedNetwork.writePlain(to: "missing", in: folder) { $0.removeLast() }
      try expectRefusal(of: "missing")
      try UntrainedNetwork.writePlain(to: "more", in: folder) {
        $0.append((name: "net.9.bias", tensor: Tensor(shape: [1], repeating: 0)))
      }
      try expectRefusal(of: "more")
      try UntrainedNetwork.writePlain(to: "shape", in: folder) {
        $0[0].tensor = Tensor(shape: [2, 48], repeating: 0)
      }
      try expectRefusal(of: "shape")
      try UntrainedNetwork.writePlain(to: "none", in: folder) { $0.removeAll() }
      try expectRefusal(of: "none")
    }

    @Test("describes another network than its tensors are of")
    func otherDescription() throws {
      try UntrainedNetwork.write(to: "good", in: folder)
      let description = try SafetensorsFile(path: folder.path("good")).metadata["nin"] ?? ""
      try UntrainedNetwork.writePlain(to: "missing", in: folder, metadata: ["nin": description]) {
        $0.removeAll { $0.name == "net.2.0.weight" }
      }
      try expectRefusal(of: "missing", naming: "net.2.0.weight")
      try UntrainedNetwork.writePlain(to: "shape", in: folder, metadata: ["nin": description]) { tensors in
        for index in tensors.indices where tensors[index].name == "net.2.0.bias" {
          tensors[index].tensor = Tensor(shape: [255], repeating: 0)
        }
      }
      try expectRefusal(of: "shape", naming: "net.2.0.bias")
    }

    @Test(
      "has a description that cannot be",
      arguments: [
        (#""image":[1,67,67]"#, #""image":[]"#), (#""image":[1,67,67]"#, #""image":[1,-67,67]"#),
        (#""image":[1,67,67]"#, #""image":[1,999999999999,999999999999]"#),
        (#""image":[1,67,67]"#, #""image":[0,67,67]"#), (#""image":[1,67,67]"#, #""image":[67,67]"#),
        (#""image":[1,67,67]"#, #""image":[3,67,67]"#), (#""image":[1,67,67]"#, #""image":"large""#),
        (#""channels":96"#, #""channels":-96"#), (#""channels":96"#, #""channels":99999999999999"#),
        (#""height":11"#, #""height":0"#), (#""height":11"#, #""height":9223372036854775807"#),
        (#""groups":1"#, #""groups":0"#), (#""kind":"Conv2D""#, #""kind":"Conv9D""#),
        (#""top":0"#, #""top":-9223372036854775808"#),
      ])
    func hostileDescription(original: String, change: String) throws {
      try UntrainedNetwork.write(to: "good", in: folder)
      let description = try SafetensorsFile(path: folder.path("good")).metadata["nin"] ?? ""
      #expect(description.contains(original))
      let hostile = description.replacingOccurrences(of: original, with: change)
      try UntrainedNetwork.writePlain(to: "hostile", in: folder, metadata: ["nin": hostile])
      try expectRefusal(of: "hostile")
      // With a size of its own the description's is not needed; what is left of it must not trap either.
      let run = try nin(
        "evaluate", "--data", "data", "--backend", TestedBackends.fastest, "--checkpoint", "hostile",
        "--image-size", "67", "--limit-test", "1", in: folder)
      #expect(!run.wasKilled)
      if run.exitCode != 0 { expectFailure(run, naming: "hostile") }
    }

    @Test("is used with invalid sizes")
    func sizes() throws {
      try UntrainedNetwork.write(to: "good", in: folder)
      try expectRefusal(of: "good", naming: "net.5", "--image-size", "64")
      try expectRefusal(of: "good", naming: "-3", "--image-size", "-3")
      try expectRefusal(of: "good", naming: "1000000000", "--image-size", "1000000000")
      try expectRefusal(of: "good", naming: "0", "--batch-size", "0")
      try expectRefusal(of: "good", naming: "99999999999", "--batch-size", "99999999999")
    }
  }
}
