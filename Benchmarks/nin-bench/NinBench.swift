import ArgumentParser
import NetworkInNetwork

@main
struct NinBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin-bench",
    abstract: "Time training steps and prediction of NiN on a backend.",
    discussion: """
      The images are random numbers of the real shape: neither reading nor resizing is timed. The first step, \
      which generates code and touches memory, is run but not counted. Build with -c release.
      """)

  @Option(
    help: "The backends to time, separated by commas.",
    transform: { $0.split(separator: ",").map(String.init) })
  var backend = ["dnnl", "openblas"]

  @Option(help: "How many threads to use; all processors if not given.")
  var threads: Int?

  @Option(help: "How many images a batch has.")
  var batchSize = 128

  @Option(help: "How many images are computed at a time; chosen if not given.")
  var microBatch: Int?

  @Option(help: "Height and width of the images.")
  var imageSize = 224

  @Option(help: "How many steps to time.")
  var steps = 5

  func validate() throws {
    for (name, value) in [
      ("--batch-size", batchSize), ("--image-size", imageSize), ("--steps", steps),
      ("--threads", threads ?? 1),
    ] where !(1...16384).contains(value) {
      throw ValidationError("\(name) is \(value); it must lie between 1 and 16384")
    }
  }

  func run() throws {
    #if DEBUG
      print("This is a debug build: its numbers mean nothing. Use swift run -c release nin-bench.")
    #endif
    BackendRegistry.registerBuiltIn()
    let settings = Measurement.Settings(
      batchSize: batchSize, microBatch: microBatch, imageSize: imageSize, steps: steps)
    let pool = threads.map(ThreadPool.init(count:)) ?? .allProcessors
    for name in backend {
      let backend = try BackendRegistry.backend(named: name, BackendOptions(threads: pool))
      let information = backend.information
      print("\(name): \(information.library), \(information.instructionSet), \(pool.count) threads")
      try Measurement(backend, settings).printAll()
    }
  }
}
