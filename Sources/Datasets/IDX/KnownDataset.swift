import CZlib

/// A data set in files named like MNIST's, recognized by their contents.
///
/// A file is recognized by the CRC-32 of its uncompressed bytes, which gzip stores at the end of the file and zlib
/// verifies. It does not depend on the compression.
enum KnownDataset: String, CustomStringConvertible {
  case mnist = "MNIST"
  case fashionMNIST = "Fashion-MNIST"

  /// The checksums of label files, for training and test.
  private static let labels: [UInt32: KnownDataset] = [
    0xE0CB_4AD2: .mnist, 0x4AB9_EFF9: .mnist, 0x741A_4657: .fashionMNIST, 0x8014_2C1F: .fashionMNIST,
  ]

  /// The checksums of image files.
  private static let images: [UInt32: KnownDataset] = [
    0x9137_3BDF: .mnist, 0xB4F2_9F28: .fashionMNIST, 0x678F_E0B1: .fashionMNIST,
  ]

  /// The data set of labels; nil if it is not one of these.
  ///
  /// - Parameter labels: All labels of a file, one byte each.
  init?(labels: [UInt8]) {
    let header = [UInt32(0x0801).bigEndian, UInt32(labels.count).bigEndian]
    let start = header.withUnsafeBytes { Self.checksum(of: $0, after: 0) }
    let whole = labels.withUnsafeBytes { Self.checksum(of: $0, after: start) }
    guard let known = Self.labels[UInt32(truncatingIfNeeded: whole)] else { return nil }
    self = known
  }

  /// The data set of images; nil if it is not one of these, or the file is not gzipped.
  ///
  /// - Parameter path: The file; only its end is read.
  init?(packedImages path: String) {
    guard let stored = GzipReader.storedChecksum(of: path), let known = Self.images[stored] else {
      return nil
    }
    self = known
  }

  private static func checksum(of bytes: UnsafeRawBufferPointer, after start: UInt) -> UInt {
    crc32(start, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
  }

  /// The classes' names.
  var classNames: [String] {
    switch self {
    case .mnist: MNIST.digits
    case .fashionMNIST: FashionMNIST.classNames
    }
  }

  var description: String { rawValue }
}

extension IDXPair {
  /// Requires that images and labels do not belong to two different known data sets.
  ///
  /// - Parameter numbers: All labels.
  /// - Throws: ``DatasetError`` that names the two.
  func requireOneDataset(_ numbers: [UInt8]) throws {
    guard let ofLabels = KnownDataset(labels: numbers), let ofImages = KnownDataset(packedImages: images),
      ofLabels != ofImages
    else { return }
    throw DatasetError.unsupported(
      path: labels, reason: "\(images) has the images of \(ofImages), and \(labels) the labels of \(ofLabels)"
    )
  }
}
