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

/// Downloads the files of a data set to a folder, verified, so that a file with its final name is right.
///
/// A download that was broken off goes on where it ended. What is there and right is not downloaded again.
public struct DatasetDownload: Sendable {
  /// How far the download is.
  public struct Progress: Equatable, Sendable {
    /// The file in hand.
    public let file: RemoteFile
    /// How many bytes of it are there.
    public let byteCount: Int
  }

  /// What became of a file.
  public enum Outcome: Sendable {
    /// It was downloaded, or the rest of it.
    case downloaded
    /// It was there and right.
    case alreadyThere
  }

  /// The folder that the files go to.
  public let directory: String

  private let files: [RemoteFile]
  private let baseURL: String
  private let environment: [String: String]

  /// Says what to download from where to where; nothing is done yet.
  ///
  /// - Parameters:
  ///   - files: The files.
  ///   - baseURL: The address, `http` or `https`, that the files' names are appended to.
  ///   - directory: The folder that the files go to; Fashion-MNIST's in the user's cache if absent.
  ///   - environment: The environment's variables: where the cache is, where curl is, and what proxies curl uses.
  /// - Throws: ``DatasetError`` if the address is none, or there is neither a folder nor a home.
  public init(
    files: [RemoteFile] = FashionMNIST.officialFiles, baseURL: String = FashionMNIST.officialURL,
    directory: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    guard ["http://", "https://"].contains(where: { baseURL.hasPrefix($0) && baseURL != $0 }) else {
      throw DatasetError.invalidArgument(
        name: "baseURL",
        reason: "'\(baseURL)' is no address to download from; it should start with http:// or https://")
    }
    guard let directory = directory ?? FashionMNIST.cacheDirectory(environment: environment) else {
      throw DatasetError.downloadFailed(
        url: nil, reason: "there is no cache to download to: neither XDG_CACHE_HOME nor HOME names a folder")
    }
    self.files = files
    self.baseURL = baseURL.hasSuffix("/") ? baseURL : baseURL + "/"
    self.directory = directory
    self.environment = environment
  }

  /// Downloads what is not there yet.
  ///
  /// - Parameter progress: Called several times a second.
  /// - Returns: What became of each file, in their order.
  /// - Throws: ``DatasetError`` if a file cannot be had, is not the right one, or cannot be written.
  @discardableResult
  public func run(progress: (Progress) -> Void = { _ in }) throws -> [Outcome] {
    try SystemFile.makeDirectory(directory)
    return try files.map { file in
      let path = "\(directory)/\(file.name)"
      if try isRight(path, file) { return .alreadyThere }
      try fetch(file, to: path, progress: progress)
      return .downloaded
    }
  }

  private func fetch(_ file: RemoteFile, to path: String, progress: (Progress) -> Void) throws {
    let url = baseURL + file.name
    let part = path + ".part"
    let wasResumed = SystemFile.byteCount(of: part) > 0
    if SystemFile.byteCount(of: part) < file.byteCount {
      let ending = try Curl(environment: environment).download(
        url, to: part, maximumByteCount: file.byteCount
      ) { progress(Progress(file: file, byteCount: $0)) }
      switch ending {
      case .complete, .tooLong: break
      case .cannotResume where wasResumed: return try startAgain(file, to: path, progress: progress)
      case .cannotResume:
        throw DatasetError.downloadFailed(
          url: url, reason: "\(url) cannot be downloaded: the server sends no part of it")
      case .failed(let reason):
        throw DatasetError.downloadFailed(url: url, reason: "\(url) cannot be downloaded: \(reason)")
      }
    }
    if try isRight(part, file) {
      progress(Progress(file: file, byteCount: file.byteCount))
      return try SystemFile.publish(part, as: path)
    }
    if wasResumed { return try startAgain(file, to: path, progress: progress) }
    unlink(part)
    throw DatasetError.downloadFailed(
      url: url,
      reason:
        "\(url) is not the right file: it has not the \(file.byteCount) bytes of MD5 digest \(file.md5); "
        + "it was not kept")
  }

  /// What was there before was no beginning of the file, or the server cannot go on from it.
  private func startAgain(_ file: RemoteFile, to path: String, progress: (Progress) -> Void) throws {
    let part = path + ".part"
    guard unlink(part) == 0 else {
      throw DatasetError.inaccessible(
        path: part, reason: "\(part) cannot be removed: \(SystemFile.lastReason)")
    }
    try fetch(file, to: path, progress: progress)
  }

  private func isRight(_ path: String, _ file: RemoteFile) throws -> Bool {
    guard SystemFile.isRegular(path), SystemFile.byteCount(of: path) == file.byteCount else { return false }
    return try MD5.hexadecimalDigest(ofFile: path) == file.md5
  }
}
