import Tensors

/// Decodes files for the first time, on all processors, to find those that can be read.
struct FileCheck {
  /// The files that can be read, in their order.
  private(set) var files: [StoredFile] = []

  /// The class of each of them.
  private(set) var labels: [Int32] = []

  /// The errors of the other files, one line each.
  private(set) var problems: [String] = []

  private static let reportedCount = 20

  /// Decodes files.
  ///
  /// - Parameters:
  ///   - candidates: The files.
  ///   - channels: The number of channels to decode to.
  ///   - first: The number of readable files to find, from the first; all if nil.
  /// - Throws: ``DatasetError`` if the system cannot create a thread.
  init(_ candidates: [FolderPart.File], channels: Int, first: Int?) throws {
    let wanted = min(first ?? candidates.count, candidates.count)
    var rest = candidates[...]
    while files.count < wanted, !rest.isEmpty {
      let next = Array(rest.prefix(wanted - files.count))
      rest = rest.dropFirst(next.count)
      for (file, outcome) in zip(next, try Self.decode(next, channels: channels)) {
        add(outcome, label: file.label)
      }
    }
  }

  private mutating func add(_ outcome: Result<StoredFile, DatasetError>, label: Int32) {
    switch outcome {
    case .success(let file):
      files.append(file)
      labels.append(label)
    case .failure(let error):
      problems.append(error.description)
    }
  }

  /// Reports the files that cannot be read, the first ones by name.
  func report(to listener: (String) -> Void) {
    for problem in problems.prefix(Self.reportedCount) { listener("\(problem); it is skipped") }
    let rest = problems.count - Self.reportedCount
    guard rest > 0 else { return }
    listener("\(counted(rest, "more file")) cannot be read and \(rest == 1 ? "is" : "are") skipped")
  }

  private struct Progress {
    var next = 0
    var outcomes: [Result<StoredFile, DatasetError>?]

    mutating func takeNext() -> Int? {
      guard next < outcomes.count else { return nil }
      defer { next += 1 }
      return next
    }
  }

  private static func decode(
    _ candidates: [FolderPart.File], channels: Int
  ) throws -> [Result<StoredFile, DatasetError>] {
    let progress = Monitor(Progress(outcomes: Array(repeating: nil, count: candidates.count)))
    let threads = try BackgroundThread.start(min(Processors.count, candidates.count)) {
      while let index = progress.change({ $0.takeNext() }) {
        let file = candidates[index]
        let outcome = Result { () throws(DatasetError) in
          try StoredFile(file.path, name: file.name, channels: channels)
        }
        progress.change { $0.outcomes[index] = outcome }
      }
    }
    for thread in threads { thread.join() }
    return progress.change { $0.outcomes }.compactMap(\.self)
  }
}
