import ArgumentParser
import NetworkInNetwork
import Reporting
import RunReports

/// `nin report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the page about a training again: curves, confusions, mistakes, layers, recipe.",
    discussion: """
      The page is one file that needs no network, RUN/report.html. 'nin train' writes it at the end; this command writes it \
      of any run, finished or not, of older versions too, and without --output brings RUN/curves.svg up to date. What the \
      run's folder does not have is named on the page. The test images are classified for it, by the network in RUN/checkpoint.safetensors.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var progress: ProgressOptions

  @Argument(help: ArgumentHelp("The folder of a training.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp("Where the page goes. (default: RUN/report.html)", valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var output: String?

  func run() throws {
    Interruption.catchSignals()
    let record = try RunRecord(folder)
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    let report = try report(record, on: backend)
    for note in report.notes { Log.notice(note) }
    try report.write(to: output)
    let curves = TrainingCurves(record)
    // With --output the run's folder may be one that cannot be written to.
    if output == nil, !curves.isEmpty { try curves.write() }
    print("the report is in \(output ?? RunFolder.report(in: folder))")
  }

  /// What can be known of the run; what cannot is noted.
  private func report(_ record: RunRecord, on backend: any Backend) throws -> RunReport {
    let checkpoint: Checkpoint
    do {
      checkpoint = try Checkpoint(path: RunFolder.checkpoint(in: folder))
    } catch {
      return RunReport(record, notes: ["The network is unavailable: \(error)."])
    }
    let description = checkpoint.description
    let batchSize = record.recipe?.batchSize ?? 128
    do {
      let images = try testImages(record, for: description)
      let network = try checkpoint.makeNetwork(
        on: backend, compute, batchSizes: [batchSize, images.count % batchSize].filter { $0 > 0 },
        imageCount: images.count)
      try network.requireFit(images, names: description.classNames)
      let display = CommandProgress(isQuiet: progress.quiet)
      defer { display.clear() }
      let judged = try JudgedImages(
        images, name: "test", by: network, resize: description.resize ?? .pillow, batchSize: batchSize,
        display)
      guard let judged else { throw ExitCode(Interruption.exitCode) }
      return RunReport(
        record, network: description, judged: judged, memory: ("prediction", network.memory),
        notes: differences(judged, record))
    } catch let code as ExitCode {
      throw code
    } catch  where data.folder == nil {
      return RunReport(
        record, network: description,
        notes: ["The test images could not be classified: \(error); --data says where they are."])
    }
  }

  private func testImages(_ record: RunRecord, for network: CheckpointDescription) throws -> LabelledImages {
    let test = try data.completed(by: record.recipe?.computation ?? .init()).open(for: network).test()
    return record.recipe?.testLimit.map(test.prefix) ?? test
  }

  /// Notes if these are not the network and the images of the last epoch; roundings of other backends may move a few images.
  private func differences(_ judged: JudgedImages, _ record: RunRecord) -> [String] {
    guard record.judgedBy == "test", let last = record.metrics?.last,
      let measured = last.averageTestAccuracy ?? last.testAccuracy,
      abs(measured - judged.score.accuracy) > 0.005 + 2 / Double(max(judged.score.count, 1))
    else { return [] }
    return [
      "The network classifies \(percent(judged.score.correct, of: judged.score.count)) % of these images rightly, and the "
        + "training measured \(decimal(100 * measured, places: 1)) %: the network or the images are others."
    ]
  }
}
