import ArgumentParser
import ChildProcesses

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process that uses half a processor or a whole one during a measurement.
///
/// It ends when the pipe to its standard input is closed, which the system does however this process ends.
final class Neighbor {
  /// Its demand.
  enum Demand: String, Codable, CaseIterable, ExpressibleByArgument, Sendable {
    /// Alternately 5 ms busy and 5 ms asleep.
    case half
    /// Always busy.
    case one

    /// The fraction of a processor that it uses without competition.
    var share: Double { self == .half ? 0.5 : 1 }
  }

  /// The CPU time that a neighbor received.
  struct Received: Codable, Equatable, Sendable {
    var demand: Demand
    /// Its CPU time as a part of its demand; nil if the system does not report it.
    var share: Double?
  }

  let demand: Demand
  private let process: pid_t
  private var lifeline: Int32

  /// Starts it.
  ///
  /// - Parameters:
  ///   - demand: Its demand.
  ///   - program: The path of this program.
  /// - Throws: ``BenchmarkError`` if it cannot be started.
  init(_ demand: Demand, program: String) throws {
    self.demand = demand
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw BenchmarkError("cannot start a neighbor: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    lifeline = ends[1]
    let (code, process) = Self.spawn(program, ["neighbor", demand.rawValue], input: ends[0])
    self.process = process
    close(ends[0])
    guard code == 0 else {
      close(ends[1])
      lifeline = -1
      throw BenchmarkError("\(program) cannot be started: \(String(cString: strerror(code)))")
    }
  }

  deinit { end() }

  /// Ends it and waits until it has ended.
  ///
  /// - Returns: Its exit code; nil if a signal ended it, or it had been ended before.
  @discardableResult
  func end() -> Int32? {
    guard lifeline >= 0 else { return nil }
    close(lifeline)
    lifeline = -1
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
  }

  /// The CPU time that it has had so far; nil if the system does not report it.
  var cpuSeconds: Double? {
    #if os(Linux)
      var clock = clockid_t()
      var time = timespec()
      guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    #else
      nil
    #endif
  }

  private static func spawn(
    _ program: String, _ arguments: [String], input: Int32
  ) -> (code: Int32, process: pid_t) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    let strings = ([program] + arguments).map { strdup($0) }
    let variables = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for string in strings + variables { free(string) } }
    var process = pid_t()
    let code = posix_spawn(&process, program, &actions, nil, strings + [nil], variables + [nil])
    return (code, process)
  }
}

/// `nin-bench neighbor`: what a ``Neighbor`` runs.
struct NeighborCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "neighbor", abstract: "Be busy until the standard input ends.", shouldDisplay: false)

  @Argument var demand: Neighbor.Demand

  func run() throws {
    while !isAbandoned(after: demand == .half ? 5 : 0) {
      let start = ContinuousClock.now
      while start.duration(to: .now) < .milliseconds(5) {}
    }
  }

  /// Sleeps for some milliseconds, and returns whether the input has ended meanwhile.
  private func isAbandoned(after milliseconds: Int32) -> Bool {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, milliseconds) > 0
  }
}
