import CProbes
import NetworkInNetwork
import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The machine that ran the measurements.
struct Machine: Codable, Equatable, Sendable {
  var processor: String
  /// Processors that the process may use.
  var processors: Int
  /// The relevant flags of the CPU.
  var instructionSets: String
  /// Bytes of memory.
  var memory: Int
  /// The versions of the libraries, by backend: "dnnl: oneDNN 2.6.3, AVX-512".
  var libraries: [String]

  /// The machine that this runs on.
  static func current(backends: [String]) throws -> Machine {
    let libraries = try backends.map { name in
      let information = try BackendRegistry.backend(named: name, options: BackendOptions()).information
      return "\(name): \(information.library), \(information.instructionSet)"
    }
    return Machine(
      processor: Processor.name, processors: ThreadPool.processorCount,
      instructionSets: String(cString: probe_instruction_sets()),
      memory: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)), libraries: libraries)
  }

  /// The machine in a few lines.
  var summary: String {
    let gibibytes = decimal(Double(memory) / Double(1 << 30), places: 1)
    let flags = instructionSets.isEmpty ? "" : ", \(instructionSets)"
    let processorLine = "\(processor), \(processors) processors\(flags), \(gibibytes) GiB of memory"
    return ([processorLine] + libraries).joined(separator: "\n")
  }
}
