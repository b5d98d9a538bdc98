#if OpenBLAS
  import Backends

  extension OpenBLAS {
    /// What computes each operation.
    static func table(_ sgemm: CBLAS, _ threads: ThreadPool) -> OperationTable {
      OperationTable(
        convolution: [.im2col: Im2col.convolution(sgemm, threads)],
        dense: Im2col.dense(sgemm, threads),
        maxPooling: Common.maxPooling(threads),
        averagePooling: Common.averagePooling(threads),
        relu: Common.relu(threads),
        dropout: Common.dropout(threads),
        flatten: Common.flatten(),
        softmax: Common.softmax(threads),
        softmaxCrossEntropy: Common.softmaxCrossEntropy(),
        accumulation: Common.accumulation(threads),
        sumOfSquares: Common.sumOfSquares(),
        gradientDescent: Common.gradientDescent(threads))
    }
  }
#endif
