import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite(
  "Download", .enabled(if: FileServer.isPossible, "needs python3 and curl"), .timeLimit(.minutes(15)))
struct DatasetDownloadTests {
  private let target: TemporaryFolder
  private let server: FileServer
  private let contents = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
  private let file: RemoteFile
  private let environment: [String: String]

  init() throws {
    target = try TemporaryFolder()
    server = try FileServer()
    var digest = MD5()
    contents.withUnsafeBytes { digest.update($0) }
    file = RemoteFile(name: "data.gz", byteCount: contents.count, md5: digest.hexadecimalDigest())
    environment = ProcessInfo.processInfo.environment.merging(["no_proxy": "127.0.0.1"]) { $1 }
    try server.folder.write(contents, to: "data.gz")
  }

  private func download(_ way: String) throws -> DatasetDownload {
    try DatasetDownload(
      files: [file], baseURL: "\(server.address)/\(way)", directory: target.path + "/new/folder",
      environment: environment)
  }

  private func writePart(_ bytes: some Sequence<UInt8>) throws {
    try SystemFile.makeDirectory(target.path + "/new/folder")
    try target.write(Array(bytes), to: "new/folder/data.gz.part")
  }

  private func refusal(_ download: DatasetDownload) throws -> String {
    let error = try #require(throws: DatasetError.self) { try download.run() }
    #expect(isOneLine(error.description))
    #expect(!target.has("new/folder/data.gz"))
    return error.description
  }

  private func expectComplete() throws {
    #expect(try target.read("new/folder/data.gz") == Data(contents))
    #expect(!target.has("new/folder/data.gz.part"))
  }

  @Test("downloads a whole file, and only once")
  func whole() throws {
    var last: DatasetDownload.Progress?
    #expect(try download("whole").run { last = $0 } == [.downloaded])
    try expectComplete()
    #expect(last == DatasetDownload.Progress(file: file, byteCount: contents.count))
    #expect(try download("whole").run() == [.alreadyThere])
    #expect(server.requests == ["whole data.gz -"])
  }

  @Test("replaces an existing file with wrong contents")
  func replacing() throws {
    try SystemFile.makeDirectory(target.path + "/new/folder")
    try target.write(contents.reversed(), to: "new/folder/data.gz")
    #expect(try download("whole").run() == [.downloaded])
    try expectComplete()
  }

  @Test("resumes where an earlier download ended")
  func resuming() throws {
    try writePart(contents.prefix(30_000))
    try download("range").run()
    try expectComplete()
    #expect(server.requests == ["range data.gz bytes=30000-"])
  }

  @Test("starts again if the server does not support ranges")
  func rangesIgnored() throws {
    try writePart(contents.prefix(30_000))
    try download("whole").run()
    try expectComplete()
    #expect(server.requests == ["whole data.gz bytes=30000-", "whole data.gz -"])
  }

  @Test("starts again if the beginning was wrong")
  func wrongBeginning() throws {
    try writePart([UInt8](repeating: 1, count: 30_000))
    try download("range").run()
    try expectComplete()
  }

  @Test("uses a complete partial file without a request, and replaces one that is too long")
  func completeParts() throws {
    try writePart(contents)
    try download("nowhere").run()
    try expectComplete()
    #expect(server.requests == [])
    try target.write(contents + [0], to: "new/folder/data.gz.part")
    try FileManager.default.removeItem(atPath: target.path + "/new/folder/data.gz")
    try download("whole").run()
    try expectComplete()
  }

  @Test("keeps what it got when the connection is lost")
  func cut() throws {
    #expect(try refusal(download("cut")).contains("connection was lost"))
    #expect(try target.read("new/folder/data.gz.part").count == 50_000)
    try download("range").run()
    try expectComplete()
    #expect(server.requests == ["cut data.gz -", "range data.gz bytes=50000-"])
  }

  @Test("rejects and removes a file with other contents: changed, shorter, longer")
  func corruption() throws {
    for other in [Array(contents.reversed()), Array(contents.dropLast()), contents + contents] {
      try server.folder.write(other, to: "data.gz")
      #expect(try refusal(download("whole")).contains("not the expected file"))
      #expect(!target.has("new/folder/data.gz.part"))
    }
  }

  @Test("reports the status of the response, and keeps the part")
  func notFound() throws {
    #expect(try refusal(download("nowhere")).contains("the server responded with status 404"))
    try writePart(contents.prefix(10))
    #expect(try refusal(download("nowhere")).contains("the server responded with status 404"))
    #expect(target.has("new/folder/data.gz.part"))
  }

  @Test("reports that the server cannot be reached")
  func refused() throws {
    let download = try DatasetDownload(
      files: [file], baseURL: "http://127.0.0.1:1", directory: target.path + "/new/folder",
      environment: environment)
    #expect(try refusal(download).contains("http://127.0.0.1:1/data.gz cannot be downloaded: curl: (7)"))
  }

  @Test("reports that curl is missing")
  func withoutCurl() throws {
    let download = try DatasetDownload(
      files: [file], baseURL: server.address, directory: target.path + "/new/folder",
      environment: ["PATH": target.path])
    #expect(try refusal(download).contains("apt install curl"))
  }

  @Test("reports that it cannot write")
  func unwritable() throws {
    try target.write([], to: "new")
    #expect(try refusal(download("whole")).contains("/new"))
  }

  @Test("needs an address and a folder")
  func settings() throws {
    for address in ["", "ftp://example.org", "-o/etc/passwd", "http://", "file:///etc"] {
      #expect(throws: DatasetError.self) { try DatasetDownload(baseURL: address, directory: "/tmp") }
    }
    #expect(throws: DatasetError.self) { try DatasetDownload(environment: [:]) }
    #expect(
      try DatasetDownload(environment: ["HOME": "/home/me"]).directory == "/home/me/.cache/nin/fashion-mnist")
  }
}
