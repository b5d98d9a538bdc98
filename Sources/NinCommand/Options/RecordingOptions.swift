import ArgumentParser
import NetworkInNetwork
import Reporting
import RunReports
import TensorBoard

/// What a training writes to be looked at.
struct RecordingOptions: ParsableArguments {
  @Option(
    name: .customLong("tensorboard"), defaultAsFlag: TensorBoardFolder.ofRun,
    help: ArgumentHelp(
      """
      Write event files for TensorBoard: figures of each step and epoch, histograms of weights and gradients, and the \
      recipe.
      """, valueName: "folder"),
    completion: .directory)
  var tensorBoard: TensorBoardFolder?

  @Option(
    name: .customLong("histogram-every"), parsing: .unconditional,
    help: ArgumentHelp(
      """
      Steps from one histogram for TensorBoard to the next; more where histograms would take over 1 % of the time. \
      (default: \(TensorBoardWriter.usualHistogramInterval))
      """, valueName: "steps"))
  var histogramInterval: Int?

  @Flag(
    name: .customLong("no-report"),
    help: "Leave out DIR/report.html, for which the test images are classified once more at the end.")
  var leavesOutReport = false

  func validate() throws {
    try requirePositive([("--histogram-every", histogramInterval)])
    guard histogramInterval == nil || tensorBoard != nil else {
      throw ValidationError("--histogram-every is for --tensorboard")
    }
  }

  /// Those that write files while it trains.
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
      folder: folder, histogramInterval: histogramInterval ?? TensorBoardWriter.usualHistogramInterval
    ) { Log.warning($0) }
    return [curves, events]
  }

  /// Writes the page about a training that was interrupted, with what its folder has: nobody waits for test images to be
  /// classified after Ctrl-C.
  ///
  /// - Parameters:
  ///   - trainer: The training.
  ///   - output: Its folder.
  func writeShortReport(of trainer: Trainer, output: String) {
    guard !leavesOutReport, trainer.state.step > 0 else { return }
    let note =
      "The training was interrupted after step \(trainer.state.step), and the test images were not classified for this page; "
      + "'nin report' adds what is missing."
    do {
      let report = RunReport(
        try RunRecord(output), network: trainer.description, memory: ("training", trainer.network.memory),
        notes: [note])
      try report.write()
    } catch {
      Log.warning("the report is not written: \(error)")
    }
  }

  /// Writes the page about a training that has ended; where that fails, the training has still succeeded.
  ///
  /// - Parameters:
  ///   - trainer: The training.
  ///   - output: Its folder.
  ///   - progress: Shows how far it is.
  /// - Returns: The page; nil if it was not wanted, or not written, which is said.
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
      Log.warning("the report is not written: \(error); the network is, and \(again) again")
      return nil
    }
  }

  /// The options as a resumed training needs them.
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
  /// Classifies what the training's network was not trained on; nil if that was interrupted.
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
  /// Classifies images and shows how far it is; nil if that was interrupted.
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
