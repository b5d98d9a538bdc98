import Tensors

/// A custom rule for updating parameters; it works on every backend and in every precision.
///
/// A rule updates one element, and has access to nothing else: parameters are updated in blocks, by several threads, in
/// layouts that differ from backend to backend. Sign descent with momentum:
///
///     struct SignDescent: CustomUpdateRule {
///       var learningRate: Double
///       let slots = ["velocity"]
///
///       func update(_ element: inout UpdatedElement, _ context: UpdateContext) {
///         element.slots.0 = 0.9 * element.slots.0 + element.gradient
///         element.value -= element.slots.0 > 0 ? learningRate : -learningRate
///       }
///     }
///
/// Everything is computed in Double, and rounded once to the type of the parameters. An element whose value, gradient and
/// slots are all 0 is skipped, so that the padding of blocked layouts stays zero.
public protocol CustomUpdateRule: Sendable {
  /// The names of the values kept per element from step to step, at most two; a constant, so that a step allocates
  /// nothing.
  ///
  /// They name tensors in files, `velocity.net.0.0.weight`: a word with underscores.
  var slots: [String] { get }

  /// Updates one element.
  ///
  /// - Parameters:
  ///   - element: Its value and its slots, which are to be changed, and its gradient.
  ///   - context: The values shared by all elements of the parameter.
  func update(_ element: inout UpdatedElement, _ context: UpdateContext)

  /// Updates a block of elements; usually left to the default.
  ///
  /// The default calls ``update(_:_:)-(UpdatedElement,_)`` for each, and is specialized for the rule in the module that
  /// declares it.
  func update(_ block: CustomUpdateBlock, _ context: UpdateContext)
}

/// One element of a parameter in a ``CustomUpdateRule``.
public struct UpdatedElement: Sendable {
  /// The value.
  public var value: Double
  /// The gradient of the loss, clipped already.
  public let gradient: Double
  /// The numbers kept from step to step, in the order of the rule's ``CustomUpdateRule/slots``; 0 if unused.
  public var slots: (Double, Double)

  /// Creates an element.
  @inlinable
  public init(value: Double, gradient: Double, slots: (Double, Double) = (0, 0)) {
    self.value = value
    self.gradient = gradient
    self.slots = slots
  }
}

/// The values that all elements of a parameter share in an update.
public struct UpdateContext: Sendable {
  /// The number of the update, from 1.
  public let number: Int
  /// Whether weight decay usually applies to the parameter: not to biases, nor to the scale and shift of a batch
  /// normalization.
  public let isDecayed: Bool

  /// Creates the context.
  public init(number: Int, isDecayed: Bool) {
    self.number = number
    self.isDecayed = isDecayed
  }
}

/// A block of elements that are stored one after the other, in float32 or float64, for a ``CustomUpdateRule``.
public struct CustomUpdateBlock {
  /// The values, read and written.
  public let values: UnsafeMutableRawPointer
  /// Their gradients.
  public let gradient: UnsafeRawPointer
  /// The slots, read and written, in the order of the rule's ``CustomUpdateRule/slots``; nil if the rule has fewer.
  public let slots: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
  /// The number of elements.
  public let count: Int
  /// The type of all, float32 or float64.
  public let elementType: ElementType
  /// The factor applied to the gradient first: less than 1 if it is clipped.
  public let gradientScale: Double

  /// Creates a block.
  public init(
    values: UnsafeMutableRawPointer, gradient: UnsafeRawPointer,
    slots: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?), count: Int, elementType: ElementType,
    gradientScale: Double
  ) {
    self.values = values
    self.gradient = gradient
    self.slots = slots
    self.count = count
    self.elementType = elementType
    self.gradientScale = gradientScale
  }

  /// Calls a function for each element, and stores the result.
  @inlinable
  public func forEachElement(_ body: (inout UpdatedElement) -> Void) {
    elementType == .float64 ? forEach(Double.self, body) : forEach(Float.self, body)
  }

  @inlinable
  func forEach<Scalar: BinaryFloatingPoint>(_: Scalar.Type, _ body: (inout UpdatedElement) -> Void) {
    let values = values.assumingMemoryBound(to: Scalar.self)
    let gradient = gradient.assumingMemoryBound(to: Scalar.self)
    let slots = (slots.0?.assumingMemoryBound(to: Scalar.self), slots.1?.assumingMemoryBound(to: Scalar.self))
    for index in 0..<count {
      var element = UpdatedElement(
        value: Double(values[index]), gradient: gradientScale * Double(gradient[index]),
        slots: (slots.0.map { Double($0[index]) } ?? 0, slots.1.map { Double($0[index]) } ?? 0))
      if element.value == 0, element.gradient == 0, element.slots == (0, 0) { continue }
      body(&element)
      values[index] = Scalar(element.value)
      slots.0?[index] = Scalar(element.slots.0)
      slots.1?[index] = Scalar(element.slots.1)
    }
  }
}

extension CustomUpdateRule {
  /// Updates the elements one by one.
  @inlinable
  public func update(_ block: CustomUpdateBlock, _ context: UpdateContext) {
    block.forEachElement { update(&$0, context) }
  }
}
