import Foundation
import Tensors
import Testing
import Training

/// The results of a tab in its own framework; see Tabs/make_tab_goldens.py.
struct TabGolden {
  /// The output of a tab's `layer_summary` for an image and a number of classes.
  struct PrintedSummary: Decodable {
    let side: Int
    let channels: Int
    let classes: Int
    let text: String
  }

  let tab: Tab
  let file: SafetensorsFile

  init(_ tab: Tab) throws {
    let name = "Fixtures/tab-\(tab.rawValue)"
    let path = try #require(Bundle.module.path(forResource: name, ofType: "safetensors"))
    self.tab = tab
    file = try SafetensorsFile(path: path)
  }

  /// The value of a key in the file's metadata.
  func value<Value: Decodable>(_ key: String, as _: Value.Type = Value.self) throws -> Value {
    let json = try #require(file.metadata[key])
    return try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  /// The elements of a tensor.
  func elements(_ name: String) throws -> [Double] {
    try file.tensor(name, as: Double.self).elements
  }
}
