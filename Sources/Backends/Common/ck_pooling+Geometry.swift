import CKernels
import Operations
import Tensors

extension ck_pooling {
  /// The loops' description of a pooling.
  init(_ geometry: PoolingGeometry, countsPadding: Bool, planes: PlaneLayout, type: ElementType) {
    let window = geometry.window
    self.init(
      type: ck_element(type),
      input_height: Int32(geometry.input.height), input_width: Int32(geometry.input.width),
      output_height: Int32(geometry.output.height), output_width: Int32(geometry.output.width),
      kernel_height: Int32(window.kernel.height), kernel_width: Int32(window.kernel.width),
      stride_height: Int32(window.stride.height), stride_width: Int32(window.stride.width),
      dilation_height: Int32(window.dilation.height), dilation_width: Int32(window.dilation.width),
      padding_top: Int32(window.padding.top), padding_bottom: Int32(window.padding.bottom),
      padding_left: Int32(window.padding.left), padding_right: Int32(window.padding.right),
      counts_padding: countsPadding, lanes: Int32(planes.lanes), planes: planes.planes)
  }
}
