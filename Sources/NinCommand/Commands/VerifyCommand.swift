import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check backends, or a trace, against the reference in float64, layer by layer.",
    discussion: """
      EXAMPLES:

        nin verify
        nin verify --backends dnnl,openblas --train 5
        nin verify --against t.safetensors

      Each layer is judged separately: from the layer's recorded inputs, the reference computes its output in float64, and \
      the error is given in units of the expected rounding error of the precision; up to \(Int(Finding.bound)) units pass. \
      Docs/Numerics.md explains the unit and the table.

      Each backend is judged in three plans: 'separate layers', which locates a wrong layer; and the 'training plan' and the \
      'prediction plan' of 'nin train' and 'nin predict', with layers fused and batches in parts.

      With --train, the training plan is judged in every step of a run, from the backend's parameters before it: \
      activations, loss and gradients, then the update. Runs are not compared with each other.

      With --against, the tensors of a trace are judged as well, for instance from PyTorch; a trace may have its own \
      'input', 'labels' and 'parameters.…'. The exit code is 1 if there is a mismatch.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(
    help: ArgumentHelp(
      "The backends to verify, separated by commas. (default: all that support the precision)",
      valueName: "a,b,c"),
    completion: .backends)
  var backends: String?

  @Option(help: ArgumentHelp("A trace to verify.", valueName: "t.safetensors"), completion: .tensors)
  var against: String?

  @OptionGroup(title: "Experiment") var experiment: ExperimentOptions
  @OptionGroup var data: DataOptions
  @OptionGroup(title: "Computing") var numbers: PrecisionOptions

  @OptionGroup(title: "Training") var training: ExperimentTrainingOptions

  @OptionGroup var progress: ProgressOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard training.steps == nil || against == nil else {
      throw ValidationError("--train and --against cannot be combined")
    }
  }

  func run() throws {
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("preparing")
    let trace = try against.map { try TraceFile(path: $0, precision: numbers.precision) }
    let backends = try chosenBackends()
    let source = ExperimentSource(
      options: experiment, data: data, isTraining: training.steps != nil, trace: trace)
    let (experiment, _) = try source.experiment()
    display.clear()
    if !json { print(heading(experiment)) }
    if let steps = training.steps {
      try judgeTrainings(source, experiment, backends, steps: steps, display)
    } else {
      try judgePasses(experiment, backends, trace, display)
    }
  }

  private func judgePasses(
    _ experiment: Experiment, _ backends: [any Backend], _ trace: TraceFile?, _ display: CommandProgress
  ) throws {
    let others = try trace.map { try uncompared($0, experiment) }
    display.show("computing in float64")
    let exact = try ExactWinners(experiment, precision: numbers.precision, threads: shared.pool)
    let referee = Referee(experiment, threads: shared.pool)
    var report = VerificationReport(uncompared: others ?? [])
    func judge(_ recordings: [any Recording], _ library: String?) throws {
      let judgments = try referee.judge(recordings, against: exact)
      display.clear()
      for judgment in judgments {
        report.add(judgment, library: library)
        if !json { print(JudgmentTable(judgment, library: library)) }
      }
    }
    if let trace {
      display.show("judging \(trace.name)")
      try judge([trace], nil)
      if !json { print(report.uncomparedLine) }
    }
    for backend in backends {
      display.show("judging \(backend.name)")
      let recordings = try NetworkPlan.allCases.map {
        try NetworkRecording(
          experiment, on: backend, precision: numbers.precision, plan: $0, convolutions: numbers.convolutions)
      }
      try judge(recordings, backend.information.library)
    }
    print(json ? try prettyJSON(report) : report.conclusion)
    guard report.passes else { throw ExitCode.failure }
  }

  private func heading(_ experiment: Experiment) -> String {
    "\(counted(experiment.labels.count, "image")) of \(experiment.image), \(numbers.precision.rawValue), "
      + "against the reference in float64\n"
  }

  /// The backends to verify.
  private func chosenBackends() throws -> [any Backend] {
    let options = BackendOptions(threads: shared.pool, allowsEmulation: numbers.allowEmulation)
    if let backends {
      guard shared.backend == nil else {
        throw ValidationError("--backend and --backends cannot be combined; use --backends")
      }
      let names = backends.split(separator: ",", omittingEmptySubsequences: false).map {
        String($0.drop { $0 == " " })
      }
      if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
        throw ValidationError("--backends names \(twice.quoted) twice")
      }
      try asUsageError { try BackendRegistry.requireKnown(names) }
      return try checked(names.map { try BackendRegistry.backend(named: $0, options: options) })
    }
    if let name = shared.backend {
      return try checked([BackendRegistry.backend(named: name, options: options)])
    }
    let available = BackendRegistry.entries.compactMap { try? $0.make(options) }
    let able = available.filter { $0.information.precisions.contains(numbers.precision) }
    guard against == nil || !able.isEmpty else { return [] }
    return try checked(able)
  }

  /// Rejects backends that do not support the precision.
  private func checked(_ backends: [any Backend]) throws -> [any Backend] {
    for backend in backends where !backend.information.precisions.contains(numbers.precision) {
      let able = backend.information.precisions.map(\.rawValue).joined(separator: " and ")
      throw ValidationError("\(backend.name) supports \(able) here, not \(numbers.precision.rawValue)")
    }
    guard !backends.isEmpty else {
      throw ValidationError("no backend supports \(numbers.precision.rawValue) here")
    }
    return backends
  }

  /// The tensors of a trace that are not compared.
  ///
  /// - Throws: `VerificationError` if that is all of them.
  private func uncompared(_ trace: TraceFile, _ experiment: Experiment) throws -> [String] {
    let compared = Set(experiment.tracedNames.filter { trace.shape(of: $0) != nil })
    guard !compared.isEmpty else {
      let example = experiment.tracedNames.first ?? ""
      throw VerificationError.missingTensor(
        name: example,
        reason: "\(trace.name) has none of the network's tensors, such as \(example); it has "
          + (trace.names.isEmpty ? "none at all" : trace.names.prefix(3).joined(separator: ", ")))
    }
    return trace.fullNames.filter { !compared.contains($0) }
  }

  // MARK: Training

  private func judgeTrainings(
    _ source: ExperimentSource, _ experiment: Experiment, _ backends: [any Backend], steps: Int,
    _ display: CommandProgress
  ) throws {
    let batches = try source.trainingBatches(like: experiment)
    var report = TrainingReport(training.rule)
    var trainings: [JudgedTraining] = []
    for backend in backends {
      let library = backend.information.library
      let judged = try JudgedTraining(
        experiment, on: backend, precision: numbers.precision, updates: steps, rule: training.rule,
        convolutions: numbers.convolutions, threads: shared.pool, batch: batches
      ) { display.show(backend.name, $0, of: steps, unit: "steps") }
      display.clear()
      trainings.append(judged)
      report.add(judged, library: library)
      if !json { print(TrainingTable(judged, library: library)) }
    }
    if let plot = training.plot {
      try AtomicFile.write(to: plot) { try $0.write(Array(LossPlot(trainings).svg.utf8)) }
    }
    print(json ? try prettyJSON(report) : trainings.map(\.conclusion).joined(separator: "\n"))
    guard report.passes else { throw ExitCode.failure }
  }
}
