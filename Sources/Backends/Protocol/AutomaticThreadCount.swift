import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The default number of threads, as users of OpenMP programs, batch systems and containers expect it.
package struct AutomaticThreadCount {
  /// The number of processors that the process may run on.
  private let processors: Int
  private let variable: (String) -> String?
  private let text: (String) -> String?

  /// Creates the value from its sources.
  ///
  /// - Parameters:
  ///   - processors: The number of processors that the process may run on.
  ///   - variable: Looks up an environment variable.
  ///   - text: Reads a file; nil if there is none.
  package init(
    processors: Int, variable: @escaping (String) -> String? = Self.environmentVariable,
    text: @escaping (String) -> String? = Self.contents
  ) {
    self.processors = processors
    self.variable = variable
    self.text = text
  }

  /// The number, at least 1 and at most ``ThreadPool/maximumCount``.
  package var count: Int {
    // OMP_NUM_THREADS, the first number of a list, is a request, and may exceed the processors.
    let wish = variable("OMP_NUM_THREADS").flatMap(Self.firstOfList)
    // Otherwise a thread for each processor, but no more than the CPU quota of the process's control group.
    let wanted = wish ?? min(processors, quota ?? processors)
    // OMP_THREAD_LIMIT applies to both.
    let limit = variable("OMP_THREAD_LIMIT").flatMap(Self.positive) ?? wanted
    return max(min(wanted, limit, Int(CK_MOST_THREADS)), 1)
  }

  /// The first of a list of positive numbers; as in libgomp, nil if the list contains anything else.
  private static func firstOfList(_ list: String) -> Int? {
    let numbers = list.split(separator: ",", omittingEmptySubsequences: false).map { positive(String($0)) }
    return numbers.contains(nil) ? nil : numbers[0]
  }

  private static func positive(_ text: String) -> Int? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 1, let number = Int(words[0]), number > 0 else { return nil }
    return number
  }
}

// MARK: - The quota of the control group

extension AutomaticThreadCount {
  /// The processors whose time the control group may use, rounded up: the smallest quota on the way up to the root
  /// of the hierarchy.
  private var quota: Int? {
    guard let groups = text("/proc/self/cgroup"), let mounts = text("/proc/self/mountinfo") else {
      return nil
    }
    let hierarchies = mounts.split(separator: "\n").compactMap(Hierarchy.init)
    return groups.split(separator: "\n").flatMap { line -> [Int] in
      // Number, controllers and path, as in "4:cpu,cpuacct:/batch/7"; version 2 names no controllers.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { return [] }
      let isSecond = fields[1].isEmpty
      guard isSecond || fields[1].split(separator: ",").contains("cpu") else { return [] }
      return hierarchies.filter { $0.isSecond == isSecond }
        .flatMap { $0.folders(from: fields[2]) }.compactMap { isSecond ? secondQuota($0) : firstQuota($0) }
    }.min()
  }

  /// Version 2: quota and period, or "max" for none.
  private func secondQuota(_ folder: String) -> Int? {
    let words = text(folder + "/cpu.max")?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
    return words.count == 2 ? Self.processors(quota: words[0], period: words[1]) : nil
  }

  /// Version 1: a negative quota means no quota.
  private func firstQuota(_ folder: String) -> Int? {
    guard let quota = text(folder + "/cpu.cfs_quota_us") else { return nil }
    return text(folder + "/cpu.cfs_period_us").flatMap { Self.processors(quota: quota, period: $0) }
  }

  private static func processors(quota: String, period: String) -> Int? {
    guard let quota = positive(quota), let period = positive(period) else { return nil }
    return (quota - 1) / period + 1
  }

  /// The mount point of the hierarchy of control groups that limits CPU time.
  private struct Hierarchy {
    /// Whether it is of version 2.
    let isSecond: Bool
    /// The group that is mounted, which in a container need not be the root.
    private let root: String
    private let mountPoint: String

    /// Reads a line of mountinfo, such as "33 31 0:30 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu".
    init?(_ line: Substring) {
      let words = line.split(separator: " ").map(String.init)
      guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { return nil }
      isSecond = words[dash + 1] == "cgroup2"
      let isFirst = words[dash + 1] == "cgroup" && words[dash + 3].split(separator: ",").contains("cpu")
      guard isSecond || isFirst else { return nil }
      root = words[3] == "/" ? "" : words[3]
      mountPoint = words[4]
    }

    /// The folders of a group and of its parents, as far as they are mounted.
    func folders(from path: String) -> [String] {
      let isInside = path == root || path.hasPrefix(root + "/")
      var steps = isInside ? path.dropFirst(root.count).split(separator: "/") : []
      var folders = [mountPoint]
      while !steps.isEmpty {
        folders.append(mountPoint + "/" + steps.joined(separator: "/"))
        steps.removeLast()
      }
      return folders
    }
  }
}

// MARK: - Sources of the values

extension AutomaticThreadCount {
  /// An environment variable of the process.
  package static func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The text of a file; nil if it cannot be read.
  package static func contents(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    // Files in /proc and /sys do not report their length.
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &piece, piece.count)
      guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
      bytes += piece[..<count]
    }
  }
}
