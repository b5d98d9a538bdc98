/// A record of an event file: length, checksum of the length, content, checksum of the content, little-endian.
///
/// Source: TensorFlow's guide [TFRecord and tf.train.Example](https://www.tensorflow.org/tutorials/load_data/tfrecord).
enum EventRecord {
  /// Frames a record's bytes.
  static func framed(_ content: [UInt8]) -> [UInt8] {
    let length = bytes(UInt64(content.count))
    return length + bytes(CRC32C.masked(length)) + content + bytes(CRC32C.masked(content))
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
