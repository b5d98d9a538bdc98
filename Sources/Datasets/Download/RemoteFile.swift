/// A file that can be downloaded, with its expected size and digest.
public struct RemoteFile: Hashable, Sendable {
  /// Its name, on the server and locally.
  public let name: String

  /// Its size in bytes.
  public let byteCount: Int

  /// The MD5 digest of its contents, as 32 hexadecimal digits in lower case.
  public let md5: String

  /// Describes a file.
  ///
  /// - Parameters:
  ///   - name: Its name, on the server and locally.
  ///   - byteCount: Its size in bytes.
  ///   - md5: The MD5 digest of its contents, as 32 hexadecimal digits in lower case.
  public init(name: String, byteCount: Int, md5: String) {
    self.name = name
    self.byteCount = byteCount
    self.md5 = md5
  }
}

extension FashionMNIST {
  /// The address where the data set's authors publish it.
  public static let officialURL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"

  /// The four published files.
  public static let officialFiles = [
    RemoteFile(
      name: "train-images-idx3-ubyte.gz", byteCount: 26_421_880, md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    RemoteFile(
      name: "train-labels-idx1-ubyte.gz", byteCount: 29_515, md5: "25c81989df183df01b3e8a0aad5dffbe"),
    RemoteFile(
      name: "t10k-images-idx3-ubyte.gz", byteCount: 4_422_102, md5: "bef4ecab320f06d8554ea6380940ec79"),
    RemoteFile(
      name: "t10k-labels-idx1-ubyte.gz", byteCount: 5_148, md5: "bb300cfdad3c16e7a12a480ee83cd310"),
  ]
}
