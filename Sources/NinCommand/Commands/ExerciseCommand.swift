import ArgumentParser
import Exercises
import MachineLimits
import NetworkInNetwork
import Reporting

/// `nin exercise`.
struct ExerciseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exercise",
    abstract: "Answer one of the chapter's exercises by measurement.",
    discussion: """
      EXAMPLES:

        nin exercise
        nin exercise 1 --budget 30m

      Without a number, the six exercises are listed. With one, its networks are trained with as many seeds and images as \
      the budget allows, and compared. The --output folder gets answer.txt, answer.json, table.csv, curves.svg and \
      report.html. A difference is reported only if Student's t interval over the seeds excludes 0; otherwise the answer \
      names a budget that could show it.

      Each run is an ordinary training run in the folder 'runs' of the output. After Ctrl-C, or if it is killed, the same \
      command resumes it; completed runs are not repeated. Exercise 4 measures networks without training, so it needs no data.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var progress: ProgressOptions

  @Argument(help: ArgumentHelp("The exercise, 1 to 6.", valueName: "number"))
  var number: Int?

  @Option(
    help: ArgumentHelp(
      "The time limit: seconds (90s), minutes (5m) or hours (2h). (default: \(defaultBudget))",
      valueName: "time"))
  var budget: String?

  @Option(
    help: ArgumentHelp(
      """
      The size of network and images: small (a quarter of the channels, 99×99), medium (half, 131×131) or book (all, \
      224×224). (default: small below an hour, medium below a day, otherwise book)
      """, valueName: "size"))
  var size: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Also train the first network with its learning rate times this factor: a known difference, which shows what the \
      budget can resolve. Half the rate (0.5) is visible within minutes.
      """, valueName: "factor"))
  var control: Double?

  @Option(
    help: ArgumentHelp("The folder for the answer. (default: runs/exercise-NUMBER)", valueName: "folder"))
  var output: String?

  private static let defaultBudget = "5m"

  func validate() throws {
    if number == nil, budget != nil || size != nil || control != nil || output != nil {
      throw ValidationError("the number of the exercise is missing, as in: nin exercise 1 --budget 5m")
    }
    if let control, !(control > 0 && control <= 100) {
      throw ValidationError("--control is \(control); it must be more than 0 and at most 100")
    }
    if let number, !Exercise.all.contains(where: { $0.number == number }) {
      throw ValidationError("the exercise is \(number); it must be between 1 and \(Exercise.all.count)")
    }
    if let budget, ExerciseBudget(budget) == nil {
      throw ValidationError(
        "--budget is \(budget); it must be a time such as 90s, 5m or 2h, of at most 1000h")
    }
    if let size, !ExerciseSize.all.contains(where: { $0.name == size }) {
      let names = ExerciseSize.all.map(\.name).joined(separator: ", ")
      throw ValidationError("--size is \(size); it must be one of \(names)")
    }
  }

  func run() throws {
    guard let asked = Exercise.all.first(where: { $0.number == number }) else { return list() }
    let exercise = control.map(asked.withControl) ?? asked
    guard let budget = ExerciseBudget(budget ?? Self.defaultBudget)?.seconds else { return }
    Interruption.catchSignals()
    StandardOutput.outliveReader()
    let display = ExerciseDisplay(exercise, isQuiet: progress.quiet)
    // Errors are printed after the display is cleared.
    defer { display.clear() }
    let folder = ExerciseFolder(output ?? "runs/exercise-\(exercise.number)")
    let text: String?
    switch exercise.method {
    case .training:
      text = try train(exercise, folder, budget, display)
    case .resources(let models):
      text = try measure(exercise, models, folder, budget, display)
    }
    display.clear()
    guard let text else {
      // Not wrapped, so that it can be copied.
      print("stopped; resume with: \(CommandLine.arguments.map(shellQuoted).joined(separator: " "))")
      throw ExitCode(Interruption.exitCode)
    }
    print(text)
    Terminal.standardOutput.say("\nthe answer is in \(folder.path); the report is \(folder.page)")
  }

  private func list() {
    let texts = Exercise.all.map { "\($0.number). \($0.title)\n\($0.question)" }
    Terminal.standardOutput.say(texts.joined(separator: "\n\n"))
  }

  /// The answer's text; nil if it was interrupted.
  private func train(
    _ exercise: Exercise, _ folder: ExerciseFolder, _ budget: Double, _ display: ExerciseDisplay
  ) throws -> String? {
    let backend = try shared.makeBackend()
    let dataset = try data.open()
    var setting = ExerciseRunner.Setting(
      budget: budget, size: ExerciseSize.all.first { $0.name == size }, training: try dataset.training(),
      test: try dataset.test(), backend: backend)
    setting.computation.data = data.folder.map(absolutePath)
    setting.computation.channels = data.channels
    setting.computation.testSplit = data.testFraction
    setting.ceilings = { try Ceilings.measured(threads: backend.threads.count) }
    let runner = ExerciseRunner(exercise, folder: folder, setting: setting, report: display.show)
    return try runner.run { Interruption.isRequested }?.text
  }

  /// The answer's text; nil if it was interrupted.
  private func measure(
    _ exercise: Exercise, _ models: [ModelCatalog], _ folder: ExerciseFolder, _ budget: Double,
    _ display: ExerciseDisplay
  ) throws -> String? {
    guard size == nil || size == ExerciseSize.book.name, control == nil else {
      throw ValidationError(
        "exercise \(exercise.number) measures networks at the book's size without training; omit --size and --control"
      )
    }
    let backend = try shared.makeBackend()
    let runner = ResourceRunner(
      exercise, models: models, folder: folder, budget: budget, backend: backend,
      ceilings: { try Ceilings.measured(threads: backend.threads.count) }, report: display.show)
    return try runner.run { Interruption.isRequested }?.text
  }
}
