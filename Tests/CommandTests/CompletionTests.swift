import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("Completion in the shell")
  struct CompletionTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    /// Makes an empty file, and the folders that it is in.
    private func make(_ name: String) throws {
      let parent = folder.url.appendingPathComponent(name).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
      try folder.write("".utf8, to: name)
    }

    /// The completions of bash for the last word of a command line.
    private func completions(_ words: String...) throws -> [String] {
      let line = words.map { "'\($0)'" }.joined(separator: " ")
      let run = try shell(
        """
        source <(nin --generate-completion-script bash)
        COMP_WORDS=(nin \(line)); COMP_CWORD=\(words.count); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
        _nin nin "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
        """, in: folder)
      expectSuccess(run)
      return run.output.split(separator: "\n").map(String.init)
    }

    @Test("knows the backends, one or several of them")
    func backends() throws {
      #expect(try completions("train", "--backend", "") == ["dnnl", "openblas", "blis", "reference"])
      #expect(try completions("--backend", "op") == ["openblas"])
      #expect(
        try completions("verify", "--backends", "dnnl,")
          == ["openblas", "blis", "reference"].map { "dnnl,\($0)" })
    }

    @Test("knows the networks and the tabs")
    func models() throws {
      let models = ModelCatalog.allCases.map(\.rawValue)
      #expect(try completions("train", "--model", "") == models)
      #expect(try completions("summary", "--model", "nin-") == models.filter { $0.hasPrefix("nin-") })
      #expect(try completions("summary", "--compare", "nin,le") == ["nin,lenet"])
      #expect(try completions("train", "--tab", "") == Tab.allCases.map(\.rawValue))
    }

    @Test("knows the recipes, and finds files of recipes")
    func recipes() throws {
      try make("mine.json5")
      try make("notes.txt")
      try make("my runs/again.json5")
      #expect(
        try completions("train", "--recipe", "") == ["book", "quick", "best", "mine.json5", "my runs/"])
      #expect(try completions("recipe", "my runs/a") == ["my runs/again.json5"])
      #expect(try completions("recipe", "nowhere/") == [])
    }

    @Test("knows where data sets are kept, and finds folders")
    func data() throws {
      try make(".cache/nin/kmnist/train-images-idx3-ubyte")
      try make("photos/bag/1.png")
      try make("notes.txt")
      let found = try completions("evaluate", "--data", "")
      #expect(found.contains(folder.path(".cache/nin/kmnist")))
      #expect(found.last == "photos/")
      #expect(try completions("evaluate", "--data", "photos/") == ["photos/bag/"])
    }

    @Test("finds the files that an option reads")
    func files() throws {
      for name in ["a.safetensors", "b.onnx", "c.png", "d.npy"] { try make(name) }
      #expect(try completions("predict", "--checkpoint", "") == ["a.safetensors"])
      #expect(try completions("predict", "--model", "") == ["b.onnx"])
      #expect(try completions("predict", "--input", "") == ["d.npy"])
      #expect(try completions("predict", "") == ["c.png"])
    }
  }
}
