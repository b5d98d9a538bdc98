import Foundation
import Tensors
import Testing

/// PyTorch's results, from the folder that `make_goldens.py` writes.
enum Golden {
  static func file(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(path: try path(name))
  }

  static func path(_ name: String) throws -> String {
    let folder = try #require(Bundle.module.resourceURL)
    return folder.appendingPathComponent("Goldens/\(name)").path
  }
}
