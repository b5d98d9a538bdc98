import Foundation
import Layers
import Operations
import Tensors
import Testing

@Suite("NiN's variants as values")
struct NiNDesignTests {
  private func summary(_ design: NiNDesign, side: Int = 224) throws -> Summary {
    try Summary(NiN(classes: 10, design: design), input: [1, 1, side, side])
  }

  /// The parameters of a convolution.
  private func convolution(_ inputs: Int, _ outputs: Int, kernel: Int) -> Int {
    inputs * outputs * kernel * kernel + outputs
  }

  @Test("the default is the book's network, layer by layer")
  func book() throws {
    let blocks = [(96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1), (10, 3, 1, 1)].map {
      channels, kernel, stride, padding in
      Sequential(
        Conv2D(
          channels, kernel: Extent2D(kernel, kernel), stride: Extent2D(stride, stride),
          padding: Padding(padding)),
        ReLU(), Conv2D(channels, kernel: 1), ReLU(), Conv2D(channels, kernel: 1), ReLU())
    }
    let pool = MaxPool2D(kernel: 3, stride: 2)
    let written = Sequential(
      blocks[0], pool, blocks[1], pool, blocks[2], pool, Dropout(0.5), blocks[3], GlobalAvgPool2D(), Flatten()
    )
    #expect(NiN(classes: 10) == written)
    #expect(try NiN(classes: 10, design: NiNDesign()) == written)
    #expect(NiNDesign.book.name == "NiN-12")
  }

  @Test("one, three or no pointwise convolutions per block", arguments: 0...3)
  func pointwiseConvolutions(count: Int) throws {
    let design = try NiNDesign(pointwiseConvolutions: count)
    let first =
      convolution(1, 96, kernel: 11) + convolution(96, 256, kernel: 5) + convolution(256, 384, kernel: 3)
      + convolution(384, 10, kernel: 3)
    let pointwise = [96, 256, 384, 10].reduce(0) { $0 + convolution($1, $1, kernel: 1) }
    #expect(try summary(design).parameters == first + count * pointwise)
    #expect(design.name == "NiN-\(4 * (1 + count))")
  }

  @Test("pointwise kernels of 3×3 keep all sizes and have nine times the weights")
  func pointwiseKernel() throws {
    let (plain, wide) = (try summary(.book), try summary(NiNDesign(pointwiseKernel: 3)))
    #expect(wide.topLevel.map(\.outputShape) == plain.topLevel.map(\.outputShape))
    let added = [96, 256, 384, 10].reduce(0) { $0 + 2 * 8 * $1 * $1 }
    #expect(wide.parameters == plain.parameters + added)
  }

  @Test("a dense head has a weight for each element of the maps, and keeps the last block's name")
  func denseHead() throws {
    let summary = try summary(NiNDesign(head: .dense))
    #expect(summary.parameters == 1_992_166 + 250 * 10 + 10)
    #expect(summary.topLevel.map(\.type).suffix(2) == ["Flatten", "Dense"])
    #expect(summary.topLevel[7].outputShape == [1, 10, 5, 5])
  }

  @Test(
    "a fixed window of 5×5 gives the book's numbers at 224×224, and more on larger images",
    arguments: [(195, 10), (224, 10), (226, 10), (227, 40), (259, 90)])
  func window(side: Int, count: Int) throws {
    let summary = try summary(NiNDesign(head: .window), side: side)
    #expect(summary.topLevel.last?.outputShape == [1, count])
    #expect(summary.parameters == 1_992_166)
  }

  @Test("a fixed window rejects smaller images, and names itself")
  func windowTooLarge() throws {
    let model = try NiN(classes: 10, design: NiNDesign(head: .window))
    #expect(model.smallestImage(channels: 1) == 195)
    let error = #expect(throws: LayerError.self) { try model.resolved(for: [1, 1, 194, 194]) }
    #expect(error?.name == "net.8" && error?.kind == "AvgPool2D")
  }

  @Test(
    "the width multiplies all channels except the classes'",
    arguments: [(0.5, [48, 128, 192, 10]), (1.25, [120, 320, 480, 10])])
  func width(factor: Double, channels: [Int]) throws {
    let layers = try summary(NiNDesign(width: factor)).layers.filter { $0.type == "Conv2D" }
    #expect(layers.map { $0.outputShape[1] } == channels.flatMap { [$0, $0, $0] })
  }

