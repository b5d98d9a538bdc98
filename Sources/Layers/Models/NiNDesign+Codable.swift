import Operations

extension NiNDesign: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case pointwiseConvolutions, pointwiseKernel, head, width, lastStep, depth
  }

  /// Reads a design; omitted keys have the book's values.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    let book = Self.book
    let depth = try values.decodeIfPresent(Int.self, forKey: .depth) ?? book.depth.rawValue
    guard let depth = Depth(rawValue: depth) else {
      let known = Depth.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: .depth, in: values, debugDescription: "unknown depth \(depth); available: \(known)")
    }
    do {
      try self.init(
        pointwiseConvolutions: try values.decodeIfPresent(Int.self, forKey: .pointwiseConvolutions)
          ?? book.pointwiseConvolutions,
        pointwiseKernel: try values.decodeIfPresent(Int.self, forKey: .pointwiseKernel)
          ?? book.pointwiseKernel,
        head: try values.decodeName(forKey: .head) ?? book.head,
        width: try values.decodeIfPresent(Double.self, forKey: .width) ?? book.width,
        lastStep: try values.decodeName(forKey: .lastStep) ?? book.lastStep, depth: depth)
    } catch let error as GeometryError {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  /// Writes all keys.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(pointwiseConvolutions, forKey: .pointwiseConvolutions)
    try values.encode(pointwiseKernel, forKey: .pointwiseKernel)
    try values.encode(head, forKey: .head)
    try values.encode(width, forKey: .width)
    try values.encode(lastStep, forKey: .lastStep)
    try values.encode(depth, forKey: .depth)
  }
}
