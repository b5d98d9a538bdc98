import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin backends`.
struct BackendsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backends",
    abstract: "Print which backends this build and this machine have.")

  @OptionGroup var shared: SharedOptions

  @Flag(help: "Print JSON.")
  var json = false

  /// What is told of one backend.
  private struct Row: Encodable {
    let name: String
    let summary: String
    let available: Bool
    var library: String?
    var instructionSet: String?
    var threads: Int?
    var precisions: [String]?
    var reason: String?

    enum CodingKeys: String, CodingKey {
      case name, summary, available, library, threads, precisions, reason
      case instructionSet = "instruction_set"
    }
  }

  func run() throws {
    let wanted = BackendRegistry.entries.filter { shared.backend == nil || $0.name == shared.backend }
    guard !wanted.isEmpty else {
      _ = try shared.makeBackend()
      return
    }
    let rows = wanted.map { describe($0, threads: shared.pool) }
    if json { return print(try prettyJSON(["backends": rows])) }
    var table = ColumnTable(
      ["backend", "library", "instructions", "threads", "precisions"],
      alignment: [.left, .left, .left, .right, .left])
    for row in rows where row.available {
      table.add([
        row.name, row.library ?? "", row.instructionSet ?? "", "\(row.threads ?? 0)",
        (row.precisions ?? []).joined(separator: ", "),
      ])
    }
    print(table)
    for row in rows where !row.available { print("\(row.name) is missing: \(row.reason ?? "")") }
  }

  private func describe(_ entry: BackendRegistry.Entry, threads: ThreadPool) -> Row {
    var row = Row(name: entry.name, summary: entry.summary, available: true)
    do {
      let backend = try entry.make(BackendOptions(threads: threads))
      row.library = backend.information.library
      row.instructionSet = backend.information.instructionSet
      row.threads = backend.threads.count
      row.precisions = backend.information.precisions.map(\.rawValue)
      return row
    } catch {
      return Row(name: entry.name, summary: entry.summary, available: false, reason: "\(error)")
    }
  }
}
