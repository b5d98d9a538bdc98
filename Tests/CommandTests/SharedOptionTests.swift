import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("The options that may stand before or after the subcommand")
  struct SharedOptionTests {
    private struct Backends: Decodable {
      struct Row: Decodable {
        let name: String
        let available: Bool
        let threads: Int?
        let precisions: [String]?
        let reason: String?
      }

      let backends: [Row]
    }

    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    private func backends(_ arguments: String...) throws -> [Backends.Row] {
      let run = try nin(arguments + ["--json"], in: folder)
      expectSuccess(run)
      return try JSONDecoder().decode(Backends.self, from: Data(run.output.utf8)).backends
    }

    @Test("nin backends lists all, and the reason why one is missing")
    func all() throws {
      let rows = try backends("backends")
      #expect(rows.map(\.name) == ["dnnl", "openblas", "blis", "reference"])
      #expect(Set(rows.filter(\.available).map(\.name)) == Set(TestedBackends.names))
      for row in rows where row.available {
        #expect((row.threads ?? 0) >= 1)
        #expect(row.precisions?.contains("float32") == true)
      }
      for row in rows where !row.available { #expect(row.reason?.isEmpty == false) }
    }

    @Test("nin backends --table has a line for each operation")
    func table() throws {
      let run = try nin(["backends", "--table"], in: folder)
      expectSuccess(run)
      for kind in TensorOperation.Kind.allCases {
        #expect(run.output.split(separator: "\n").contains { $0.hasPrefix(kind.rawValue) }, "\(kind)")
      }
    }

    @Test("mean the same on either side, and on both if they are equal")
    func eitherSide() throws {
      for arguments in [
        ["--threads", "1", "--backend", "reference", "backends"],
        ["backends", "--threads", "1", "--backend", "reference"],
        ["--threads", "1", "backends", "--backend", "reference"],
        ["--threads", "1", "--backend", "reference", "backends", "--threads", "1", "--backend=reference"],
      ] {
        let run = try nin(arguments + ["--json"], in: folder)
        expectSuccess(run)
        let rows = try JSONDecoder().decode(Backends.self, from: Data(run.output.utf8)).backends
        #expect(rows.map(\.name) == ["reference"])
        #expect(rows.map(\.threads) == [1])
      }
    }

    @Test("are rejected if both sides differ")
    func different() throws {
      expectFailure(
        try nin("--threads", "2", "backends", "--threads", "1", in: folder), naming: "--threads", "2", "1")
      expectFailure(
        try nin("--backend", "dnnl", "summary", "--backend", "reference", in: folder),
        naming: "--backend", "dnnl", "reference")
    }

    @Test(
      "reject invalid numbers of threads",
      arguments: ["0", "-1", "5000", "abc", "99999999999999999999"])
    func threads(number: String) throws {
      for arguments in [["--threads", number, "backends"], ["backends", "--threads", number]] {
        expectFailure(try nin(arguments, in: folder), naming: "--threads", number)
      }
    }

    private func threads(_ line: String) throws -> [Int?] {
      let run = try shell(line, in: folder)
      expectSuccess(run)
      return try JSONDecoder().decode(Backends.self, from: Data(run.output.utf8)).backends.map(\.threads)
    }

    @Test("take the number of threads from OMP_NUM_THREADS, unless --threads is given")
    func variables() throws {
      let command = "nin backends --json --backend reference"
      #expect(try threads("OMP_NUM_THREADS=1 \(command)") == [1])
      #expect(try threads("OMP_NUM_THREADS=5,2 \(command)") == [5])
      #expect(try threads("OMP_NUM_THREADS=5 OMP_THREAD_LIMIT=3 \(command)") == [3])
      #expect(try threads("OMP_NUM_THREADS=5 \(command) --threads 2") == [2])
    }

    @Test("keep the number of threads if OpenMP binds them to processors")
    func binding() throws {
      let command = "nin backends --json --backend reference"
      let unbound = try threads("unset OMP_NUM_THREADS; \(command)")
      for variable in ["OMP_PROC_BIND=true", "OMP_PLACES=cores", "GOMP_CPU_AFFINITY=0-1023"] {
        #expect(try threads("unset OMP_NUM_THREADS; \(variable) \(command)") == unbound, "\(variable)")
      }
    }

    @Test("reject more threads than the system allows")
    func tooManyThreads() throws {
      // The stacks of 1024 threads, 8 GB, do not fit in 4 GB of addresses.
      let limits = "ulimit -s 8192; ulimit -v 4000000"
      for command in ["backends", "predict --checkpoint x --index 0"] {
        expectFailure(
          try shell("\(limits); nin \(command) --backend reference --threads 1024", in: folder),
          naming: "1,024",
          "threads", "ulimit")
      }
    }

    @Test("list the available backends if one is unknown")
    func unknownBackend() throws {
      for arguments in [
        ["--backend", "cuda", "backends"], ["train", "--backend", "cuda"], ["summary", "--backend", "cuda"],
        ["evaluate", "--checkpoint", "x", "--backend", "cuda"],
        ["predict", "--checkpoint", "x", "--index", "0", "--backend", "cuda"],
        ["verify", "--backends", "reference,cuda"],
      ] {
        let run = try nin(arguments, in: folder)
        expectFailure(run, naming: "unknown backend 'cuda'", "dnnl", "openblas", "reference")
        #expect(run.exitCode == 64)
      }
      #expect(try folder.names().isEmpty)
    }
  }
}
