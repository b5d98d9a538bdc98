"""The book's JAX tab in Flax, for the test of Docs/convert.py; used like convert_keras.py."""
import sys

import jax
import numpy
from flax import linen as nn
from flax import serialization


def block(channels, kernel, strides, padding):
    return nn.Sequential([
        nn.Conv(channels, (kernel, kernel), (strides, strides), padding), nn.relu,
        nn.Conv(channels, (1, 1)), nn.relu, nn.Conv(channels, (1, 1)), nn.relu])


def pool(x):
    return nn.max_pool(x, (3, 3), strides=(2, 2))


class NiN(nn.Module):
    def setup(self):
        self.net = nn.Sequential([
            block(96, 11, 4, 0), pool, block(256, 5, 1, 2), pool, block(384, 3, 1, 1), pool,
            nn.Dropout(0.5, deterministic=True), block(10, 3, 1, 1), lambda x: x.mean(axis=(1, 2))])

    def __call__(self, x):
        return self.net(x)


action, weights, images, logits = sys.argv[1:]
if action == "make":
    x = numpy.random.default_rng(0).standard_normal((2, 1, 67, 67)).astype("float32")
    numpy.save(images, x)
else:
    x = numpy.load(images)
x = x.transpose(0, 2, 3, 1)
variables = NiN().init(jax.random.key(1 if action == "make" else 2), x)
if action == "make":
    random = numpy.random.default_rng(3)  # Flax's biases begin at zero, which would hide a mistake
    variables = jax.tree.map(lambda v: v + random.standard_normal(v.shape).astype("float32") / 10 * (v.ndim == 1), variables)
    with open(weights, "wb") as file:
        file.write(serialization.to_bytes(variables))
    numpy.save(logits, NiN().apply(variables, x))
else:
    with open(weights, "rb") as file:
        variables = serialization.from_bytes(variables, file.read())
    numpy.testing.assert_allclose(NiN().apply(variables, x), numpy.load(logits), rtol=1e-4, atol=1e-4)
