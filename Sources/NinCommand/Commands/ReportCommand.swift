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
      for any run, finished or not, of older versions too, and without --output brings RUN/curves.svg up to date. What is \
      missing from the run's folder is named on the page. The network in RUN/checkpoint.safetensors classifies the test \
      images for it; where they are not those of the training, the page says so.
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
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("preparing")
    let record = try RunRecord(folder)
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    let report = try report(record, on: backend, display)
    display.show("writing the page")
    for note in report.notes { Log.notice(note) }
    try report.write(to: output)
    let curves = TrainingCurves(record)
    // With --output the run's folder may be one that cannot be written to.
    if output == nil, !curves.isEmpty { try curves.write() }
    display.clear()
    print("the report is in \(output ?? RunFolder.report(in: folder))")
  }

  /// The page with what there is of the run, and notes on what there is not.
  private func report(
    _ record: RunRecord, on backend: any Backend, _ display: CommandProgress
  ) throws -> RunReport {
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
      let judged = try JudgedImages(
        images, name: "test", by: network, resize: description.resize ?? .pillow, batchSize: batchSize,
        enlargesMaps: true, display)
      guard let judged else {
        display.clear()
        throw ExitCode(Interruption.exitCode)
      }
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

  private func testImages(_ record: RunRecord, for network: CheckpointDescription) throws -> LabeledImages {
    let test = try data.completed(by: record.recipe?.computation ?? .init()).open(for: network).test()
    return record.recipe?.testLimit.map(test.prefix) ?? test
  }

  /// Whether these are the network and the images of the last epoch; other backends round differently, so a few images may
  /// be classified differently.
  private func differences(_ judged: JudgedImages, _ record: RunRecord) -> [String] {
    let trainingTest = record.metrics?.data?.test
    if let trainingTest, trainingTest != judged.images.digest {
      return [
        "The test images are not those of the training: the confusion matrix, the mistakes and the figures of each class "
          + "are of the images that this page was made with."
      ]
    }
    guard record.judgedBy == "test", let last = record.metrics?.last,
      let measured = last.averageTestAccuracy ?? last.testAccuracy,
      abs(measured - judged.score.accuracy) > 0.005 + 2 / Double(max(judged.score.count, 1))
    else { return [] }
    let suspicion =
      trainingTest == nil
      ? "this is another network, or these are other images" : "this is not the network of the last epoch"
    return [
      "The network classifies \(percent(judged.score.correct, of: judged.score.count)) % of these images correctly, and the "
        + "training measured \(decimal(100 * measured, places: 1)) %: \(suspicion)."
    ]
  }
}
