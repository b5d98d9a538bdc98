import Backends
import Layers
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Recipes as editable files: [JSON5](https://json5.org), with comments and unquoted keys.
public enum RecipeFile {
  /// The largest file in bytes, much larger than any recipe.
  private static let maximumFileSize = 1 << 20

  /// Reads a recipe; omitted values are the book's.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - model: A network that will replace the file's; its default image size is used if the file has none.
  /// - Returns: The recipe.
  /// - Throws: ``TrainingError`` with the file, the key and the problem; `FileError` if it cannot be read.
  public static func read(_ path: String, for model: ModelCatalog? = nil) throws -> Recipe {
    let file = try RandomAccessFile(path: path)
    guard file.byteCount <= maximumFileSize else {
      throw TrainingError.invalidRecipe(reason: "\(path) is too large for a recipe: \(file.byteCount) bytes")
    }
    return try recipe(of: Data(file.bytes(count: file.byteCount, at: 0)), named: path, for: model)
  }

  /// Reads a recipe from text.
  ///
  /// - Parameters:
  ///   - json: The text, JSON5.
  ///   - name: Its name in errors.
  ///   - model: A network that will replace the recipe's.
  /// - Returns: The recipe.
  /// - Throws: ``TrainingError`` as ``read(_:for:)``.
  static func recipe(
    of json: Data, named name: String, for model: ModelCatalog? = nil
  ) throws -> Recipe {
    // Foundation's JSON5 decoder crashes on some invalid UTF-8.
    guard String(validating: json, as: UTF8.self) != nil else {
      throw TrainingError.invalidRecipe(reason: "\(name) is not UTF-8 text")
    }
    if let malformed = MalformedNumber.first(in: [UInt8](json)) {
      throw TrainingError.invalidRecipe(
        reason: "\(name) has \(malformed.text.quoted) instead of a number in line \(malformed.line)")
    }
    let problem = JSON5Structure.firstProblem(in: [UInt8](json), currentKey: JSONDecoder.currentKey)
    if case .repeatedKey(let key, let line, let first) = problem {
      let keys = "line \(line) repeats \(key.quoted) of line \(first)".onOneLine(atMost: 1000)
      throw TrainingError.invalidRecipe(reason: "\(name) cannot be used: \(keys); delete one of them")
    }
    let decoder = JSONDecoder.ofAnyVersion
    decoder.allowsJSON5 = true
    do {
      var recipe = try decoder.decode(Recipe.self, from: json)
      if let model, try decoder.decode(StatedImageSize.self, from: json).imageSize == nil {
        recipe.imageSize = model.defaultImageSize
      }
      try recipe.validate()
      return recipe
    } catch let error as DecodingError {
      let reason =
        keyOfNumber(in: json, decoder).map {
          "\($0.quoted): the number is out of range or must be an integer"
        } ?? explanation(of: error, problem).onOneLine(atMost: 1000)
      throw TrainingError.invalidRecipe(reason: "\(name) cannot be used: \(reason)")
    } catch let error as TrainingError {
      throw TrainingError.invalidRecipe(reason: "\(name) cannot be used: \(error)")
    }
  }

  /// The image size in a recipe, if any.
  private struct StatedImageSize: Decodable {
    let imageSize: Int?
  }

  /// The key whose number does not fit its type, which the decoder reports like a syntax error.
  private static func keyOfNumber(in json: Data, _ decoder: JSONDecoder) -> String? {
    let values = (try? decoder.decode([String: JSONValue].self, from: json)) ?? [:]
    return values.keys.sorted().filter { Recipe.CodingKeys(stringValue: $0) != nil }.first { key in
      do {
        _ = try decoder.decode(Recipe.self, from: Data("{\(key): \(values[key]?.description ?? "")}".utf8))
      } catch DecodingError.dataCorrupted(let context) {
        return context.debugDescription == notJSON
      } catch {}
      return false
    }
  }

  private static func explanation(of error: DecodingError, _ problem: JSON5Structure.Problem?) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      return "\(path(context))\(key.stringValue.quoted) is missing"
    case .typeMismatch(_, let context) where context.codingPath.isEmpty,
      .valueNotFound(_, let context) where context.codingPath.isEmpty:
      return "a recipe is an object: { epochs: 3 }"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "\(path(context))expected \(name(of: type))"
    case .dataCorrupted(let context) where context.debugDescription == notJSON:
      return "it is not valid JSON5\(explanation(of: problem))"
    case .dataCorrupted(let context):
      return "\(path(context))\(context.debugDescription)"
    @unknown default:
      return "\(error)"
    }
  }

  private static func explanation(of problem: JSON5Structure.Problem?) -> String {
    let hint = "; a comma, a quote or a brace may be missing or one too many"
    return switch problem {
    case .unexpected(let what, let line): ": unexpected \(what) in line \(line)\(hint)"
    case .unclosedString(let line): ": a quote is missing in line \(line)"
    case .repeatedKey, nil: hint
    }
  }

  /// The decoder's message for all syntax errors; it does not include the line.
  private static let notJSON = "The given data was not valid JSON."

  private static func name(of type: Any.Type) -> String {
    switch type {
    case is any BinaryInteger.Type: "an integer"
    case is any BinaryFloatingPoint.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a string in quotes"
    case is [Any].Type: "an array in brackets"
    default: "an object in braces"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    context.codingPath.isEmpty
      ? "" : "\(context.codingPath.map(\.stringValue).joined(separator: ".").quoted): "
  }

  /// A recipe as a file, with a comment for each key.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - title: A line for the top.
  /// - Returns: The text, from which ``read(_:for:)`` gives the same recipe; a custom network replaces its
  ///   ``Recipe/model``, which is then the default one.
  public static func text(_ recipe: Recipe, title: String) -> String {
    let lines = zip(keys, values(of: recipe)).filter {
      !Recipe.customKeys.contains($0.key) || $1.value != absent
    }
    .map { "  // \($0.comment)\n  \($1.key): \($1.value)," }
    return "// \(title)\n{\n\(lines.joined(separator: "\n"))\n}\n"
  }

  /// The recipe of a run as a file, whose first lines say whether the command can repeat the run.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - changes: Its changes during the run.
  /// - Returns: The text.
  package static func text(ofRun recipe: Recipe, changes: [RecipeChange] = []) -> String {
    let title =
      recipe.custom.isEmpty
      ? "The recipe of this run: reproduce it with nin train --recipe FILE."
      : "The recipe of this run, which has \(recipe.custom.phrase): only the program that started it can reproduce it."
    let lines = changes.map { change in
      "Changed after step \(change.step), so another run may differ: \(change.key) from \(change.from) to \(change.to)."
        .onOneLine(atMost: 1000)
    }
    return text(recipe, title: ([title] + lines).joined(separator: "\n// "))
  }

  /// The value of an absent key.
  static let absent = "null"

  /// The keys of a recipe with their values as in a file.
  ///
  /// - Parameter recipe: The recipe.
  /// - Returns: The keys in the order of a file; those that are absent are `null`.
  public static func values(of recipe: Recipe) -> [(key: String, value: String)] {
    let values =
      (try? JSONEncoder.sorted.encode(recipe))
      .flatMap { try? JSONDecoder().decode([String: JSONValue].self, from: $0) } ?? [:]
    return keys.map { ($0.key.rawValue, values[$0.key.rawValue].map(\.description) ?? absent) }
  }

  /// The keys in a file's order, with their meanings.
  private static let keys: [(key: Recipe.CodingKeys, comment: String)] = [
    (
      .tab,
      "The book's tab to follow: \(Tab.allCases.map(\.rawValue).joined(separator: ", ")); null for none."
    ),
    (
      .model,
      "The network: \(ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")), or {nin: {depth: 21}}."
    ),
    (.layers, "The layers of the custom network, which the program defines."),
    (.loss, "The custom loss, which the program defines."),
    (.updateRule, "The custom update rule, which the program defines, instead of the optimizer."),
    (.transforms, "The custom transforms of images, which the program defines, after the augmentation."),
    (.images, "Custom images, which the program provides, instead of those of a data folder."),
    (.weights, "A checkpoint to start from; null draws the initial weights from the seed."),
    (.frozen, "Layers to freeze, by prefixes of their names, such as \"net.0\"."),
    (.data, "The folder of the data; null finds Fashion-MNIST."),
    (.channels, "1 to read image files as gray, 3 as RGB; null for RGB if any file stores colors."),
    (
      .testSplit,
      "The share of image files that is held out for testing if there is no test folder; null for 0.2."
    ),
    (.imageSize, "Height and width that images are resized to."),
    (.batchSize, "Images per step."),
    (.epochs, "Number of epochs."),
    (.validationSplit, "The share of the training images that is held out for validation, 0 to 1."),
    (.trainingLimit, "Use only the first N training images; null for all."),
    (.testLimit, "Use only the first N test images; null for all."),
    (
      .normalization,
      "(byte / 255 - mean) / deviation for each channel, or \"measured\"; null for that of the weights, or none."
    ),
    (.augmentation, "Whether to flip, the maximum shift in pixels, the probability of erasing a rectangle."),
    (
      .initialization,
      "Distributions (\(ParameterDistribution.allCases.map(\.rawValue).joined(separator: ", "))), and constants by name; null with a "
        + "tab."
    ),
    (.optimizer, "{sgd: {momentum, nesterov}} or {adamw: {beta1, beta2, epsilon}}."),
    (
      .learningRate,
      "Its peak, steps of warm-up, and constant, linear, cosine, one-cycle or {step: {epochs, factor}}."
    ),
    (.weightDecay, "L2 for sgd, decoupled for adamw."),
    (.decaysBiases, "Whether biases and the scales of batch normalization decay too."),
    (.maximumGradientNorm, "The norm that all gradients together are clipped to; null for no clipping."),
    (.labelSmoothing, "The share of each target that is spread over all classes, 0 to 1."),
    (
      .averageDecay,
      "The decay of a moving average of the weights in step t, at most (1 + t) / (10 + t); null for no average."
    ),
    (.patience, "Stop after this many epochs without a better one; null for no early stopping."),
    (.seed, "The seed of weights, order of the images, augmentation and dropout."),
    (.backend, "The backend, such as \"dnnl\"; null for the first that is available."),
    (.precision, "\(Precision.allCases.map(\.rawValue).joined(separator: ", ")); null for float32."),
    (.microBatch, "Images that a thread computes at a time; null to choose."),
    (.convolutions, "The convolution algorithm: auto, direct or winograd; null for auto."),
  ]
}

/// Any value of JSON, to be written as JSON5.
private enum JSONValue: Decodable, CustomStringConvertible {
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int64.self) {
      self = .integer(integer)
    } else if let unsigned = try? value.decode(UInt64.self) {
      self = .unsigned(unsigned)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  var description: String {
    switch self {
    case .bool(let bool): "\(bool)"
    case .integer(let integer): "\(integer)"
    case .unsigned(let unsigned): "\(unsigned)"
    case .number(let number): "\(number)"
    case .text(let text): Self.quoted(text)
    case .list(let list): "[\(list.map(\.description).joined(separator: ", "))]"
    case .object(let object):
      object.isEmpty
        ? "{}"
        : "{\(object.sorted { $0.key < $1.key }.map { "\(Self.key($0.key)): \($0.value)" }.joined(separator: ", "))}"
    }
  }

  /// An identifier needs no quotes.
  private static func key(_ name: String) -> String {
    let isIdentifier =
      name.first?.isLetter == true
      && name.utf8.allSatisfy { UnicodeScalar($0).properties.isAlphabetic || $0 < 58 && $0 > 47 }
    return isIdentifier ? name : quoted(name)
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let json = (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) }
    return json ?? "\"\""
  }
}
