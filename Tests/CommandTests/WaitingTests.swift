#if canImport(Glibc)
  import TestSupport
  import Testing

  extension CommandTests {
    @Suite("Threads of GNU OpenMP")
    struct WaitingTests {
      private let folder: TemporaryFolder

      init() throws {
        folder = try TemporaryFolder()
      }

      /// The number of times that they look for work before they sleep, as the library prints when it is loaded.
      private func looks(_ settings: String) throws -> Substring? {
        let run = try NinProcess(
          shell: "env -u OMP_WAIT_POLICY OMP_DISPLAY_ENV=VERBOSE \(settings) nin backends", in: folder
        ).finish()
        #expect(run.exitCode == 0)
        return run.errors.split(separator: "\n").first { $0.contains("GOMP_SPINCOUNT") }?
          .split(separator: "'").dropFirst().first
      }

      @Test("look for work only briefly, whatever the policy, unless the user says how often")
      func spinCount() throws {
        #expect(try looks("") == "1000")
        #expect(try looks("OMP_WAIT_POLICY=active") == "1000")
        #expect(try looks("OMP_WAIT_POLICY=PASSIVE") == "0")
        #expect(try looks("GOMP_SPINCOUNT=7") == "7")
      }

      @Test("leave the environment as it was")
      func environment() throws {
        func fetch(_ variables: String) throws -> String {
          try NinProcess(shell: "exec env -i \(variables) $(command -v nin) data fetch", in: folder).finish()
            .errors
        }
        // The first of the variables is the one that is replaced.
        #expect(try fetch("PATH=/none").contains("HOME"))
        #expect(try fetch("HOME=\"$PWD\" PATH=/none").contains("curl"))
      }
    }
  }
#endif
