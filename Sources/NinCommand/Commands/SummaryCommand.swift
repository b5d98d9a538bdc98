import ArgumentParser
import NetworkInNetwork
import Reporting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `nin summary`.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Print a network's layers with their output shapes, parameters and multiply-accumulates.")

  @OptionGroup var shared: SharedOptions

  @Option(help: "The network: \(ModelCatalogue.allCases.map(\.rawValue).joined(separator: ", ")).")
  var model = ModelCatalogue.nin

  @Option(parsing: .unconditional, help: "Height and width of an image.")
  var imageSize = 224

  @Option(parsing: .unconditional, help: "Channels of an image.")
  var channels = 1

  @Option(parsing: .unconditional, help: "How many classes there are.")
  var classes = 10

  @Flag(help: "Print one line a top-level layer, as the book's layer_summary does.")
  var book = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    try requirePositive([("--image-size", imageSize), ("--channels", channels), ("--classes", classes)])
    if book && json { throw ValidationError("--book and --json cannot be had together") }
  }

  func run() throws {
    // Nothing is computed, but a name that is none is a mistake here too.
    if shared.backend != nil { _ = try shared.makeBackend() }
    let network = model.model(classes: classes)
    let summary: Summary
    do {
      summary = try Summary(network, input: [1, channels, imageSize, imageSize])
    } catch let error as LayerError {
      throw withSmallestImage(
        error, model: network, name: model.rawValue, channels: channels, imageSize: imageSize)
    }
    if json {
      print(try summary.json())
    } else if book {
      for row in summary.topLevel { print("\(row.type) output shape:\t\(row.outputShape)") }
    } else {
      print(summary.table(title: model.rawValue))
    }
  }
}

extension ModelCatalogue: ExpressibleByArgument {}

extension Summary {
  fileprivate func json() throws -> String {
    try prettyJSON(self)
  }

  /// The table for people: a container's layers stand indented below it.
  fileprivate func table(title: String) -> String {
    var table = ColumnTable(
      ["layer", "type", "output shape", "parameters", "%", "MACs"],
      alignment: [.left, .left, .left, .right, .right, .right])
    for row in layers {
      let depth = row.name.filter { $0 == "." }.count - 1
      let isContainer = row.children != nil
      table.add([
        String(repeating: "  ", count: depth) + row.name, row.type, "\(row.outputShape)",
        isContainer || row.parameters == 0 ? "" : grouped(row.parameters),
        isContainer || row.parameters == 0 ? "" : percent(row.parameters, of: parameters),
        isContainer || row.macs == 0 ? "" : grouped(row.macs),
      ])
    }
    let size = Double(parameters) * 4 / 1e6
    return """
      \(title) on \(inputShape)

      \(table)

      parameters              \(grouped(parameters)) (\(decimal(size, places: 2)) MB in float32)
      multiply-accumulates    \(grouped(macs)) (\(decimal(Double(macs) * 2 / 1e9, places: 2)) GFLOP)
      """
  }
}
