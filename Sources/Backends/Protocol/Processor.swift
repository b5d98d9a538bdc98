#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The processor, as the system reports it.
package enum Processor {
  /// The processor's name, if the system reports it.
  package static var name: String {
    let path = "/proc/cpuinfo"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "CPU" }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let name = line?.split(separator: ":", maxSplits: 1).last else { return "CPU" }
    return String(name.drop { $0 == " " })
  }
}
