import Datasets
import Reporting
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files of an exercise.
package struct ExerciseFolder: Sendable {
  /// The folder.
  package let path: String

  /// Creates the description of a folder, which need not exist.
  package init(_ path: String) {
    self.path = path
  }

  /// The plan, from which an exercise is resumed.
  package var plan: String { "\(path)/plan.json" }
  /// The answer as text.
  package var text: String { "\(path)/answer.txt" }
  /// The answer for programs.
  package var json: String { "\(path)/answer.json" }
  /// The table: a row per measure and variant.
  package var table: String { "\(path)/table.csv" }
  /// The accuracies over the epochs; or the resources, side by side.
  package var curves: String { "\(path)/curves.svg" }
  /// The page with everything.
  package var page: String { "\(path)/report.html" }

  /// The folder of a run, like that of any training run.
  ///
  /// - Parameters:
  ///   - variant: The variant's identifier.
  ///   - seed: The seed.
  /// - Returns: Its path.
  package func run(_ variant: String, seed: Int) -> String { "\(path)/runs/\(variant)-\(seed)" }

  /// The path of a run's outcome.
  package func result(in run: String) -> String { "\(run)/result.json" }

  /// Requires a folder without a plan to have no files that the answer would replace.
  ///
  /// - Throws: ``ExerciseError`` that names one.
  func requireOwn() throws {
    guard !has(plan), let other = [text, json, table, curves, page, "\(path)/runs"].first(where: has) else {
      return
    }
    throw ExerciseError.otherPlan(
      path: path,
      reason:
        "\(path) is not the folder of an exercise, but has \(other.dropFirst(path.count + 1)); give another --output"
    )
  }

  /// Writes a file, completely or not at all.
  func write(_ text: String, to path: String) throws {
    try AtomicFile.write(to: path) { try $0.write(text) }
  }

  /// Writes a value as JSON, completely or not at all.
  func writeJSON(_ value: some Encodable, to path: String) throws {
    try write(try prettyJSON(value) + "\n", to: path)
  }

  /// Reads a value; nil if the file is absent or does not have it.
  func readJSON<Value: Decodable>(_ type: Value.Type, from path: String) -> Value? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return try? JSONDecoder().decode(type, from: data)
  }

  /// Whether anything exists at a path.
  func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Creates a folder and its parents.
  func create(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ExerciseError.unwritable(
        path: path, reason: "the folder \(path) cannot be created; is \(self.path) writable?")
    }
  }
}
