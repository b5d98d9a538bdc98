#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is known of the machine.
enum Machine {
  /// The processor's name, where the system tells it.
  static var processor: String {
    let path = "/proc/cpuinfo"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "CPU" }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let name = line?.split(separator: ":", maxSplits: 1).last else { return "CPU" }
    return String(name.drop { $0 == " " })
  }
}
