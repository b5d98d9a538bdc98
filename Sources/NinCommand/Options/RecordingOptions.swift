import ArgumentParser
import NetworkInNetwork
import Reporting
import RunReports
import TensorBoard

/// The reports and event files of a training run.
struct RecordingOptions: ParsableArguments {
  @Option(
    name: .customLong("tensorboard"), defaultAsFlag: TensorBoardFolder.ofRun,
    help: ArgumentHelp(
      """
      Write event files for TensorBoard: metrics per step and epoch, histograms of weights and gradients, and the recipe.
      """, valueName: "folder"),
    completion: .directory)
  var tensorBoard: TensorBoardFolder?

  @Option(
    name: .customLong("histogram-every"), parsing: .unconditional,
    help: ArgumentHelp(
      """
      Steps between histograms for TensorBoard; more if histograms would take over 1 % of the time. \
      (default: \(TensorBoardWriter.defaultHistogramInterval))
      """, valueName: "steps"))
  var histogramInterval: Int?

  @Flag(
    name: .customLong("no-report"),
    help: "Omit DIR/report.html, for which the test images are classified once more at the end.")
  var leavesOutReport = false

  func validate() throws {
    try requirePositive([("--histogram-every", histogramInterval)])
    guard histogramInterval == nil || tensorBoard != nil else {
      throw ValidationError("--histogram-every requires --tensorboard")
    }
  }

  /// The observers that write files during training.
  ///
  /// - Parameter output: The run's folder.
  /// - Returns: The observers.
  func observers(output: String) -> [any TrainingObserver] {
    let curves = CurvesWriter(folder: output) { Log.warning($0) }
    guard let tensorBoard else { return [curves] }
    let folder =
      switch tensorBoard {
      case .ofRun: output
      case .folder(let path): path
      }
    let events = TensorBoardWriter(
      folder: folder, histogramInterval: histogramInterval ?? TensorBoardWriter.defaultHistogramInterval
    ) { Log.warning($0) }
    return [curves, events]
  }

  /// Writes the report on an interrupted run from its folder's contents, without the delay of classifying test images.
  ///
  /// - Parameters:
  ///   - trainer: The trainer.
  ///   - output: Its folder.
  func writeShortReport(of trainer: Trainer, output: String) {
    guard !leavesOutReport, trainer.state.step > 0 else { return }
    let note =
      "The run was interrupted after step \(trainer.state.step), and the test images were not classified for this report; "
      + "'nin report' completes it."
    do {
      let report = RunReport(
        try RunRecord(output), network: trainer.description, memory: ("training", trainer.network.memory),
        notes: [note])
      try report.write()
    } catch {
      Log.warning("the report is not written: \(error)")
    }
  }

  /// Writes the report on a completed run; a failure is reported, but is not an error of training.
  ///
  /// - Parameters:
  ///   - trainer: The trainer.
  ///   - output: Its folder.
  ///   - progress: The progress display.
  /// - Returns: The path of the report; nil if it was omitted or not written, which is reported.
  func writeReport(of trainer: Trainer, output: String, _ progress: CommandProgress) -> String? {
    guard !leavesOutReport, trainer.state.epoch > 0 else { return nil }
    let again = "'nin report \(shellQuoted(output))' writes it"
    do {
      let report = try RunReport(of: trainer, folder: output, progress)
      progress.clear()
      guard let report else {
        Log.notice("the report was interrupted; \(again)")
        return nil
      }
      try report.write()
      return RunFolder.report(in: output)
    } catch {
      progress.clear()
      Log.warning("the report is not written: \(error); the network is, and \(again)")
      return nil
    }
  }

  /// The options for resuming training.
  var words: [String] {
    var words: [String] = []
    switch tensorBoard {
    case .ofRun: words.append("--tensorboard")
    case .folder(let path): words.append("--tensorboard=\(path)")
    case nil: break
    }
    if let histogramInterval { words += ["--histogram-every", "\(histogramInterval)"] }
    return leavesOutReport ? words + ["--no-report"] : words
  }
}

extension RunReport {
  /// Classifies images that the network was not trained on; nil if that was interrupted.
  fileprivate init?(of trainer: Trainer, folder: String, _ progress: CommandProgress) throws {
    let recipe = trainer.state.recipe
    let heldOut =
      trainer.images.test.map { ("test", $0) } ?? trainer.images.validation.map { ("validation", $0) }
    let judged = try heldOut.map { name, images in
      try trainer.network.withAverage {
        try JudgedImages(
          images, name: name, by: trainer.network, resize: recipe.resize, batchSize: recipe.batchSize,
          enlargesMaps: false, progress)
      }
    }
    if case .some(nil) = judged { return nil }
    self.init(
      try RunRecord(folder), network: trainer.description, judged: judged ?? nil,
      memory: ("training", trainer.network.memory))
  }
}

extension JudgedImages {
  /// Classifies images and shows the progress; nil if that was interrupted.
  init?(
    _ images: LabeledImages, name: String, by network: Network, resize: ResizeMethod, batchSize: Int,
    enlargesMaps: Bool, _ progress: CommandProgress
  ) throws {
    try self.init(
      images, name: name, by: network, resize: resize, batchSize: batchSize, enlargesMaps: enlargesMaps,
      shouldStop: { Interruption.isRequested },
      didClassify: { progress.show("classifying for the report", $0, of: images.count) })
  }
}
