import ArgumentParser
import MachineLimits
import ModelOptions
import NetworkInNetwork
import Reporting

/// `nin summary`.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Print a network's layers and what they cost: parameters, operations, memory, time.",
    discussion: """
      FLOP/byte is the arithmetic intensity: operations of a batch for each byte that has to be read or written; where \
      there are few, memory is the limit.

      --memory prepares the network on the backend, without running it, and adds up what 'nin train' and 'nin predict' \
      will hold, the images of Fashion-MNIST included. A batch is computed in parts, as many at a time as there are lanes, \
      one for each thread. With batch normalization, training runs in phases: all parts wait for sums over the batch, and \
      keep their activations meanwhile.

      --time measures for a second what the machine's threads can do at most, and says what the network is expected to \
      take. --compare sets several networks side by side, with memory and time: nin summary --compare nin,alexnet,vgg11.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(
    help: ArgumentHelp(
      """
      The network: \(ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")), or a file, an ONNX model if its name \
      ends in .onnx and otherwise a checkpoint. (default: \(ModelCatalog.nin.rawValue))
      """, valueName: "model or file"))
  var model: String?

  @OptionGroup var design: NiNOptions

  @Option(help: ArgumentHelp("A checkpoint, as --model takes it too.", valueName: "file"))
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "Networks or files, with commas between them, whose costs are printed side by side.",
      valueName: "networks"))
  var compare: String?

  @Option(
    parsing: .unconditional,
    help: "Height and width of an image. (default: the model's usual, or the file's)")
  var imageSize: Int?

  @Option(parsing: .unconditional, help: "Channels of an image. (default: the model's usual)")
  var channels: Int?

  @Option(parsing: .unconditional, help: "How many classes there are. (default: 10, for nin-imagenet 1000)")
  var classes: Int?

  @Option(
    parsing: .unconditional,
    help: "How many images a batch has, for memory, time and FLOP/byte. (default: \(Self.defaultBatchSize))")
  var batchSize: Int?

  @Flag(help: "Print what memory training and prediction take, too.")
  var memory = false

  @Flag(help: "Print what time a batch and an epoch are expected to take, too.")
  var time = false

  @OptionGroup(title: "Computing, for --memory, --time and --compare") var compute: ComputeOptions

  @Option(
    help: ArgumentHelp(
      "The recipe whose optimizer and average of the weights take memory: book, quick, best or a file. (default: book)",
      valueName: "name or file"))
  var recipe: String?

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

  @OptionGroup var progress: ProgressOptions

  private static let defaultBatchSize = 128

  private var sizes: SummarySubject.Sizes {
    SummarySubject.Sizes(imageSize: imageSize, channels: channels, classes: classes)
  }

  private var estimates: Bool { memory || time || compare != nil }

  /// What --model names.
  private var named: NamedNetwork? {
    get throws { try model.map(NamedNetwork.init) }
  }

  func validate() throws {
    try requirePositive([
      ("--image-size", imageSize), ("--channels", channels), ("--classes", classes),
      ("--batch-size", batchSize),
    ])
    try validateForms()
    let ofModel = [
      ("--model", model != nil), ("--channels", channels != nil), ("--classes", classes != nil),
    ]
    let given = ofModel.filter(\.1).map(\.0) + design.given
    if checkpoint != nil, let name = given.first {
      throw ValidationError("\(name) and --checkpoint cannot be combined")
    }
    if compare != nil {
      let others = [("--model", model != nil), ("--checkpoint", checkpoint != nil)]
      if let name = (others.filter(\.1).map(\.0) + design.given).first {
        throw ValidationError("\(name) and --compare cannot be combined: name all networks after --compare")
      }
    }
    if case .file? = try named {
      guard let name = design.given.first else { return }
      throw ValidationError("\(name) is for networks without weights, and --model is a file")
    }
    _ = try design.choice(named?.model)
  }

  /// What is printed is of one form, and options are of use to it.
  private func validateForms() throws {
    let forms = [
      ("--book", book), ("--json", json), ("--memory", memory), ("--time", time),
      ("--compare", compare != nil),
    ]
    if book, let (name, _) = forms.dropFirst().first(where: \.1) {
      throw ValidationError("--book and \(name) cannot be combined")
    }
    let notOfTab =
      forms + [
        ("--checkpoint", checkpoint != nil),
        ("--model", model != nil && model != ModelCatalog.nin.rawValue),
      ]
      + design.given.map { ($0, true) }
    if tab != nil, let (name, _) = notOfTab.first(where: \.1) {
      throw ValidationError("--tab prints the book's NiN in a framework's words: leave out \(name)")
    }
    if verbose && tab == nil { throw ValidationError("--verbose is for --tab only") }
    let ofEstimates = [
      ("--micro-batch", compute.microBatch != nil), ("--conv-algorithm", compute.convolutions != nil),
      ("--allow-emulation", compute.allowEmulation), ("--recipe", recipe != nil),
    ]
    if !estimates, let (name, _) = ofEstimates.first(where: \.1) {
      throw ValidationError("\(name) is for --memory, --time and --compare")
    }
    if book || tab != nil, batchSize != nil {
      throw ValidationError("--batch-size has no effect on this form")
    }
  }

  func run() throws {
    // Nothing is computed without estimates, but a wrong --backend is still rejected.
    let backend =
      estimates || shared.backend != nil
      ? try shared.makeBackend(
        allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions) : nil
    if let tab { return try printSummary(of: tab) }
    let estimator = try backend.flatMap { backend in
      estimates ? try Estimator(self, backend, batchSize: batchSize ?? Self.defaultBatchSize) : nil
    }
    if let compare, let estimator {
      let comparison = try estimator.comparison(
        of: compare.split(separator: ",").map { try NamedNetwork(String($0)) }, sizes)
      return print(json ? try prettyJSON(comparison) : "\(comparison)")
    }
    let subject = try subject()
    let estimate = try estimator?.estimate(subject)
    let memory = self.memory ? estimate.map(MemoryTable.init) : nil
    let time = self.time ? estimate.flatMap(TimeTable.init) : nil
    if let estimator, self.time, time == nil { throw estimator.unknownPeak }
    if json {
      print(try prettyJSON(SummaryWithCosts(summary: subject.summary, memory: memory, time: time)))
    } else if book {
      for row in subject.summary.topLevel { print("\(row.type) output shape:\t\(row.outputShape)") }
    } else {
      print(
        try SummaryTable(
          subject, batchSize: batchSize ?? Self.defaultBatchSize, precision: compute.precision ?? .float32))
      if let memory { print("\n\(memory)") }
      if let time { print("\n\(time)") }
    }
  }

  private func printSummary(of tab: Tab) throws {
    let (channels, classes) = (channels ?? 1, classes ?? 10)
    let size = imageSize ?? ModelCatalog.nin.usualImageSize
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

  private func subject() throws -> SummarySubject {
    if let checkpoint { return try SummarySubject(checkpoint: checkpoint, imageSize: imageSize) }
    if case .file(let path)? = try named { return try SummarySubject(file: path, sizes) }
    return try SummarySubject(design.choice(named?.model), sizes)
  }
}

/// Estimates the costs of networks by one command's options.
private struct Estimator {
  private let backend: any Backend
  private let batchSize: Int
  private let compute: ComputeOptions
  private let recipe: Recipe
  private let ceilings: Ceilings?
  private let display: CommandProgress

  init(_ command: SummaryCommand, _ backend: any Backend, batchSize: Int) throws {
    self.backend = backend
    self.batchSize = batchSize
    compute = command.compute
    recipe = try NamedRecipe.recipe(command.recipe ?? NamedRecipe.book.rawValue, for: nil)
    display = CommandProgress(isQuiet: command.progress.quiet)
    guard command.time || command.compare != nil else {
      ceilings = nil
      return
    }
    display.show("measuring what the machine can do")
    ceilings = try Ceilings.measured(threads: backend.threads.count)
    display.clear()
  }

  func estimate(_ subject: SummarySubject) throws -> CostEstimate {
    display.show("preparing \(subject.name)")
    defer { display.clear() }
    return try CostEstimate(
      of: subject, on: backend, recipe: recipe, batchSize: batchSize, compute, ceilings: ceilings)
  }

  func comparison(of networks: [NamedNetwork], _ sizes: SummarySubject.Sizes) throws -> CostComparison {
    guard !networks.isEmpty else { throw ValidationError("--compare names no network") }
    let columns = try networks.map { network in
      let subject = try SummarySubject(network, sizes)
      return CostComparison.Column(subject: subject, estimate: try estimate(subject))
    }
    return CostComparison(columns: columns, batchSize: batchSize, precision: compute.precision ?? .float32)
  }

  /// Why there is no time.
  var unknownPeak: NetworkError {
    NetworkError(
      "--time: the peak of this CPU in \((compute.precision ?? .float32).rawValue) cannot be measured")
  }
}

/// The fields of a summary, with what was asked for beside them.
private struct SummaryWithCosts: Encodable {
  let summary: Summary
  let memory: MemoryTable?
  let time: TimeTable?

  private enum CodingKeys: CodingKey {
    case memory, time
  }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(memory, forKey: .memory)
    try container.encodeIfPresent(time, forKey: .time)
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