  @Test("the narrowest network still has a channel in each layer")
  func narrowest() throws {
    let layers = try summary(NiNDesign(width: 1.0 / 64)).layers.filter { $0.type == "Conv2D" }
    #expect(layers.map { $0.outputShape[1] } == [2, 2, 2, 4, 4, 4, 6, 6, 6, 10, 10, 10])
  }

  @Test(
    "a gradual last step narrows by about equal factors",
    arguments: [(1, [64, 10]), (2, [112, 32, 10]), (3, [160, 64, 32, 10])])
  func gradualStep(pointwise: Int, channels: [Int]) throws {
    let design = try NiNDesign(pointwiseConvolutions: pointwise, lastStep: .gradual)
    let layers = try summary(design).layers.filter { $0.name.hasPrefix("net.7.") && $0.type == "Conv2D" }
    #expect(layers.map { $0.outputShape[1] } == channels)
  }

  @Test("a gradual last step widens if there are more classes than channels")
  func gradualWidening() throws {
    let model = try NiN(classes: 1000, design: NiNDesign(lastStep: .gradual))
    let layers = try Summary(model, input: [1, 1, 224, 224]).layers
    let channels = layers.filter { $0.name.hasPrefix("net.7.") && $0.type == "Conv2D" }.map {
      $0.outputShape[1]
    }
    #expect(channels == [528, 720, 1000])
  }

  @Test(
    "the family has more blocks per stage, at the same sizes, and its names count the convolutions",
    arguments: zip(NiNDesign.Depth.allCases, [4, 7, 9]))
  func family(depth: NiNDesign.Depth, blocks: Int) throws {
    let design = try NiNDesign(depth: depth)
    let (deep, plain) = (try summary(design), try summary(.book))
    #expect(deep.layers.count { $0.type == "Conv2D" } == depth.rawValue)
    #expect(design.name == "NiN-\(depth.rawValue)")
    #expect(depth.rawValue == 3 * blocks)
    #expect(deep.topLevel.map(\.outputShape) == plain.topLevel.map(\.outputShape))
    let names = deep.layers.map(\.name)
    #expect(names.contains("net.7.4") && !names.contains("net.7.6"))
  }

  @Test("invalid numbers are rejected with the valid ones")
  func impossible() {
    for count in [-1, 4] {
      let error = #expect(throws: GeometryError.self) { try NiNDesign(pointwiseConvolutions: count) }
      #expect(error?.description.contains("0 to 3") == true)
    }
    for kernel in [0, 2, 5] {
      #expect(throws: GeometryError.self) { try NiNDesign(pointwiseKernel: kernel) }
    }
    for width in [0, -1, 17, .infinity, .nan] {
      #expect(throws: GeometryError.self) { try NiNDesign(width: width) }
    }
    #expect(throws: GeometryError.self) { try NiNDesign(pointwiseConvolutions: 0, lastStep: .gradual) }
  }

  @Test("a design survives being encoded and decoded, and omitted keys have the book's values")
  func coding() throws {
    let designs = [
      NiNDesign.book,
      try NiNDesign(
        pointwiseConvolutions: 3, pointwiseKernel: 3, head: .window, width: 0.25, lastStep: .gradual,
        depth: .twentySeven),
    ]
    for design in designs {
      let json = try JSONEncoder().encode(design)
      #expect(try JSONDecoder().decode(NiNDesign.self, from: json) == design)
    }
    let empty = try JSONDecoder().decode(NiNDesign.self, from: Data("{}".utf8))
    #expect(empty == .book)
  }

  @Test(
    "an unknown key, name or number is rejected",
    arguments: [
      #"{"pointwise": 3}"#, #"{"head": "none"}"#, #"{"depth": 16}"#, #"{"width": 0}"#,
      #"{"pointwiseConvolutions": 4}"#, #"{"lastStep": "slow"}"#, #"{"pointwiseKernel": 2}"#,
    ])
  func refusedCoding(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(NiNDesign.self, from: Data(json.utf8)) }
  }

  @Test("a variant's layers survive being encoded and decoded")
  func modelCoding() throws {
    let design = try NiNDesign(
      pointwiseConvolutions: 1, pointwiseKernel: 3, head: .dense, lastStep: .gradual, depth: .twentyOne)
    let model = NiN(classes: 7, design: design)
    let data = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(Sequential.self, from: data) == model)
  }
}
