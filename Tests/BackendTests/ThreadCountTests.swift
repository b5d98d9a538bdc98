import Backends
import Testing

@Suite("The number of threads, if the caller does not specify it")
struct ThreadCountTests {
  private func count(
    processors: Int = 8, _ variables: [String: String] = [:], files: [String: String] = [:]
  ) -> Int {
    AutomaticThreadCount(processors: processors, variable: { variables[$0] }, text: { files[$0] }).count
  }

  @Test("is the number of processors")
  func processors() {
    #expect(count() == 8)
    #expect(count(processors: 1) == 1)
    #expect(count(processors: 5000) == ThreadPool.maximumCount)
  }

  @Test(
    "is OMP_NUM_THREADS",
    arguments: [("1", 1), ("12", 12), (" 3 , 2", 3), ("+4", 4), ("9999", 1024)])
  func wish(list: String, expected: Int) {
    #expect(count(["OMP_NUM_THREADS": list]) == expected)
  }

  @Test(
    "ignores an invalid OMP_NUM_THREADS, like libgomp",
    arguments: ["", "0", "-2", "two", "3x", "3,x", "3,", ",3", "2 3", "99999999999999999999"])
  func nonsense(list: String) {
    #expect(count(["OMP_NUM_THREADS": list]) == 8)
  }

  @Test("is limited by OMP_THREAD_LIMIT")
  func limit() {
    #expect(count(["OMP_THREAD_LIMIT": "3"]) == 3)
    #expect(count(["OMP_THREAD_LIMIT": "3", "OMP_NUM_THREADS": "2"]) == 2)
    #expect(count(["OMP_THREAD_LIMIT": "3", "OMP_NUM_THREADS": "20"]) == 3)
    #expect(count(["OMP_THREAD_LIMIT": "0"]) == 8)
  }

  private static let second = [
    "/proc/self/cgroup": "0::/batch/job\n",
    "/proc/self/mountinfo": """
    22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
    31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
    """,
  ]

  @Test(
    "respects a quota of control groups version 2, rounded up",
    arguments: [
      ("150000 100000\n", 2), ("100000 100000\n", 1), ("100001 100000\n", 2), ("1000 100000\n", 1),
      ("max 100000\n", 8), ("1600000 100000\n", 8), ("", 8), ("150000\n", 8), ("150000 0\n", 8),
    ])
  func secondVersion(quota: String, expected: Int) {
    #expect(count(files: Self.second.merging(["/sys/fs/cgroup/batch/job/cpu.max": quota]) { $1 }) == expected)
  }

  @Test("respects the smallest quota of nested groups")
  func nested() {
    let files = Self.second.merging([
      "/sys/fs/cgroup/batch/job/cpu.max": "600000 100000\n",
      "/sys/fs/cgroup/batch/cpu.max": "300000 100000\n",
      "/sys/fs/cgroup/cpu.max": "max 100000\n",
    ]) { $1 }
    #expect(count(files: files) == 3)
    // An explicit request may exceed it.
    #expect(count(["OMP_NUM_THREADS": "5"], files: files) == 5)
  }

  private static let first = [
    "/proc/self/cgroup": "4:cpu,cpuacct:/docker/1234/job\n3:cpuset:/\n0::/\n",
    "/proc/self/mountinfo": """
    33 31 0:30 /docker/1234 /sys/fs/cgroup/cpu,cpuacct ro,relatime - cgroup cgroup rw,cpu,cpuacct
    34 31 0:31 / /sys/fs/cgroup/cpuset ro,relatime - cgroup cgroup rw,cpuset
    """,
    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "50000\n",
  ]

  @Test("respects a quota of version 1, in a container that sees part of the hierarchy")
  func firstVersion() {
    let container = "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"
    let job = "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us"
    for (quotas, expected) in [
      ([container: "250000\n", job: "-1\n"], 3), ([container: "-1\n", job: "-1\n"], 8),
      ([container: "250000\n", job: "90000\n"], 2), ([container: "250000\n"], 3), ([:], 8),
    ] {
      #expect(count(files: Self.first.merging(quotas) { $1 }) == expected, "\(quotas)")
    }
  }

  @Test("respects the quota of the mounted group if the process's group is outside")
  func outside() {
    var files = Self.first
    files["/proc/self/cgroup"] = "4:cpu,cpuacct:/docker/12345\n"
    files["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"] = "400000\n"
    #expect(count(files: files) == 4)
  }

  @Test("can be started, or else a one-line error says so")
  func availableThreads() throws {
    try ThreadPool.automatic.requireThreads()
    let error = #expect(throws: BackendError.self) {
      try ThreadPool(count: ThreadPool.maximumCount + 2).requireThreads()
    }
    #expect(error?.description.contains("\n") == false)
    guard case .tooFewThreads(let started, let requested) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(started < requested && requested == ThreadPool.maximumCount + 2)
  }
}
