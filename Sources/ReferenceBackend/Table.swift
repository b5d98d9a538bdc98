import Backends
import Operations

extension Reference {
  /// The table of the kernels.
  static func table() -> OperationTable {
    @Sendable func kernel(_ equations: some Equations, for request: KernelRequest) throws -> any Kernel {
      try requirePlain(request)
      return PlainKernel(equations, request.precision, threads: request.threads)
    }
    return OperationTable(
      convolution: [
        .direct: .init("reference", "loops over n, o, c, k, l, h, w") { request, geometry, activation in
          try kernel(Convolution(geometry, activation: activation, request: request), for: request)
        }
      ],
      dense: .init("reference", "loops over n, o, i") { request, geometry in
        try kernel(Dense(geometry, request: request), for: request)
      },
      batchNormalization: .init("reference", "loops over channels") { request, geometry in
        try kernel(BatchNormalization(geometry, request: request), for: request)
      },
      maxPooling: .init("reference", "loops over windows, taps") { request, geometry in
        try kernel(MaxPooling(geometry, request: request), for: request)
      },
      averagePooling: .init("reference", "loops over windows, taps") {
        request, geometry, countsPadding in
        try kernel(AveragePooling(geometry, countsPadding: countsPadding, request: request), for: request)
      },
      relu: .init("reference", "a loop over elements") { request, shape in
        try kernel(ReLU(shape, request: request), for: request)
      },
      sigmoid: .init("reference", "a loop over elements") { request, shape in
        try kernel(Sigmoid(shape, request: request), for: request)
      },
      dropout: .init("reference", "a loop over elements, Philox4x32-10") { request, shape, probability in
        try kernel(Dropout(shape, probability: probability, request: request), for: request)
      },
      flatten: .init("reference", "a view") { request, shape in
        try kernel(Flatten(shape, request: request), for: request)
      },
      softmax: .init("reference", "loops over slices") { request, geometry in
        try kernel(Softmax(geometry, request: request), for: request)
      },
      softmaxCrossEntropy: .init("reference", "a loop over rows", softmaxCrossEntropy),
      accumulation: .init("reference", "a loop over elements", accumulate),
      sumOfSquares: .init("reference", "a loop over elements", sumOfSquares),
      gradientDescent: .init("reference", "a loop over elements", gradientDescent),
      adamW: .init("reference", "a loop over elements", adamW))
  }

  /// Requires that the input and the parameters are plain.
  private static func requirePlain(_ request: KernelRequest) throws {
    let plainInput = Layout(plain: request.operation.inputShape, request.precision.activationType)
    guard request.input == plainInput else {
      throw BackendError.unsupportedLayout(
        reason: "the reference backend needs an input that is \(plainInput), got \(request.input)")
    }
    let plainParameters = Layout.plainParameters(of: request)
    guard request.parameterLayouts ?? plainParameters == plainParameters else {
      throw BackendError.unsupportedLayout(
        reason:
          "the reference backend keeps the parameters of \(request.operation.name) in plain layouts only")
    }
  }
}
