#if DNNL
  import Backends
  import CDNNL

  /// oneDNN's engine and stream on the CPU, and the attributes that all primitives share.
  final class Engine: @unchecked Sendable {
    // Sendable because oneDNN's engine, stream and attributes are not changed after they are made, and a CPU
    // stream keeps no state between primitives.
    let engine: dnnl_engine_t
    let stream: dnnl_stream_t
    /// Scratch memory is given by the caller, so that all primitives of a network share it.
    let attributes: dnnl_primitive_attr_t

    init() throws {
      let engine = try created("an engine") { dnnl_engine_create(&$0, dnnl_cpu, 0) }
      self.engine = engine
      stream = try created("a stream") {
        dnnl_stream_create(&$0, engine, UInt32(dnnl_stream_default_flags.rawValue))
      }
      attributes = try created("attributes") { dnnl_primitive_attr_create(&$0) }
      try check(
        dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "set attributes")
    }

    deinit {
      dnnl_primitive_attr_destroy(attributes)
      dnnl_stream_destroy(stream)
      dnnl_engine_destroy(engine)
    }
  }

  /// Throws unless oneDNN's status is success.
  func check(_ status: dnnl_status_t, _ task: @autoclosure () -> String) throws {
    guard status != dnnl_success else { return }
    let reason =
      switch status {
      case dnnl_out_of_memory: "out of memory"
      case dnnl_invalid_arguments: "invalid arguments"
      case dnnl_unimplemented: "not implemented"
      case dnnl_runtime_error: "a runtime error"
      default: "status \(status.rawValue)"
      }
    throw BackendError.libraryFailure(reason: "oneDNN could not \(task()): \(reason)")
  }

  /// Makes one of oneDNN's opaque objects.
  func created(
    _ what: @autoclosure () -> String, _ make: (inout OpaquePointer?) -> dnnl_status_t
  ) throws -> OpaquePointer {
    var result: OpaquePointer?
    try check(make(&result), "create \(what())")
    guard let result else {
      throw BackendError.libraryFailure(reason: "oneDNN created nothing for \(what())")
    }
    return result
  }
#endif
