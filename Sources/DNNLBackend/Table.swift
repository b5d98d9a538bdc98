#if DNNL
  import Backends
  import CDNNL

  extension DNNL {
    /// The table of the kernels.
    static func table(_ engine: Engine) -> OperationTable {
      OperationTable(
        convolution: [
          .direct: .init("dnnl", "convolution_direct") {
            request, geometry, activation in
            try Convolution(geometry, request, engine, dnnl_convolution_direct)
              .kernel(.direct, activation: activation)
          },
          .winograd: Winograd.convolution { shape, input in
            try Layout(
              shape, input.elementType, .images(shape.extents, input.elementType, lanes: InstructionSet.lanes)
            )
          },
        ],
        dense: .init("dnnl", "inner_product") { request, geometry in
          try Dense(geometry, request, engine).kernel()
        },
        batchNormalization: Common.batchNormalization(),
        maxPooling: Common.maxPooling(),
        averagePooling: Common.averagePooling(),
        relu: Common.relu(),
        sigmoid: Common.sigmoid(),
        dropout: Common.dropout(),
        flatten: .init("dnnl", "a view, or reorder") { request, shape in
          try DNNL.flatten(shape, request.input, engine)
        },
        softmax: .init("dnnl", "reorder, then common") { request, geometry in
          try DNNL.softmax(geometry, request, engine)
        },
        softmaxCrossEntropy: Common.softmaxCrossEntropy(),
        accumulation: Common.accumulation(),
        sumOfSquares: Common.sumOfSquares(),
        gradientDescent: Common.gradientDescent(),
        adamW: Common.adamW())
    }
  }
#endif
