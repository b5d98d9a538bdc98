#if OpenBLAS
  import Backends
  import Operations
  import SharedKernels
  import Tensors

  /// The backend that computes with OpenBLAS's matrix product: plain layouts, float32.
  ///
  /// A convolution is unfolded into matrices (im2col) tile by tile and multiplied, as Chellapilla, Puri and Simard
  /// describe in *High Performance Convolutional Neural Networks for Document Processing* (2006); the unfolded
  /// batch never exists as a whole (``PanelTiling``). OpenBLAS itself is kept at one thread, and the threads of
  /// the one pool each call it for tiles of their own: two pools in one process would take turns spinning on the
  /// same cores.
  public struct OpenBLAS: Backend {
    /// The name that picks it.
    public let name = "openblas"

    /// The threads that call OpenBLAS.
    public let threads: ThreadPool

    /// The library's version and the instruction set that it picked on this machine.
    public let information: BackendInformation

    private let library: OpenBLASLibrary

    /// Makes the backend; loads OpenBLAS if it is not loaded yet, and leaves it one thread in the whole process.
    ///
    /// - Parameter threads: The threads that it will work on.
    /// - Throws: `BackendError` if OpenBLAS is not there, cannot be used or keeps threads of its own.
    public init(threads: ThreadPool) throws {
      library = try OpenBLASLibrary.loaded.get()
      self.threads = threads
      information = BackendInformation(
        library: library.version, instructionSet: library.core, precisions: [.float32])
    }

    /// Why an operation cannot be done in a precision, in one line; nil if it can.
    public func limitation(of operation: Operation, precision: Precision) -> String? {
      guard precision == .float32 else {
        return "the openblas backend computes in float32 only, not in \(precision.rawValue)"
      }
      let tooLarge =
        "the matrices of this \(operation.name) are too large for OpenBLAS, which counts in 32 bits"
      switch operation {
      case .convolution(let geometry, _):
        return OpenBLASLibrary.canIndex(ConvolutionMatrices.extents(of: geometry)) ? nil : tooLarge
      case .dense(let geometry):
        let extents = [geometry.batch, geometry.inputFeatures, geometry.outputFeatures]
        return OpenBLASLibrary.canIndex(extents) ? nil : tooLarge
      case .maxPooling(let geometry):
        return MaxPooling.limitation(of: geometry)
      case .averagePooling, .relu, .dropout, .flatten, .softmax:
        return nil
      }
    }

    /// A ReLU is computed while the convolution's result is still in cache.
    public func canFuse(_ activation: Activation, into operation: Operation) -> Bool {
      guard case .convolution(_, nil) = operation else { return false }
      return activation == .relu
    }

    /// Makes the kernel of one operation.
    ///
    /// - Parameter request: The operation with its surroundings; all layouts are plain.
    /// - Returns: The kernel, not yet bound to memory.
    /// - Throws: `BackendError` if the operation cannot be done.
    public func makeKernel(for request: KernelRequest) throws -> any Kernel {
      if let limitation = limitation(of: request.operation, precision: request.precision) {
        throw BackendError(limitation)
      }
      switch request.operation {
      case .convolution(let geometry, let activation):
        return ConvolutionKernel(
          geometry, activation: activation, request: request, library: library, threads: threads)
      case .dense(let geometry):
        return DenseKernel(geometry, request: request, library: library, threads: threads)
      case .maxPooling(let geometry):
        return MaxPooling(
          geometry, layout: PlaneLayout(plain: geometry.inputShape),
          output: Layout(plain: geometry.outputShape, .float32), isTraining: request.isTraining,
          threads: threads)
      case .averagePooling(let geometry, let countsPadding):
        return AveragePooling(
          geometry, countsPadding: countsPadding, layout: PlaneLayout(plain: geometry.inputShape),
          output: Layout(plain: geometry.outputShape, .float32), threads: threads)
      case .relu:
        return ReLU(layout: request.input, threads: threads)
      case .dropout(let shape, let probability):
        return Dropout(
          probability: probability, planes: PlaneLayout(plain: shape), layout: request.input,
          layerIndex: request.layerIndex, threads: threads)
      case .flatten(let shape):
        return Flatten(shape: shape, elementType: .float32)
      case .softmax(let geometry):
        return Softmax(geometry, threads: threads)
      }
    }
  }

  extension PlaneLayout {
    /// Reads a plain shape as planes; what is not an image is a plane of its own.
    fileprivate init(plain shape: Shape) {
      self.init(batch: shape.extents.first ?? 1, channels: shape.rank == 4 ? shape[1] : 1, lanes: 1)
    }
  }
#endif
