import ArgumentParser
import NetworkInNetwork
import Reporting
import RunReports

/// `nin report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a run's report: curves, confusions, mistakes, layers, recipe.",
    discussion: """
      EXAMPLES:

        nin report runs/quick

      The report is one self-contained page, RUN/report.html. 'nin train' writes it at the end; this command writes it for \
      any run, including incomplete runs and those from older versions, and without --output it updates \
      RUN/curves.svg. Missing files are named in the report. The network in RUN/checkpoint.safetensors classifies the test \
      images for it; if they differ from those of the run, the report says so.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var progress: ProgressOptions

  @Argument(help: ArgumentHelp("The folder of a run.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp("The file to write. (default: RUN/report.html)", valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var output: String?

  func validate() throws {
    let inputs = [
      RunFolder.checkpoint, RunFolder.bestCheckpoint, RunFolder.history, RunFolder.metrics, RunFolder.recipe,
    ].map { $0(folder) }
    if let output { try requireOutput(output, differsFrom: inputs) }
  }

  func run() throws {
    Interruption.catchSignals()
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("preparing")
    let record = try RunRecord(folder)
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    let report = try report(record, on: backend, display)
    display.show("writing the report")
    for note in report.notes { Log.notice(note) }
    try report.write(to: output)
    let curves = TrainingCurves(record)
    // With --output the run's folder may be read-only.
    if output == nil, !curves.isEmpty { try curves.write() }
    display.clear()
    print("wrote the report to \(output ?? RunFolder.report(in: folder))")
  }

  /// The report on the available files, with notes on missing ones.
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
    guard data.folder != nil || record.recipe?.custom.hasImages != true else {
      return RunReport(
        record, network: description,
        notes: [
          "The images were given by a program; to classify others for this report, give their folder with --data."
        ])
    }
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
        notes: ["The test images could not be classified: \(error); give their folder with --data."])
    }
  }

  private func testImages(_ record: RunRecord, for network: CheckpointDescription) throws -> LabeledImages {
    let test = try data.completed(by: record.recipe?.computation ?? .init()).open(for: network).test()
    return record.recipe?.testLimit.map(test.prefix) ?? test
  }

  /// Notes if the results differ from those of the last epoch; other backends round differently, so a few images may be
  /// classified differently.
  private func differences(_ judged: JudgedImages, _ record: RunRecord) -> [String] {
    let trainingTest = record.metrics?.data?.test
    if let trainingTest, trainingTest != judged.images.digest {
      return [
        "The test images differ from those of the run: the confusion matrix, the mistakes and the figures of each class "
          + "are for the images given for this report."
      ]
    }
    guard record.judgedBy == "test", let last = record.metrics?.last,
      let measured = last.averageTestAccuracy ?? last.testAccuracy,
      abs(measured - judged.score.accuracy) > 0.005 + 2 / Double(max(judged.score.count, 1))
    else { return [] }
    let suspicion =
      trainingTest == nil
      ? "the network or the images differ" : "this is not the network of the last epoch"
    return [
      "The network classifies \(percent(judged.score.correct, of: judged.score.count)) % of these images correctly, but the "
        + "run measured \(decimal(100 * measured, places: 1)) %: \(suspicion)."
    ]
  }
}
