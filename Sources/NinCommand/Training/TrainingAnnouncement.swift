import NetworkInNetwork
import Reporting

/// The output before training starts or resumes: files moved away in the folder, and differences from the run or
/// network that it continues.
struct TrainingAnnouncement {
  private let trainer: Trainer
  private let stored: TrainingState?
  private let output: String
  private let resumes: Bool
  private let recipeFile: String?
  private let say: (String) -> Void

  /// - Parameters:
  ///   - trainer: The prepared trainer.
  ///   - stored: The state that it resumes from; nil for a new run.
  ///   - output: Its folder, as given by the user.
  ///   - resumes: Whether resuming was requested.
  ///   - recipeFile: The folder's recipe file, if the run has its recipe for lack of a state.
  ///   - say: Prints a line that is not a notice.
  init(
    _ trainer: Trainer, stored: TrainingState?, output: String, resumes: Bool, recipeFile: String?,
    say: @escaping (String) -> Void
  ) {
    self.trainer = trainer
    self.stored = stored
    self.output = output
    self.resumes = resumes
    self.recipeFile = recipeFile
    self.say = say
  }

  /// Prints it.
  func print() {
    printFindings()
    guard let stored else {
      printOnlyClass()
      printDifferences(from: trainer.state.recipe.weights)
      printWarmUp()
      if resumes {
        let origin = recipeFile.map { " with the recipe in \($0)" } ?? ""
        say("no saved run in \(output); starting a new one\(origin)")
      }
      return
    }
    let batch = stored.batch > 0 ? ", batch \(stored.batch)" : ""
    say("resuming after epoch \(stored.epoch)\(batch)")
    guard stored.epoch < trainer.state.recipe.epochs else {
      return say(
        "training is complete after \(counted(stored.epoch, "epoch")); continue with a larger --epochs")
    }
    printChanges(since: stored)
    printLearningRate(since: stored)
  }

  /// Reports files of other runs in the folder, and initial weights that could not be used.
  private func printFindings() {
    let findings = trainer.findings
    if let earlier = findings.earlierRun {
      Log.notice("the earlier run in \(output) has been moved to \(earlier)")
    }
    if let path = findings.foreignCheckpoint {
      Log.notice(
        "the network in \(output) is not the one that this run wrote last; it has been moved to \(path)")
    }
    if let problem = findings.damagedState {
      Log.warning("\(problem); it has been moved to \(output)/earlier, and the previous state is used")
    }
    if let epoch = findings.missingBestEpoch {
      Log.warning(
        "\(RunFolder.bestCheckpoint(in: output)) is missing or not the network of this run's best epoch, \(epoch); to "
          + "keep that, stop the run and put it back")
    }
    if let path = findings.foreignHistory {
      Log.notice(
        "the rows of \(output)/history.csv do not belong to this run; it has been moved to \(path)")
    }
    if findings.lacksHistory {
      Log.notice("\(output)/history.csv is missing: the new one starts after step \(trainer.state.step)")
    }
    if !findings.newParameters.isEmpty {
      Log.notice(
        "these parameters have a different shape in \(trainer.state.recipe.weights ?? "") and are initialized: "
          + findings.newParameters.joined(separator: ", "))
    }
  }

  /// Notes that there is nothing to learn.
  private func printOnlyClass() {
    let images = trainer.images.training
    guard let label = images.labels.first, images.labels.allSatisfy({ $0 == label }) else { return }
    Log.notice(
      "all training images are of one class, \(images.classNames[Int(label)]): there is nothing to distinguish"
    )
  }

  /// Notes that the learning rate does not reach its peak.
  private func printWarmUp() {
    let (recipe, schedule) = (trainer.state.recipe, trainer.state.recipe.learningRate)
    let steps = recipe.epochs * trainer.stepsPerEpoch
    guard schedule.warmUpSteps >= steps else { return }
    let last = schedule.rate(step: steps - 1, epochs: recipe.epochs, stepsPerEpoch: trainer.stepsPerEpoch)
    Log.notice(
      "the warm-up has \(counted(schedule.warmUpSteps, "step")), but the run only \(steps): the learning rate rises to "
        + "\(decimal(last, places: 6)) instead of \(schedule.peak); a --warm-up below \(steps), a smaller --batch-size or "
        + "more --epochs would let it reach that")
  }

  /// Reports differences from how the initial network was trained.
  private func printDifferences(from weights: String?) {
    guard let path = weights, let theirs = trainer.findings.weights else { return }
    let ours = trainer.description
    if !theirs.statesPreparation {
      Log.notice(
        "\(path) does not describe the preparation of its images; this run has \(text(ours.normalization))"
      )
    } else if theirs.givesNormalization {
      say("images are normalized as for the weights, with \(text(ours.normalization))")
    } else if let other = theirs.otherNormalization {
      Log.notice(
        "\(path) was trained with \(text(other)), but the recipe of this run has \(text(ours.normalization))"
      )
    }
    if let before = theirs.otherResize {
      Log.notice(
        "\(path) was trained on images resized like \(before.rawValue), but this run resizes like "
          + "\((ours.resize ?? .pillow).rawValue)")
    }
    if theirs.otherClassNames != nil {
      Log.notice("\(path) has as many classes as the data, but different ones; its last layers are kept")
    }
  }

  private func text(_ normalization: Normalization) -> String {
    "the means \(normalization.mean) and the deviations \(normalization.deviation)"
  }

  private func printChanges(since stored: TrainingState) {
    let state = trainer.state
    if stored.backend == nil {
      Log.notice(
        "the state was written by an older version, which did not store backend, micro-batch and data: resuming on "
          + "\(state.backend ?? ""), \(state.microBatch ?? 0) images at a time; whether the data is the same cannot be "
          + "checked")
    }
    let changes = [
      ("backend", stored.backend, state.backend),
      ("precision", (stored.precision ?? .float32).rawValue, state.precision?.rawValue),
      ("convolution algorithm", (stored.convolutions ?? .direct).rawValue, state.convolutions?.rawValue),
      ("micro-batch", stored.microBatch.map(String.init), state.microBatch.map(String.init)),
    ]
    for case (let name, let before?, let now?) in changes where before != now {
      Log.notice(
        "the \(name) changes from \(before) to \(now): the result will differ from that of a run "
          + "without this change")
    }
  }

  /// Notes that the learning rate of a schedule that ends with the last epoch depends on the number of epochs.
  private func printLearningRate(since stored: TrainingState) {
    let rate = { (recipe: Recipe) in
      recipe.learningRate.rate(
        step: stored.step, epochs: recipe.epochs, stepsPerEpoch: trainer.stepsPerEpoch)
    }
    let (before, now) = (rate(stored.recipe), rate(trainer.state.recipe))
    guard before != now else { return }
    Log.notice(
      "with \(counted(trainer.state.recipe.epochs, "epoch")) instead of \(stored.recipe.epochs), the learning rate is "
        + "\(decimal(now, places: 6)) at this step instead of \(decimal(before, places: 6))")
  }
}
