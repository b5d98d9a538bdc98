#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A reader of files, by the name in `--target=NAME`; libFuzzer ignores arguments with two dashes.
enum FuzzTarget: String, CaseIterable {
  case npy, safetensors, idx, gz, onnx, checkpoint, state, recipe, history, metrics, exif, png, jpeg

  static let chosen: FuzzTarget = {
    let prefix = "--target="
    let names = CommandLine.arguments.filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
    guard names.count == 1, let target = FuzzTarget(rawValue: names[0]) else {
      print("give one \(prefix)NAME: \(allCases.map(\.rawValue).joined(separator: ", "))")
      exit(2)
    }
    return target
  }()

  /// Gives an input to the reader.
  func read(_ input: [UInt8]) throws {
    switch self {
    case .npy: try readArray(input)
    case .safetensors: try readTensors(input)
    case .idx, .gz: try readIDX(input)
    case .onnx: try readGraph(input)
    case .checkpoint: try readCheckpoint(input)
    case .state: try readState(input)
    case .recipe: try readRecipe(input)
    case .history: try readHistory(input)
    case .metrics: try readMetrics(input)
    case .exif: try readEXIF(input)
    case .png: try readPNG(input)
    case .jpeg: try readImage(input)
    }
  }
}
