import Operations

/// A variant of Network in Network: the book's, or one from its exercises (section 8.3.5).
///
/// All variants have the same top-level layers except for the head, so `net.7` is always the block that computes the
/// classes' maps.
public struct NiNDesign: Hashable, Sendable {
  /// The layers that turn the last block's maps into one number per class.
  public enum Head: String, CaseIterable, Sendable, Codable {
    /// The mean of each map, at any size of images.
    case globalAverage = "global-average"
    /// A fully connected layer over all maps instead of the mean, as in the paper's comparison (section 4.6 of Lin,
    /// Chen and Yan 2013).
    case dense
    /// The mean of each 5×5 window with a stride of 1, as in the book's JAX tab.
    ///
    /// On images of 195 to 226 pixels there is one window. Larger ones have several, and more numbers than classes; on
    /// smaller ones the window does not fit.
    case window
  }

  /// The way in which the last block reduces its input channels to the classes.
  public enum LastStep: String, CaseIterable, Sendable, Codable {
    /// All in the first convolution: 384→10→10→10 for ten classes.
    case direct
    /// In each convolution by about the same factor, with multiples of 16 in between: 384→112→32→10 for ten classes.
    case gradual
  }

  /// The number of blocks in each of the three stages.
  ///
  /// The variants differ in the way VGG-11, VGG-16 and VGG-19 do: the first step adds a block to each stage, the second
  /// step one more to each stage except the first.
  ///
  /// The added blocks begin with a 3×3 convolution, which keeps the size. The raw values count convolutions, with the
  /// book's two pointwise ones in each block.
  public enum Depth: Int, CaseIterable, Sendable, Codable {
    /// One block per stage: the book's.
    case twelve = 12
    /// Two blocks per stage.
    case twentyOne = 21
    /// Two blocks in the first stage and three in the others.
    case twentySeven = 27

    /// The number of blocks of each stage.
    public var blocks: [Int] {
      switch self {
      case .twelve: [1, 1, 1]
      case .twentyOne: [2, 2, 2]
      case .twentySeven: [2, 3, 3]
      }
    }
  }

  /// The number of pointwise convolutions after the first convolution of each block, 0 to 3 (exercise 1).
  public let pointwiseConvolutions: Int
  /// Height and width of their kernels: 1, or 3 with a padding of 1 (exercise 2).
  public let pointwiseKernel: Int
  /// The layers that reduce the maps to one number per class (exercise 3).
  public let head: Head
  /// The factor for the channels of all layers, except channels that are classes.
  public let width: Double
  /// The reduction of the channels to the classes in the last block (exercise 5).
  public let lastStep: LastStep
  /// The number of blocks of each stage (exercise 6).
  public let depth: Depth

  /// The book's network.
  public static let book = NiNDesign(
    uncheckedPointwiseConvolutions: 2, pointwiseKernel: 1, head: .globalAverage, width: 1, lastStep: .direct,
    depth: .twelve)

  /// Creates a design; omitted arguments have the book's values.
  ///
  /// - Parameters:
  ///   - pointwiseConvolutions: The number of pointwise convolutions after the first convolution of each block, 0 to 3.
  ///   - pointwiseKernel: Height and width of their kernels, 1 or 3.
  ///   - head: The layers that reduce the maps to one number per class.
  ///   - width: The factor for channels, 1/64 to 16; they are rounded to whole numbers, at least 1.
  ///   - lastStep: The reduction of the channels to the classes in the last block.
  ///   - depth: The number of blocks of each stage.
  /// - Throws: `GeometryError` if a number is not one of these, or a kernel of 3 or a gradual step has no pointwise
  ///   convolutions.
  public init(
    pointwiseConvolutions: Int = 2, pointwiseKernel: Int = 1, head: Head = .globalAverage, width: Double = 1,
    lastStep: LastStep = .direct, depth: Depth = .twelve
  ) throws {
    guard (0...3).contains(pointwiseConvolutions) else {
      throw GeometryError.invalidArgument(
        name: "pointwiseConvolutions",
        reason:
          "a block of NiN cannot have \(pointwiseConvolutions) pointwise convolutions; it can have 0 to 3")
    }
    guard pointwiseKernel == 1 || pointwiseKernel == 3 else {
      throw GeometryError.invalidArgument(
        name: "pointwiseKernel",
        reason: "the kernel of NiN's pointwise convolutions is \(pointwiseKernel); it can be 1 or 3")
    }
    guard pointwiseKernel == 1 || pointwiseConvolutions > 0 else {
      throw GeometryError.invalidArgument(
        name: "pointwiseKernel",
        reason: "a kernel of 3 is for NiN's pointwise convolutions, but there are none")
    }
    guard (1.0 / 64...16).contains(width) else {
      throw GeometryError.invalidArgument(
        name: "width", reason: "the width of NiN is \(width); it must be between 1/64 and 16")
    }
    guard lastStep == .direct || pointwiseConvolutions > 0 else {
      throw GeometryError.invalidArgument(
        name: "lastStep",
        reason: "a gradual last step of NiN needs pointwise convolutions, but there are none")
    }
    self.init(
      uncheckedPointwiseConvolutions: pointwiseConvolutions, pointwiseKernel: pointwiseKernel, head: head,
      width: width, lastStep: lastStep, depth: depth)
  }

  private init(
    uncheckedPointwiseConvolutions: Int, pointwiseKernel: Int, head: Head, width: Double, lastStep: LastStep,
    depth: Depth
  ) {
    pointwiseConvolutions = uncheckedPointwiseConvolutions
    self.pointwiseKernel = pointwiseKernel
    self.head = head
    self.width = width
    self.lastStep = lastStep
    self.depth = depth
  }

  /// The network's name by its number of convolution layers: `NiN-12` is the book's.
  public var name: String {
    "NiN-\((depth.blocks.reduce(1, +)) * (1 + pointwiseConvolutions))"
  }
}
