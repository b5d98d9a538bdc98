"""NiN in ONNX Runtime, prediction only: all graph optimizations, and a batch size that is known in advance."""

from measurement import Measurement

measurement = Measurement("ONNX Runtime", {
    ("predict", "float32"): ["all optimizations"],
    ("start", "float32"): ["all optimizations"],
})
options = measurement.options

import numpy as np
import onnxruntime

session_options = onnxruntime.SessionOptions()
session_options.intra_op_num_threads = options.threads
session_options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
session_options.add_free_dimension_override_by_name("batch", options.batch_size)
session_options.add_free_dimension_override_by_name("height", options.image_size)
session_options.add_free_dimension_override_by_name("width", options.image_size)
session = onnxruntime.InferenceSession(options.model_file, session_options, providers=["CPUExecutionProvider"])
shape = (options.batch_size, 1, options.image_size, options.image_size)
images = np.random.default_rng(0).random(shape, dtype=np.float32)
measurement.run(onnxruntime.__version__, lambda: session.run(None, {"images": images}))
