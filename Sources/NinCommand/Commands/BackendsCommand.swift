import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin backends`.
struct BackendsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backends",
    abstract: "List the backends of this build and machine.",
    discussion: """
      EXAMPLES:

        nin backends
        nin backends --table
      """)

  @OptionGroup var shared: SharedOptions

  @Flag(help: "Print the implementation of each operation on each backend; also with --json.")
  var table = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var progress: ProgressOptions

  /// The output for one backend.
  private struct Row: Encodable {
    let name: String
    let summary: String
    let available: Bool
    var library: String?
    var instructionSet: String?
    var threads: Int?
    var precisions: [String]?
    var reason: String?
    var table: [Cell]?

    enum CodingKeys: String, CodingKey {
      case name, summary, available, library, threads, precisions, reason, table
      case instructionSet = "instruction_set"
    }
  }

  /// The implementation of one operation.
  private struct Cell: Encodable {
    let operation: String
    let owner: String
    let summary: String
  }

  func run() throws {
    let wanted = BackendRegistry.entries.filter { shared.backend == nil || $0.name == shared.backend }
    guard !wanted.isEmpty else {
      _ = try shared.makeBackend()
      return
    }
    try shared.pool.requireThreads()
    let display = CommandProgress(isQuiet: progress.quiet)
    let rows = wanted.map { entry in
      display.show("loading \(entry.name)")
      return describe(entry, threads: shared.pool)
    }
    display.clear()
    if json { return print(try prettyJSON(["backends": rows])) }
    if table { return printTables(rows) }
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
    for row in rows where !row.available { print("\(row.name) is unavailable: \(row.reason ?? "")") }
  }

  /// A line per operation, a column per backend; shared implementations are marked with their owner.
  private func printTables(_ rows: [Row]) {
    let available = rows.filter(\.available)
    var operations: [String] = []
    for row in available {
      var next = 0
      for operation in (row.table ?? []).map(\.operation) {
        if let known = operations.firstIndex(of: operation) {
          next = known + 1
        } else {
          operations.insert(operation, at: next)
          next += 1
        }
      }
    }
    let header = ["operation"] + available.map(\.name)
    var table = ColumnTable(header, alignment: header.map { _ in .left })
    for operation in operations {
      table.add(
        [operation]
          + available.map { row in
            guard let cell = row.table?.first(where: { $0.operation == operation }) else { return "" }
            return cell.owner == row.name ? cell.summary : "\(cell.owner): \(cell.summary)"
          })
    }
    print(table)
  }

  private func describe(_ entry: BackendRegistry.Entry, threads: ThreadPool) -> Row {
    var row = Row(name: entry.name, summary: entry.summary, available: true)
    do {
      let backend = try entry.make(BackendOptions(threads: threads))
      row.library = backend.information.library
      row.instructionSet = backend.information.instructionSet
      row.threads = backend.threads.count
      row.precisions = backend.information.precisions.map(\.rawValue)
      if table {
        row.table = backend.table.lines.map {
          Cell(operation: $0.operation, owner: $0.owner, summary: $0.summary)
        }
      }
      return row
    } catch {
      return Row(name: entry.name, summary: entry.summary, available: false, reason: "\(error)")
    }
  }
}
