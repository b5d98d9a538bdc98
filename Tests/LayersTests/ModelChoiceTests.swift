import Foundation
import Layers
import Testing

@Suite("The choice of a model")
struct ModelChoiceTests {
  @Test("builds the catalog's models, and variants of NiN")
  func models() throws {
    for name in ModelCatalog.allCases {
      #expect(ModelChoice(name).model(classes: 3) == name.model(classes: 3))
      #expect("\(ModelChoice(name))" == name.rawValue)
    }
    let design = try NiNDesign(pointwiseConvolutions: 1, width: 0.5, depth: .twentyOne)
    #expect(ModelChoice(design).model(classes: 3) == NiN(classes: 3, design: design))
    #expect("\(ModelChoice(design))" == "nin (NiN-14, pointwise 1, width 0.5)")
    #expect(ModelChoice(.book) == ModelChoice(.nin))
  }

  @Test("is written as a name if that is enough, and read back")
  func coding() throws {
    let encoder = JSONEncoder()
    #expect(try encoder.encode([ModelChoice(.nin)]) == Data(#"["nin"]"#.utf8))
    #expect(try encoder.encode([ModelChoice(.vgg11Slim)]) == Data(#"["vgg11-slim"]"#.utf8))
    let choices = [ModelChoice(.nin), ModelChoice(.lenet), ModelChoice(try NiNDesign(head: .dense))]
    #expect(try JSONDecoder().decode([ModelChoice].self, from: encoder.encode(choices)) == choices)
    let empty = try JSONDecoder().decode([ModelChoice].self, from: Data(#"[{"nin": {}}]"#.utf8))
    #expect(empty == [ModelChoice(.nin)])
  }

  @Test(
    "rejects an unknown network",
    arguments: [
      #""resnet""#, #"{"vgg11": {}}"#, #"{"nin": {"depth": 13}}"#, #"{"nin": {}, "head": "dense"}"#, "{}",
    ])
  func refused(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ModelChoice].self, from: Data("[\(json)]".utf8))
    }
  }
}
