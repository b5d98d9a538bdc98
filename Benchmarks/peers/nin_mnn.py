"""NiN in MNN, prediction only, by its module API.

There are two settings: the whole batch at once, and chunks of 16 images, which take less memory. Its low precisions have
no effect on x86.
"""

import os

from measurement import Measurement

measurement = Measurement("MNN", {
    ("predict", "float32"): ["whole batch", "chunks of 16"],
    ("start", "float32"): ["whole batch"],
})
options = measurement.options

import numpy as np
import MNN
import MNN.expr
import MNN.nn

runtime = MNN.nn.create_runtime_manager(({"backend": "CPU", "numThread": options.threads},))
model_file = os.path.splitext(options.model_file)[0] + ".mnn"
module = MNN.nn.load_module_from_file(model_file, ["images"], ["logits"], runtime_manager=runtime)
chunk = min(16, options.batch_size) if options.setting == "chunks of 16" else options.batch_size
shape = (options.batch_size, 1, options.image_size, options.image_size)
images = np.random.default_rng(0).random(shape, dtype=np.float32)
chunks = [np.ascontiguousarray(images[i:i + chunk]) for i in range(0, options.batch_size, chunk)]
placeholders = {len(c): MNN.expr.placeholder([len(c), *shape[1:]], MNN.expr.NCHW, MNN.expr.float) for c in chunks}


def predict():
    for part in chunks:
        placeholder = placeholders[len(part)]
        placeholder.write(part)
        np.array(module.forward([placeholder])[0].read())


measurement.run(MNN.version(), predict)
