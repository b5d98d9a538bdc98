import ArgumentParser
import ModelOptions
import NetworkInNetwork
import Reporting

/// `nin summary`.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Print a network's layers and their costs: parameters, operations, memory, time.",
    discussion: """
      EXAMPLES:

        nin summary
        nin summary --memory --time
        nin summary --compare nin,alexnet,vgg11

      FLOP/byte is the arithmetic intensity: operations of a batch per byte that has to be read or written; if it is low, \
      memory is the limit.

      --memory prepares the network on the backend, without running it, and adds up the memory of 'nin train' and 'nin \
      predict', the images of Fashion-MNIST included. A batch is computed in parts, as many at a time as there are lanes, one \
      per thread. With batch normalization, training runs in phases: all parts wait for sums over the batch, and keep their \
      activations in the meantime.

      --time measures the machine's peak performance for a second and predicts the network's times. --compare prints several \
      networks side by side, with memory and time.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(
    help: ArgumentHelp(
      """
      The network: \(ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")), or a file, an ONNX model if its name \
      ends in .onnx and otherwise a checkpoint. (default: \(ModelCatalog.nin.rawValue))
      """, valueName: "model or file"),
    completion: .modelOrFile)
  var model: String?

  @OptionGroup var design: NiNOptions

  @Option(
    help: ArgumentHelp("A checkpoint, as for --model.", valueName: "file"), completion: .tensors)
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "Networks or files, separated by commas, to compare side by side.",
      valueName: "networks"),
    completion: .models)
  var compare: String?

  @Option(
    parsing: .unconditional,
    help: "Height and width of an image. (default: the model's or the file's)")
  var imageSize: Int?

  @Option(parsing: .unconditional, help: "Channels of an image. (default: the model's)")
  var channels: Int?

  @Option(parsing: .unconditional, help: "The number of classes. (default: 10, for nin-imagenet 1000)")
  var classes: Int?

  @Option(
    parsing: .unconditional,
    help:
      "Images per batch, for memory, time and FLOP/byte. (default: the recipe's, \(Recipe.book.batchSize) for book)"
  )
  var batchSize: Int?

  @Flag(help: "Also print the memory of training and prediction.")
  var memory = false

  @Flag(help: "Also print the expected times of a batch and an epoch.")
  var time = false

  @OptionGroup(title: "Computing, for --memory, --time and --compare") var compute: ComputeOptions

  @Option(
    help: ArgumentHelp(
      """
      The recipe to train with: book, quick, best or a file. Its network, image size, batch size, optimizer, average, frozen \
      layers, tab and computing apply unless options or a file's network replace them. (default: book)
      """, valueName: "name or file"),
    completion: .recipe)
  var recipe: String?

  @Flag(help: "Print one line per top-level layer, like the book's layer_summary.")
  var book = false

  @Option(
    help: """
      Print the output of layer_summary in a tab of the book: \(Tab.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var tab: Tab?

  @Flag(
    help:
      "With --tab: print all layers, with kernel shapes and padding in the tab's framework."
  )
  var verbose = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var progress: ProgressOptions

  private var sizes: SummarySubject.Sizes {
    SummarySubject.Sizes(imageSize: imageSize, channels: channels, classes: classes)
  }

  var estimates: Bool { memory || time || compare != nil }

  /// The network that --model names.
  var named: NamedNetwork? {
    get throws { try model.map(NamedNetwork.init) }
  }

  func run() throws {
    // Nothing is computed without estimates, but a wrong --backend is still rejected.
    let recipe = try requestedRecipe()
    let backend =
      estimates || shared.backend != nil
      ? try shared.makeBackend(
        allowsEmulation: compute.allowEmulation, convolutions: recipe.computation.convolutions,
        usual: recipe.computation.backend) : nil
    if let tab { return try printSummary(of: tab) }
    let estimator = try backend.flatMap { estimates ? try CostEstimator(self, $0, recipe) : nil }
    if let compare, let estimator { return try printComparison(of: compare, estimator) }
    try printSummary(recipe, estimator)
  }

  /// The recipe, changed by the options.
  private func requestedRecipe() throws -> Recipe {
    let name = recipe ?? NamedRecipe.book.rawValue
    var recipe = try NamedRecipe.recipe(name, for: named?.model)
    try recipe.requireNoCode(path: name)
    recipe.batchSize = batchSize ?? recipe.batchSize
    recipe.computation.apply(compute)
    return recipe
  }

  private func printComparison(of names: String, _ estimator: CostEstimator) throws {
    let comparison = try estimator.comparison(
      of: names.split(separator: ",", omittingEmptySubsequences: false).map { try NamedNetwork(String($0)) },
      sizes)
    print(json ? try prettyJSON(comparison) : "\(comparison)")
  }

  private func printSummary(_ recipe: Recipe, _ estimator: CostEstimator?) throws {
    let subject = try subject(recipe)
    let estimate = try estimator?.estimate(subject)
    let memory = self.memory ? estimate.map(MemoryTable.init) : nil
    let time = self.time ? estimate.flatMap(TimeTable.init) : nil
    if let estimator, self.time, time == nil { throw estimator.unknownPeak }
    if json {
      print(try prettyJSON(SummaryWithCosts(subject, recipe, memory: memory, time: time)))
    } else if book {
      for row in subject.summary.topLevel { print("\(row.type) output shape:\t\(row.outputShape)") }
    } else {
      print(
        SummaryTable(
          subject, batchSize: recipe.batchSize, precision: recipe.computation.precision ?? .float32))
      if let memory { print("\n\(memory)") }
      if let time { print("\n\(time)") }
    }
  }

  private func printSummary(of tab: Tab) throws {
    let (channels, classes) = (channels ?? 1, classes ?? 10)
    let size = imageSize ?? ModelCatalog.nin.defaultImageSize
    do {
      let summary = try TabSummary(tab, image: [channels, size, size], classes: classes)
      print(verbose ? "\(summary.table)" : summary.lines.joined(separator: "\n"))
    } catch let error as LayerError {
      throw withSmallestImage(
        error, model: try tab.choice(ModelChoice(.nin)).model(classes: classes),
        name: "the tab \(tab.rawValue.quoted)",
        channels: channels, imageSize: size)
    }
  }

  private func subject(_ recipe: Recipe) throws -> SummarySubject {
    if let checkpoint { return try SummarySubject(checkpoint: checkpoint, imageSize: imageSize) }
    if case .file(let path)? = try named { return try SummarySubject(file: path, sizes) }
    let choice = try design.choice(named?.model, usual: recipe.model)
    try design.requireHead(of: recipe.tab)
    var sizes = sizes
    sizes.imageSize = imageSize ?? recipe.imageSize
    return try SummarySubject(recipe.tab?.choice(choice) ?? choice, sizes)
  }
}
