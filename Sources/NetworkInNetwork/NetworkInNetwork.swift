@_exported import Backends
@_exported import Datasets
@_exported import ImageFiles
@_exported import Layers
@_exported import Networks
@_exported import ONNX
@_exported import Operations
@_exported import ReferenceBackend
@_exported import Tensors
@_exported import Training
@_exported import Verification

#if OpenBLAS
  @_exported import OpenBLASBackend
#endif
#if BLIS
  @_exported import BLISBackend
#endif
#if DNNL
  @_exported import DNNLBackend
#endif
