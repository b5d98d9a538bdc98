#if BLIS
  import Backends

  extension BLIS {
    /// The table of the kernels.
    static func table(_ sgemm: BLISProduct) -> OperationTable {
      OperationTable(
        convolution: [.im2col: Im2col.convolution(sgemm), .winograd: Im2col.winograd()],
        dense: Im2col.dense(sgemm),
        batchNormalization: Common.batchNormalization(),
        maxPooling: Common.maxPooling(),
        averagePooling: Common.averagePooling(),
        relu: Common.relu(),
        sigmoid: Common.sigmoid(),
        dropout: Common.dropout(),
        flatten: Common.flatten(),
        softmax: Common.softmax(),
        softmaxCrossEntropy: Common.softmaxCrossEntropy(),
        accumulation: Common.accumulation(),
        sumOfSquares: Common.sumOfSquares(),
        gradientDescent: Common.gradientDescent(),
        adamW: Common.adamW())
    }
  }
#endif
