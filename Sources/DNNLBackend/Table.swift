#if DNNL
  import Backends
  import CDNNL

  extension DNNL {
    /// What computes each operation.
    static func table(_ engine: Engine, _ threads: ThreadPool) -> OperationTable {
      OperationTable(
        convolution: [
          .direct: .init("dnnl", "convolution_direct") {
            request, geometry, activation in
            try Convolution(geometry, request, engine, dnnl_convolution_direct)
              .kernel(.direct, activation: activation, threads: threads)
          }
        ],
        dense: .init("dnnl", "inner_product") { request, geometry in
          try Dense(geometry, request, engine).kernel(threads: threads)
        },
        maxPooling: Common.maxPooling(threads),
        averagePooling: Common.averagePooling(threads),
        relu: Common.relu(threads),
        dropout: Common.dropout(threads),
        flatten: .init("dnnl", "a view, or reorder") { request, shape in
          try DNNL.flatten(shape, request.input, engine)
        },
        softmax: .init("dnnl", "reorder, then common") { request, geometry in
          try DNNL.softmax(geometry, request.input, engine, threads: threads)
        },
        softmaxCrossEntropy: Common.softmaxCrossEntropy(),
        accumulation: Common.accumulation(threads),
        sumOfSquares: Common.sumOfSquares(),
        gradientDescent: Common.gradientDescent(threads))
    }
  }
#endif
