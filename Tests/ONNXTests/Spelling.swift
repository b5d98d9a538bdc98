import Foundation
import Layers
import Tensors

@testable import ONNX

/// One of the many ways in which exporters write the same small network.
struct Spelling: CustomStringConvertible {
  let opset: Int
  let entry: Entry
  let bias: Bias
  let rectifier: Rectifier
  let head: Head
  let dense: DenseForm
  let isBatchOpen: Bool
  let isShuffled: Bool

  enum Entry: CaseIterable {
    case plain, subtractAndDivide, multiplyAndAdd, constantFirst, cast, channelsLast, channelsLastNormalized,
      rowsScaled, rowsNormalized, planesScaled
  }

  enum Bias: CaseIterable {
    case inside, added, scaled, padded, halfPrecision
  }

  enum Rectifier: CaseIterable {
    case relu, clip, maximum
  }

  enum Head: CaseIterable {
    case flatten, reshapeOpenRows, reshapeOpenColumns, reshapeByShape, reshapeBySlice, squeeze,
      squeezeFromTheEnd, mean, meanFromTheEnd, meanKept, meanTwice, sumAndDivide, sumAndDivideComputed,
      rowsAndMean, mergedRowsAndMean, channelsLastMean, averagePool, gather, gatherAll, expandedConstants
  }

  enum DenseForm: CaseIterable {
    case gemmTransposed, gemm, gemmScaled, matMulAndAdd, matMulAndAddFirst, transposedConstant
  }

  var description: String {
    "opset \(opset) \(entry) \(bias) \(rectifier) \(head) \(dense) \(isBatchOpen ? "open" : "fixed") \(isShuffled ? "shuffled" : "")"
  }

  /// As many as there are, drawn with each way to write a head in turn.
  static let all: [Spelling] = {
    var generator = PhiloxGenerator(seed: 16, purpose: .testData, index: 0)
    func any<Element>(_ elements: [Element]) -> Element {
      elements[Int.random(in: elements.indices, using: &generator)]
    }
    return (0..<200).map { index in
      Spelling(
        opset: 11 + index % 13, entry: any(Entry.allCases), bias: any(Bias.allCases),
        rectifier: any(Rectifier.allCases), head: Head.allCases[index % Head.allCases.count],
        dense: any(DenseForm.allCases), isBatchOpen: any([true, false]), isShuffled: any([true, false]))
    }
  }()
}

/// The network that all spellings are of.
enum SpelledNetwork {
  static let image: Shape = [3, 8, 9]
  static let batch = 2
  static let model = Sequential(
    Conv2D(6, kernel: 3, padding: 1), ReLU(), MaxPool2D(kernel: 2, stride: 2), Conv2D(5, kernel: 1),
    GlobalAvgPool2D(), Flatten(), Dense(4))
  /// Numbers that half precision holds exactly.
  static let parameters: [String: Tensor<Float>] = {
    let parameters = Parameters(of: model, image: image)
    return Dictionary(
      uniqueKeysWithValues: parameters.shapes.keys.map { name in
        (name, parameters.values(name).map { ($0 * 64).rounded() / 64 })
      })
  }()
  static let images = Tensor<Float>(
    shape: image.batched(batch), elements: (0..<batch * 216).map { Float($0 * 37 % 101) / 101 })
  static let mean: [Float] = [0.5, 0.25, 0.125]
  static let deviation: [Float] = [0.5, 0.25, 2]

  static func parameter(_ name: String) -> Tensor<Float> {
    parameters[name] ?? Tensor(shape: [0], elements: [])
  }

  /// The images as the entry of a spelling changes them.
  static func prepared(_ entry: Spelling.Entry) -> Tensor<Float> {
    var result = images
    for index in result.elements.indices {
      let channel = index / 72 % 3
      let x = images.elements[index]
      switch entry {
      case .plain, .cast, .channelsLast: break
      case .subtractAndDivide, .channelsLastNormalized, .rowsNormalized:
        result.elements[index] = (x - mean[channel]) / deviation[channel]
      case .multiplyAndAdd, .rowsScaled: result.elements[index] = x * 2 - 1
      case .constantFirst, .planesScaled: result.elements[index] = 1 - x
      }
    }
    return result
  }

  /// The array that a spelling takes.
  static func input(_ entry: Spelling.Entry) -> Tensor<Float> {
    switch entry {
    case .channelsLast, .channelsLastNormalized:
      ArrayLayout(shape: [8, 9, 3], isChannelsLast: true).modelArray(images)
    case .rowsScaled, .rowsNormalized: images.reshaped(to: [batch, 216])
    case .planesScaled: images.reshaped(to: [batch, 24, 9])
    case .plain, .subtractAndDivide, .multiplyAndAdd, .constantFirst, .cast: images
    }
  }
}
