"""NiN in OpenVINO, prediction only: one stream over all threads, which is its setting for latency.

The precision is given as a hint; on a CPU with bf16 instructions OpenVINO would otherwise choose bf16 by itself.
"""

from measurement import Measurement

measurement = Measurement("OpenVINO", {
    ("predict", "float32"): ["latency"],
    ("predict", "bf16"): ["latency"],
    ("start", "float32"): ["latency"],
})
options = measurement.options

import numpy as np
import openvino

core = openvino.Core()
model = core.read_model(options.model_file)
shape = [options.batch_size, 1, options.image_size, options.image_size]
model.reshape(shape)
compiled = core.compile_model(model, "CPU", {
    "INFERENCE_NUM_THREADS": options.threads,
    "PERFORMANCE_HINT": "LATENCY",
    "INFERENCE_PRECISION_HINT": {"float32": "f32", "bf16": "bf16"}[options.precision],
})
request = compiled.create_infer_request()
images = np.random.default_rng(0).random(shape, dtype=np.float32)
measurement.run(openvino.__version__.split("-")[0], lambda: np.asarray(request.infer([images])[0]))
