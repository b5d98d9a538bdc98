import Tensors
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a program can distinguish when a file cannot be used.
@Suite("File errors")
struct FileErrorTests {
  private func problem<Result>(_ call: () throws -> Result) throws -> FileError.Problem {
    try #require(throws: FileError.self) { try call() }.problem
  }

  @Test("name a missing file, in the system's words")
  func missing() throws {
    let path = try TemporaryFolder().path("absent.npy")
    let error = try #require(throws: FileError.self) { try NPY.read(path) }
    #expect(error == FileError(path: path, problem: .missing(failure: "cannot be read")))
    #expect(error.description == "\(path): cannot be read: \(String(cString: strerror(ENOENT)))")
  }

  @Test("distinguish a missing permission and other reasons of the system by their codes")
  func systemReasons() {
    for code in [EACCES, EPERM, EROFS] {
      let reason = "cannot be read: \(String(cString: strerror(code)))"
      let problem = FileError.Problem(failure: "cannot be read", code: code)
      #expect(problem == .notPermitted(reason: reason, code: code))
      #expect(problem.code == code && problem.description == reason)
    }
    let full = FileError.Problem(failure: "cannot be written", code: ENOSPC)
    #expect(full == .system(failure: "cannot be written", code: ENOSPC) && full.code == ENOSPC)
  }

  @Test("distinguish a folder, another format and damage")
  func content() throws {
    let folder = try TemporaryFolder()
    guard case .notAFile = try problem({ try NPY.read(folder.path) }) else {
      Issue.record("a folder")
      return
    }
    let text = try folder.write(Array("no array".utf8), to: "text.npy")
    let other = try problem { try NPY.read(text) }
    #expect(other == .unsupported(reason: "is not a .npy file") && other.code == nil)
    let array = folder.path("array.npy")
    try NPY.write(Tensor<Float>(shape: [4], repeating: 1), to: array)
    let cut = try folder.write(Array(try bytes(of: array).dropLast(4)), to: "cut.npy")
    #expect(
      try problem { try NPY.read(cut) }
        == .damaged(reason: "holds 12 bytes of data where 4 float32 needs 16"))
  }

  @Test("give the names of the tensors that there are, of which the message shows five")
  func missingTensor() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("six.safetensors")
    let names = ["a", "b", "c", "d", "e", "f"]
    let one = Tensor<Float>(shape: [1], repeating: 1)
    try Safetensors.write(tensors: names.map { (name: $0, tensor: one) }, to: path)
    let file = try SafetensorsFile(path: path)
    let problem = try problem { try file.tensor("z", as: Float.self) }
    guard case .missingTensor("z", let available) = problem else {
      Issue.record("\(problem)")
      return
    }
    #expect(Set(available) == Set(names))
    #expect(problem.description == "has no tensor “z”; it has “a”, “b”, “c”, “d”, “e” and 1 more")
  }
}
