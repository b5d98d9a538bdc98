import CZlib

/// A data set that comes in files of MNIST's names and is known by the files' contents.
///
/// A file is known by the CRC-32 of all its bytes before they are packed, which gzip stores at the end of the packed
/// file and zlib compares when it unpacks it. It is the same for every way of packing.
enum KnownDataset: String, CustomStringConvertible {
  case mnist = "MNIST"
  case fashionMNIST = "Fashion-MNIST"

  /// The checksums of the files of labels, of training and test.
  private static let labels: [UInt32: KnownDataset] = [
    0xE0CB_4AD2: .mnist, 0x4AB9_EFF9: .mnist, 0x741A_4657: .fashionMNIST, 0x8014_2C1F: .fashionMNIST,
  ]

  /// The checksums of files of images.
  private static let images: [UInt32: KnownDataset] = [
    0x9137_3BDF: .mnist, 0xB4F2_9F28: .fashionMNIST, 0x678F_E0B1: .fashionMNIST,
  ]

  /// The data set that labels are of; nil if they are of none of these.
  ///
  /// - Parameter labels: All labels of a file, a byte each.
  init?(labels: [UInt8]) {
    let header = [UInt32(0x0801).bigEndian, UInt32(labels.count).bigEndian]
    let start = header.withUnsafeBytes { Self.checksum(of: $0, after: 0) }
    let whole = labels.withUnsafeBytes { Self.checksum(of: $0, after: start) }
    guard let known = Self.labels[UInt32(truncatingIfNeeded: whole)] else { return nil }
    self = known
  }

  /// The data set that images are of; nil if they are of none of these, or not packed by gzip.
  ///
  /// - Parameter path: The file, of which only the end is read.
  init?(packedImages path: String) {
    guard let stored = GzipReader.storedChecksum(of: path), let known = Self.images[stored] else {
      return nil
    }
    self = known
  }

  private static func checksum(of bytes: UnsafeRawBufferPointer, after start: UInt) -> UInt {
    crc32(start, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
  }

  /// What its classes are called.
  var classNames: [String] {
    switch self {
    case .mnist: MNIST.digits
    case .fashionMNIST: FashionMNIST.classNames
    }
  }

  var description: String { rawValue }
}

extension IDXPair {
  /// Requires that images and labels are not of two data sets, as far as they are known.
  ///
  /// - Parameter numbers: All labels.
  /// - Throws: ``DatasetError`` that names the two.
  func requireOneDataset(_ numbers: [UInt8]) throws {
    guard let ofLabels = KnownDataset(labels: numbers), let ofImages = KnownDataset(packedImages: images),
      ofLabels != ofImages
    else { return }
    throw DatasetError.unsuitable(
      path: labels, reason: "\(images) has the images of \(ofImages), and \(labels) the labels of \(ofLabels)"
    )
  }
}
