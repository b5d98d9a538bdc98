import Tensors

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

/// Downloads the files of a data set to a folder and verifies them before they get their final names.
///
/// An interrupted download is resumed. Valid files are not downloaded again.
public struct DatasetDownload: Sendable {
  /// The progress of the download.
  public struct Progress: Equatable, Sendable {
    /// The current file.
    public let file: RemoteFile
    /// The number of bytes downloaded so far.
    public let byteCount: Int
  }

  /// The outcome for a file.
  public enum Outcome: Sendable {
    /// It, or the rest of it, was downloaded.
    case downloaded
    /// It was present and valid.
    case alreadyThere
  }

  /// The folder for the files.
  public let directory: String

  private let files: [RemoteFile]
  private let baseURL: String
  private let environment: [String: String]

  /// Prepares a download, without starting it.
  ///
  /// - Parameters:
  ///   - files: The files.
  ///   - baseURL: The `http` or `https` URL to which file names are appended.
  ///   - directory: The folder for the files; Fashion-MNIST's in the user's cache if nil.
  ///   - environment: The environment's variables, for the cache, the path of curl and its proxies.
  /// - Throws: ``DatasetError`` if the address is invalid, or there is neither a folder nor a home.
  public init(
    files: [RemoteFile] = FashionMNIST.officialFiles, baseURL: String = FashionMNIST.officialURL,
    directory: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    guard ["http://", "https://"].contains(where: { baseURL.hasPrefix($0) && baseURL != $0 }) else {
      throw DatasetError.invalidArgument(
        name: "baseURL",
        reason: "\(baseURL.quoted) is not an address to download from; it must start with http:// or https://"
      )
    }
    guard let directory = directory ?? FashionMNIST.cacheDirectory(environment: environment) else {
      throw DatasetError.downloadFailed(
        url: nil,
        reason: "the folder to download to is unknown: neither XDG_CACHE_HOME nor HOME is an absolute path")
    }
    self.files = files
    self.baseURL = baseURL.hasSuffix("/") ? baseURL : baseURL + "/"
    self.directory = directory
    self.environment = environment
  }

  /// Downloads the files that are missing or invalid.
  ///
  /// - Parameter progress: Called several times per second.
  /// - Returns: The outcome for each file, in order.
  /// - Throws: ``DatasetError`` if a file is unavailable, has wrong contents, or cannot be written.
  @discardableResult
  public func run(progress: (Progress) -> Void = { _ in }) throws -> [Outcome] {
    try SystemFile.makeDirectory(directory)
    return try files.map { file in
      let path = "\(directory)/\(file.name)"
      if try isValid(path, file) { return .alreadyThere }
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
          url: url, reason: "\(url) cannot be downloaded: the server does not send it")
      case .failed(let reason):
        throw DatasetError.downloadFailed(url: url, reason: "\(url) cannot be downloaded: \(reason)")
      }
    }
    if try isValid(part, file) {
      progress(Progress(file: file, byteCount: file.byteCount))
      return try SystemFile.publish(part, as: path)
    }
    if wasResumed { return try startAgain(file, to: path, progress: progress) }
    unlink(part)
    throw DatasetError.downloadFailed(
      url: url,
      reason:
        "\(url) is not the expected file of \(file.byteCount) bytes with MD5 digest \(file.md5); it was "
        + "discarded")
  }

  /// Downloads from the start, because the present contents are not a prefix of the file or the server cannot resume.
  private func startAgain(_ file: RemoteFile, to path: String, progress: (Progress) -> Void) throws {
    let part = path + ".part"
    guard unlink(part) == 0 else {
      throw DatasetError.unwritable(
        path: part, reason: "\(part) cannot be removed: \(SystemFile.lastReason)")
    }
    try fetch(file, to: path, progress: progress)
  }

  private func isValid(_ path: String, _ file: RemoteFile) throws -> Bool {
    guard SystemFile.isRegular(path), SystemFile.byteCount(of: path) == file.byteCount else { return false }
    return try MD5.hexadecimalDigest(ofFile: path) == file.md5
  }
}
