import Tensors
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The causes that a program can distinguish when a file cannot be used.
@Suite("File errors")
struct FileErrorTests {
  private func problem<Result>(_ call: () throws -> Result) throws -> FileError.Problem {
    try #require(throws: FileError.self) { try call() }.problem
  }

  @Test("name a missing file")
  func missing() throws {
    let path = try TemporaryFolder().path("absent.npy")
    let error = try #require(throws: FileError.self) { try NPY.read(path) }
    guard case .missing(let reason) = error.problem else {
      Issue.record("\(error)")
      return
    }
    #expect(error.path == path && error.problem.code == ENOENT)
    #expect(error.description == "\(path) \(reason)")
    #expect(reason == "does not exist")
  }

  @Test("distinguish reading and writing, with the system's code")
  func systemReasons() {
    for code in [EACCES, EROFS, EIO] {
      let words = String(cString: strerror(code))
      let read = FileError.reading("f", code: code)
      #expect(read.problem == .unreadable(reason: "cannot be read: \(words)", code: code))
      let written = FileError.writing("f", failure: "cannot be created", code: code)
      #expect(written.problem == .unwritable(reason: "cannot be created: \(words)", code: code))
      #expect(read.problem.code == code && written.problem.code == code)
      #expect(written.description == "f cannot be created: \(words)")
    }
    let noFolder = FileError.writing("absent/f", code: ENOENT)
    #expect(noFolder.problem == .missing(reason: "cannot be written: its folder does not exist"))
    let noFile = FileError.writing("f", code: ENOENT)
    #expect(noFile.problem == .missing(reason: "cannot be written: \(String(cString: strerror(ENOENT)))"))
    #expect(noFolder.problem.code == ENOENT && noFile.problem.code == ENOENT)
  }

  @Test("name the format of a file that is of another one")
  func otherFormats() throws {
    let folder = try TemporaryFolder()
    let array = folder.path("array.npy")
    try NPY.write(Tensor<Float>(shape: [4], repeating: 1), to: array)
    let tensors = folder.path("tensors.safetensors")
    try Safetensors.write(
      tensors: [(name: "x", tensor: Tensor<Float>(shape: [1], repeating: 1))], to: tensors)
    guard case .otherFormat("npy", let reason) = try problem({ try SafetensorsFile(path: array) }) else {
      Issue.record("not recognized as an array")
      return
    }
    #expect(reason.contains("numpy array (.npy), not a safetensors file"), "\(reason)")
    #expect(try problem { try NPY.read(tensors) } == .unsupported(reason: "is not a .npy file"))
  }

  @Test("distinguish a folder, another format and damage")
  func content() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write(Array("no array".utf8), to: "text.npy")
    let array = folder.path("array.npy")
    try NPY.write(Tensor<Float>(shape: [4], repeating: 1), to: array)
    let cut = try folder.write(Array(try bytes(of: array).dropLast(4)), to: "cut.npy")
    for path in [folder.path, text, cut] {
      let problem = try problem { try NPY.read(path) }
      switch (path, problem) {
      case (folder.path, .notRegularFile), (text, .unsupported), (cut, .damaged): #expect(problem.code == nil)
      default: Issue.record("\(path): \(problem)")
      }
    }
  }

  @Test("call a file without bytes empty, and a file of a few bytes truncated")
  func fewBytes() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write([], to: "empty")
    #expect(try problem { try SafetensorsFile(path: empty) } == .damaged(reason: "is empty"))
    #expect(try problem { try NPY.read(empty) } == .damaged(reason: "is empty"))
    for (count, text) in [(1, "1 byte"), (7, "7 bytes")] {
      let path = try folder.write([UInt8](repeating: 0, count: count), to: "short")
      guard case .damaged(let reason) = try problem({ try SafetensorsFile(path: path) }) else {
        Issue.record("not damaged: \(count)")
        continue
      }
      #expect(
        reason.hasPrefix("is truncated or not a safetensors file") && reason.hasSuffix(text), "\(reason)")
    }
  }

  @Test("read as sentences, also with an empty path")
  func sentences() {
    let denied = FileError.reading("a b.npy", code: EACCES)
    #expect(denied.description == "a b.npy cannot be read: \(String(cString: strerror(EACCES)))")
    #expect(FileError.reading("", code: ENOENT).description == "an empty path does not exist")
  }

  @Test("list the available tensors, of which the message shows five")
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
    let line = problem.description
    for name in ["z", "a", "b", "c", "d", "e"] { #expect(line.contains("'\(name)'"), "\(line)") }
    #expect(line.contains("1 more") && !line.contains("'f'"), "\(line)")
  }
}
