import ArgumentParser
import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `nin-bench measure`: one configuration, for the process that started this one.
struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measure one configuration.", shouldDisplay: false)

  @Argument(help: "The request as JSON.")
  var request: String

  func run() throws {
    guard let request = try? JSONDecoder().decode(ChildMeasurement.Request.self, from: Data(request.utf8))
    else {
      throw BenchmarkError("'measure' is for nin-bench itself; run nin-bench without it")
    }
    let measurer = Measurer(configuration: request.configuration, effort: request.effort)
    print(String(decoding: try JSONEncoder().encode(try measurer.measure()), as: UTF8.self))
  }
}
