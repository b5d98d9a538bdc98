import ImageFiles

/// Small limits, so that an input takes milliseconds.
private let limits = ImageLimits(
  byteCount: 1 << 20, side: 512, pixelCount: 1 << 16, scaledPixelCount: 1 << 16)

/// Decodes an image as gray and in colors.
func readImage(_ input: [UInt8]) throws {
  _ = ImageFile.storesColor(input)
  for channels in [1, 3] {
    _ = try ImageFile.decode(input, name: "input", channels: channels, limits: limits)
  }
}

/// Decodes a PNG, as it is and with the checksums of its chunks corrected.
func readPNG(_ input: [UInt8]) throws {
  let whole = Result { try readImage(input) }
  try readImage(PNGChecksums.corrected(in: input))
  try whole.get()
}

/// Decodes a small photograph with the input as the TIFF structure of its Exif segment.
func readEXIF(_ input: [UInt8]) throws {
  let data = Array("Exif\0\0".utf8) + input.prefix(65_000)
  let count = data.count + 2
  let segment = [0xFF, 0xE1, UInt8(count >> 8), UInt8(count & 0xFF)] + data
  let start = Photograph.bytes.prefix(2)
  _ = try ImageFile.decode(
    start + segment + Photograph.bytes.dropFirst(2), name: "input", channels: 1, limits: limits)
}
