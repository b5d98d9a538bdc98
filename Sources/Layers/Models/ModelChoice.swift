import Tensors

/// A model of the catalog, for NiN with its variant: what a recipe trains.
public struct ModelChoice: Hashable, Sendable {
  /// The model's name in the catalog.
  public let name: ModelCatalog
  /// The variant of NiN; the book's for every other model.
  public let design: NiNDesign

  /// A model of the catalog.
  public init(_ name: ModelCatalog) {
    self.name = name
    design = .book
  }

  /// NiN, or a variant of it.
  public init(_ design: NiNDesign) {
    name = .nin
    self.design = design
  }

  /// Builds the model.
  public func model(classes: Int) -> Sequential {
    name == .nin ? NiN(classes: classes, design: design) : name.model(classes: classes)
  }
}

extension ModelChoice: CustomStringConvertible {
  /// The name in the catalog; for a variant of NiN also its own name and the differences: `nin (NiN-16, pointwise 3)`.
  public var description: String {
    let book = NiNDesign.book
    let differences = [
      design.pointwiseConvolutions == book.pointwiseConvolutions
        ? nil : "pointwise \(design.pointwiseConvolutions)",
      design.pointwiseKernel == book.pointwiseKernel ? nil : "pointwise kernel \(design.pointwiseKernel)",
      design.head == book.head ? nil : "head \(design.head.rawValue)",
      design.width == book.width ? nil : "width \(design.width)",
      design.lastStep == book.lastStep ? nil : "last step \(design.lastStep.rawValue)",
    ].compactMap(\.self)
    guard design != book else { return name.rawValue }
    return "\(name.rawValue) (\(([design.name] + differences).joined(separator: ", ")))"
  }
}

extension ModelChoice: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case nin
  }

  /// Reads a name, or a variant of NiN: `{"nin": {"pointwiseConvolutions": 3}}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let name = try? container.decode(String.self) else {
      let variant = try decoder.strictContainer(CodingKeys.self)
      self.init(try NiNDesign(from: variant.superDecoder(forKey: .nin)))
      return
    }
    guard let model = ModelCatalog(rawValue: name) else {
      let names = ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "unknown model \(name.quoted); available: \(names)")
    }
    self.init(model)
  }

  /// Writes the same form, just the name if that is enough.
  public func encode(to encoder: any Encoder) throws {
    guard design == .book else {
      var container = encoder.container(keyedBy: CodingKeys.self)
      return try container.encode(design, forKey: .nin)
    }
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
