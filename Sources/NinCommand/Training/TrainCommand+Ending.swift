import ArgumentParser
import NetworkInNetwork
import Reporting

/// The output at the end of training.
extension TrainCommand {
  /// Prints the results of training, and writes the report.
  ///
  /// - Parameters:
  ///   - trainer: The trainer.
  ///   - outcome: The way it ended.
  /// - Throws: The exit code of an interruption.
  func end(_ trainer: Trainer, _ outcome: Trainer.Outcome) throws {
    switch outcome {
    case .finished: finish(trainer)
    case .stoppedEarly:
      say(
        trainer.state.isStopped
          ? "the program that started this run stopped it early; continue with a larger --epochs"
          : "stopped early: no better epoch since epoch \(trainer.state.best?.epoch ?? 0)")
      finish(trainer)
    case .interrupted:
      recording.writeShortReport(of: trainer, output: output)
      printInterruption(trainer)
    }
    if isJSON { printEndEvent(trainer, outcome) }
    if outcome == .interrupted { throw ExitCode(Interruption.exitCode) }
  }

  private func finish(_ trainer: Trainer) {
    printResults(trainer)
    let progress = CommandProgress(isQuiet: isSilent)
    if let path = recording.writeReport(of: trainer, output: output, progress) {
      say("wrote the report to \(path)")
    }
  }

  /// Prints the last event of `--log-format json`.
  private func printEndEvent(_ trainer: Trainer, _ outcome: Trainer.Outcome) {
    let name =
      switch outcome {
      case .finished: "finished"
      case .stoppedEarly: "stopped_early"
      case .interrupted: "interrupted"
      }
    TrainingEvent.print(
      .end,
      .init(
        step: trainer.state.step, epoch: trainer.state.epoch,
        imagesPerSecond: trainer.pace.images > 0 ? trainer.pace.imagesPerSecond : nil, outcome: name,
        bestEpoch: trainer.state.best?.epoch,
        checkpoint: trainer.state.epoch > 0 ? RunFolder.checkpoint(in: output) : nil))
  }

  /// The book's closing lines, in its words: `examples/sec` is `images/s` elsewhere.
  private func printResults(_ trainer: Trainer) {
    let backend = trainer.network.backend
    guard let last = trainer.state.history.last else { return }
    let test = last.testAccuracy.map { ", test acc \(decimal($0, places: 3))" } ?? ""
    say(
      "loss \(decimal(last.trainingLoss, places: 3)), train acc \(decimal(last.trainingAccuracy, places: 3))\(test)"
    )
    if let best = trainer.state.best, best.epoch != last.epoch {
      let isMissing = trainer.findings.missingBestEpoch == best.epoch
      let place = isMissing ? "not kept" : "in \(RunFolder.bestCheckpoint(in: output))"
      say("the best epoch was \(best.epoch); its network is \(place)")
    }
    if trainer.pace.images > 0 {
      say(
        "\(decimal(trainer.pace.imagesPerSecond, places: 1)) examples/sec on \(backend.name), \(Processor.name), "
          + counted(backend.threads.count, "thread"))
    }
    say("the network is in \(RunFolder.checkpoint(in: output))")
  }

  private func printInterruption(_ trainer: Trainer) {
    let line = "stopped after step \(trainer.state.step); resume with: \(resumeCommand)"
    guard !isJSON, !printing.quiet else { return Log.notice(line) }
    // On one line, so that it can be copied.
    print(line)
    // Ctrl-C has ended the reader too, or the terminal is closed.
    if StandardOutput.flush() != nil { Log.notice(line) }
  }

  /// The command that resumes this run, quoted for a shell.
  ///
  /// Backend, precision, micro-batch and convolution algorithm are in the state.
  private var resumeCommand: String {
    // A value that begins with a dash would be parsed as an option.
    let option = { (name: String, value: String) in
      value.hasPrefix("-") ? ["\(name)=\(value)"] : [name, value]
    }
    var words = [CommandLine.arguments[0], "train", "--resume"] + option("--output", output)
    words += data.words.flatMap(option) + recording.words
    if let threads = shared.threads { words += ["--threads", "\(threads)"] }
    if compute.allowEmulation { words.append("--allow-emulation") }
    if checkpointEvery != .seconds(60) {
      words += ["--checkpoint-every", checkpointEvery.defaultValueDescription]
    }
    return words.map(shellQuoted).joined(separator: " ")
  }
}
