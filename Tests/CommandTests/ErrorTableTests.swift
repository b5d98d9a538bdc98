import Testing

/// Docs/Library.md lists all cases.
@Suite("The table of errors in Library.md")
struct ErrorTableTests {
  @Test(
    "has all cases with the labels of their fields",
    arguments: [
      ("FileError.problem", "Tensors/Files/FileProblem.swift"),
      ("ImageFileError", "ImageFiles/ImageFileError.swift"),
      ("DatasetError", "Datasets/DatasetError.swift"),
      ("BackendError", "Backends/Protocol/BackendError.swift"),
      ("GeometryError", "Operations/GeometryError.swift"),
      ("NetworkError", "Networks/NetworkError.swift"),
      ("ONNXInputError", "NetworkInNetwork/ONNX/ONNXInputError.swift"),
      ("TrainingError", "Training/TrainingError.swift"),
      ("VerificationError", "Verification/VerificationError.swift"),
    ])
  func cases(type: String, file: String) throws {
    let source = try Clone.text(of: "Sources/\(file)")
    let declared = source.matches(of: /(?m)^ +case (\w+)\((.+)\)$/).map {
      "\($0.1)(\(Self.labels(of: $0.2)))"
    }
    let rows = try Clone.text(of: "Docs/Library.md").split(separator: "\n")
    let row = try #require(rows.first { $0.hasPrefix("| `\(type)` |") })
    let listed = row.matches(of: /`(\w+\([\w:]+\))`/).map { String($0.1) }
    #expect(!declared.isEmpty)
    #expect(listed.sorted() == declared.sorted())
  }

  /// The labels of a case's fields, as DocC writes them: `path:reason:`, `_:` without a label.
  private static func labels(of fields: Substring) -> String {
    fields.split(separator: ",").map { field in
      (field.firstMatch(of: /^ *(\w+):/)?.1 ?? "_") + ":"
    }.joined()
  }
}
