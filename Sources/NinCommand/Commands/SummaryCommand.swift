import ArgumentParser
import ModelOptions
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
    abstract: "Print a network's layers with their output shapes, parameters and multiply-accumulates.",
    discussion: """
      --memory also prepares the network on the backend, without running it, and prints what it holds. A batch is computed \
      in parts, as many at a time as there are lanes, one for each thread. With batch normalization, training runs in \
      phases: all parts wait for sums over the batch, and keep their activations meanwhile.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(
    help: """
      The network: \(ModelCatalogue.allCases.map(\.rawValue).joined(separator: ", ")). (default: \
      \(ModelCatalogue.nin.rawValue))
      """)
  var model: ModelCatalogue?

  @OptionGroup var design: NiNOptions

  @Option(help: ArgumentHelp("A checkpoint whose network is taken in place of --model.", valueName: "file"))
  var checkpoint: String?

  @Option(
    parsing: .unconditional,
    help: "Height and width of an image. (default: the model's usual, or the checkpoint's)")
  var imageSize: Int?

  @Option(parsing: .unconditional, help: "Channels of an image. (default: the model's usual)")
  var channels: Int?

  @Option(parsing: .unconditional, help: "How many classes there are. (default: 10, for nin-imagenet 1000)")
  var classes: Int?

  @Flag(help: "Print what memory the network holds, too.")
  var memory = false

  @Option(
    parsing: .unconditional,
    help: "For --memory: how many images a batch has. (default: \(Self.defaultBatchSize))")
  var batchSize: Int?

  @OptionGroup(title: "Computing, for --memory") var compute: ComputeOptions

  @Flag(help: "Print one line a top-level layer, as the book's layer_summary does.")
  var book = false

  @Option(
    help: """
      Print what layer_summary prints in a tab of the book: \(Tab.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var tab: Tab?

  @Flag(
    help:
      "With --tab: print all layers, with the shapes of kernels and the padding as the tab's framework has them."
  )
  var verbose = false

  @Flag(help: "Print JSON.")
  var json = false

  private static let defaultBatchSize = 128

  func validate() throws {
    try requirePositive([
      ("--image-size", imageSize), ("--channels", channels), ("--classes", classes),
      ("--batch-size", batchSize),
    ])
    if book && json { throw ValidationError("--book and --json cannot be had together") }
    let notOfTab =
      [
        ("--book", book), ("--json", json), ("--memory", memory), ("--checkpoint", checkpoint != nil),
        ("--model", model != nil && model != .nin),
      ] + design.given.map { ($0, true) }
    if tab != nil, let (name, _) = notOfTab.first(where: \.1) {
      throw ValidationError("--tab prints the book's NiN in a framework's words: leave out \(name)")
    }
    if verbose && tab == nil { throw ValidationError("--verbose is for --tab only") }
    if book && memory { throw ValidationError("--book and --memory cannot be had together") }
    let ofModel = [
      ("--model", model != nil), ("--channels", channels != nil), ("--classes", classes != nil),
    ]
    let given = ofModel.filter(\.1).map(\.0) + design.given
    if checkpoint != nil, let name = given.first {
      throw ValidationError("\(name) and --checkpoint cannot be had together")
    }
    _ = try design.choice(model)
    let ofMemory = [
      ("--batch-size", batchSize != nil), ("--precision", compute.precision != nil),
      ("--micro-batch", compute.microBatch != nil),
      ("--conv-algorithm", compute.convolutions != nil), ("--allow-emulation", compute.allowEmulation),
    ]
    if !memory, let (name, _) = ofMemory.first(where: \.1) {
      throw ValidationError("\(name) is for --memory only")
    }
  }

  func run() throws {
    // Nothing is computed, but a name that is none is a mistake here too.
    let backend =
      memory || shared.backend != nil
      ? try shared.makeBackend(
        allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions) : nil
    if let tab { return try printSummary(of: tab) }
    let subject = try subject()
    let memory = try backend.flatMap { backend in
      guard self.memory else { return nil as MemorySummary? }
      return try MemorySummary(
        of: subject.model, image: subject.image, on: backend, batchSize: batchSize ?? Self.defaultBatchSize,
        compute)
    }
    if json {
      print(try prettyJSON(SummaryWithMemory(summary: subject.summary, memory: memory)))
    } else if book {
      for row in subject.summary.topLevel { print("\(row.type) output shape:\t\(row.outputShape)") }
    } else {
      print(subject.summary.table(title: subject.name))
      if let memory { print("\n\(memory)") }
    }
  }

  private func printSummary(of tab: Tab) throws {
    let (channels, classes) = (channels ?? 1, classes ?? 10)
    let size = imageSize ?? ModelCatalogue.nin.usualImageSize
    do {
      let summary = try TabSummary(tab, image: [channels, size, size], classes: classes)
      print(verbose ? "\(summary.table)" : summary.lines.joined(separator: "\n"))
    } catch let error as LayerError {
      throw withSmallestImage(
        error, model: try tab.choice(ModelChoice(.nin)).model(classes: classes),
        name: "the tab '\(tab.rawValue)'",
        channels: channels, imageSize: size)
    }
  }

  private func subject() throws -> (name: String, model: Sequential, image: Shape, summary: Summary) {
    if let checkpoint {
      let description = try Checkpoint.open(checkpoint, imageSize: imageSize).description
      let summary = try Summary(description.model, input: description.image.batched(1))
      return (checkpoint, description.model, description.image, summary)
    }
    let choice = try design.choice(model)
    let usual = choice.name
    let network = choice.model(classes: classes ?? usual.usualClasses)
    let (channels, size) = (channels ?? usual.usualChannels, imageSize ?? usual.usualImageSize)
    do {
      let summary = try Summary(network, input: [1, channels, size, size])
      return ("\(choice)", network, [channels, size, size], summary)
    } catch let error as LayerError {
      throw withSmallestImage(
        error, model: network, name: "\(choice)", channels: channels, imageSize: size)
    }
  }
}

/// The fields of a summary, and `memory` if that was asked for.
private struct SummaryWithMemory: Encodable {
  let summary: Summary
  let memory: MemorySummary?

  private enum CodingKeys: CodingKey {
    case memory
  }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(memory, forKey: .memory)
  }
}

extension TabSummary {
  /// The table for people, in the framework's layouts.
  fileprivate var table: ColumnTable {
    var table = ColumnTable(
      ["layer", "class", "output shape", "kernel", "padding"], alignment: Array(repeating: .left, count: 5))
    for row in rows {
      table.add([
        (row.isTopLevel ? "" : "  ") + row.name, row.className, row.outputShape, row.kernelShape ?? "",
        row.padding ?? "",
      ])
    }
    return table
  }
}

extension Summary {
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
