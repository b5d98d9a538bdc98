import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file of events for [TensorBoard](https://www.tensorflow.org/tensorboard).
///
/// TensorBoard reads the files of a folder in the order of their names, which begin with the time. A later file states
/// the step it starts at, so that steps repeated after an interruption count once.
final class EventFile {
  /// The prefix by which TensorBoard recognizes such files.
  static let namePrefix = "events.out.tfevents."

  /// The file.
  let path: String
  private let descriptor: Int32
  private var waiting: [UInt8] = []
  private static let waitingLimit = 1 << 16

  /// Creates a file that sorts after those in the folder.
  ///
  /// - Parameters:
  ///   - folder: The folder, which is created if necessary.
  ///   - step: The first step that it records.
  /// - Throws: `FileError` if it cannot be created.
  init(in folder: String, from step: Int) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError(
        path: folder, problem: .unwritable(reason: "is not a folder that event files can be written to"))
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    path = "\(folder)/\(Self.namePrefix)\(Self.number(after: names)).nin.\(getpid())"
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError.writing(path, failure: "cannot be created", code: errno) }
    try add(.fileVersion("brain.Event:2"), step: 0)
    try add(.sessionLog(.with { $0.status = 1 }), step: step)
    try flush()
  }

  deinit {
    close(descriptor)
  }

  /// The time in seconds, in ten digits as TensorFlow writes it; later than that of every file in the folder.
  private static func number(after names: [String]) -> String {
    let times = names.filter { $0.hasPrefix(namePrefix) }
      .compactMap { Int($0.dropFirst(namePrefix.count).prefix { $0.isNumber }) }
      .filter { $0 < 9_999_999_999 }
    let time = max(Int(now), (times.max() ?? 0) + 1)
    return String(repeating: "0", count: max(10 - "\(time)".count, 0)) + "\(time)"
  }

  /// Seconds since 1970.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Adds values of a step, which are written by ``flush()``, or when the buffer is full.
  ///
  /// - Parameters:
  ///   - values: The values with their tags.
  ///   - step: The step.
  /// - Throws: `FileError` if the file cannot be written.
  func add(_ values: [Tensorboard_Summary.Value], step: Int) throws {
    try add(.summary(.with { $0.value = values }), step: step)
  }

  private func add(_ content: Tensorboard_Event.OneOf_What, step: Int) throws {
    var event = Tensorboard_Event()
    event.wallTime = Self.now
    event.step = Int64(step)
    event.what = content
    let bytes: [UInt8] = try event.serializedBytes()
    waiting += EventRecord.framed(bytes)
    if waiting.count >= Self.waitingLimit { try flush() }
  }

  /// Writes the buffered values.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  func flush() throws {
    let writer = FileWriter(descriptor: descriptor, path: path)
    try writer.write(waiting)
    waiting.removeAll(keepingCapacity: true)
  }
}
