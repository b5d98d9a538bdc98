"""NiN in JAX: lax convolutions in one jitted step whose parameters are donated.

Flax's layers lead to the same operations. N×H×W×C is the order that XLA's CPU convolutions are written for.
"""

import os

from measurement import BLOCKS, LEARNING_RATE, Measurement

SETTINGS = ["jit"]
measurement = Measurement("JAX", {
    ("train", "float32"): SETTINGS,
    ("train", "bf16"): SETTINGS,
    ("predict", "float32"): SETTINGS,
    ("predict", "bf16"): SETTINGS,
    ("start", "float32"): SETTINGS,
})
options = measurement.options
os.environ["JAX_PLATFORMS"] = "cpu"
# XLA takes all processors that the process may run on, and has no other setting for their number than this.
if options.threads < len(os.sched_getaffinity(0)):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:options.threads])

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

element = jnp.bfloat16 if options.precision == "bf16" else jnp.float32
random = np.random.default_rng(0)


def initial_parameters():
    parameters, inputs = [], 1
    for outputs, kernel, _, _ in BLOCKS:
        for side in (kernel, 1, 1):
            bound = (6 / (side * side * (inputs + outputs))) ** 0.5
            weight = random.uniform(-bound, bound, (side, side, inputs, outputs)).astype(np.float32)
            parameters.append((jnp.asarray(weight), jnp.zeros(outputs)))
            inputs = outputs
    return parameters


def convolution(x, parameters, stride, padding):
    weight, bias = parameters
    x = lax.conv_general_dilated(
        x, weight.astype(element), (stride, stride), ((padding, padding), (padding, padding)),
        dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return jnp.maximum(x + bias.astype(element), 0)


def max_pool(x):
    return lax.reduce_window(x, np.array(-np.inf, element), lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "VALID")


def logits_of(parameters, images, dropout_key=None):
    x = images.astype(element)
    for number, (_, _, stride, padding) in enumerate(BLOCKS):
        is_last = number == len(BLOCKS) - 1
        if is_last and dropout_key is not None:
            x = jnp.where(jax.random.bernoulli(dropout_key, 0.5, x.shape), x * 2, 0)
        expansion, *pointwise = parameters[3 * number:3 * number + 3]
        x = convolution(x, expansion, stride, padding)
        for layer in pointwise:
            x = convolution(x, layer, 1, 0)
        x = x if is_last else max_pool(x)
    return x.mean((1, 2)).astype(jnp.float32)


def loss_of(parameters, images, labels, dropout_key):
    logits = logits_of(parameters, images, dropout_key)
    chosen = jnp.take_along_axis(logits, labels[:, None], 1)[:, 0]
    return (jax.nn.logsumexp(logits, -1) - chosen).mean()


def updated(parameters, images, labels, key):
    key, dropout_key = jax.random.split(key)
    loss, gradients = jax.value_and_grad(loss_of)(parameters, images, labels, dropout_key)
    moved = jax.tree.map(lambda value, gradient: value - LEARNING_RATE * gradient, parameters, gradients)
    return moved, key, loss


update = jax.jit(updated, donate_argnums=0)
prediction = jax.jit(logits_of)
state = [initial_parameters(), jax.random.key(1)]
shape = (options.batch_size, options.image_size, options.image_size, 1)
images = jnp.asarray(random.random(shape, dtype=np.float32))
labels = jnp.asarray(random.integers(0, 10, options.batch_size))


def train():
    parameters, key, loss = update(state[0], images, labels, state[1])
    jax.block_until_ready(parameters)
    loss.item()
    state[:] = [parameters, key]


def predict():
    np.asarray(prediction(state[0], images))


measurement.run(jax.__version__, train if options.task == "train" else predict)
