"""The JAX tab for make_tab_goldens.py."""

import flax
import jax
import numpy
from flax import linen as nn
from jax import numpy as jnp

VERSIONS = {"jax": jax.__version__, "flax": flax.__version__}
# At 256 the head's window has four positions; below 195 it does not fit.
LOGITS_SIDES = [224, 256]


def block(channels, kernel, strides, padding):
    return nn.Sequential([
        nn.Conv(channels, kernel, strides, padding), nn.relu,
        nn.Conv(channels, kernel_size=(1, 1)), nn.relu,
        nn.Conv(channels, kernel_size=(1, 1)), nn.relu,
    ])  # fmt: skip


class Network(nn.Module):
    classes: int = 10

    def setup(self):
        def pool(x):
            return nn.max_pool(x, (3, 3), strides=(2, 2))

        self.net = nn.Sequential([
            block(96, (11, 11), (4, 4), (0, 0)), pool,
            block(256, (5, 5), (1, 1), (2, 2)), pool,
            block(384, (3, 3), (1, 1), (1, 1)), pool,
            nn.Dropout(0.5, deterministic=True),
            block(self.classes, (3, 3), 1, (1, 1)),
            lambda x: nn.avg_pool(x, (5, 5)),
            lambda x: x.reshape((x.shape[0], -1)),
        ])  # fmt: skip

    def __call__(self, x):
        return self.net(x)


def keys():
    for position in (0, 2, 4, 7):
        for layer in (0, 2, 4):
            for kind, stored in (("weight", "kernel"), ("bias", "bias")):
                yield f"net.{position}.{layer}.{kind}", f"net/layers_{position}/layers_{layer}/{stored}"


def initialised(side, channels=1, classes=10):
    return Network(classes).init(jax.random.PRNGKey(0), jnp.zeros((1, side, side, channels)))


def named(variables):
    flat = flax.traverse_util.flatten_dict(variables["params"], sep="/")
    return {name: numpy.asarray(flat[key]) for name, key in keys()}


def first_parameters(layers):
    values = named(initialised(224))
    return {f"{layer}.{kind}": values[f"{layer}.{kind}"].ravel() for layer in layers for kind in ("weight", "bias")}


def summary(side, channels, classes):
    bound = Network(classes).bind(initialised(side, channels, classes))
    x, lines = jnp.zeros((1, side, side, channels)), []
    bound(x)
    for layer in bound.net.layers:
        x = layer(x)
        lines.append(f"{layer.__class__.__name__} output shape:\t {x.shape}")
    return "\n".join(lines)


def block_layers():
    bound = Network().bind(initialised(224))
    return bound.net.layers[0].layers


def shapes():
    return {name: list(value.shape) for name, value in named(initialised(224)).items()}


def logits(parameters, images):
    flat = {}
    for name, key in keys():
        value = parameters[name]
        flat[key] = value.transpose(2, 3, 1, 0) if value.ndim == 4 else value
    variables = {"params": flax.traverse_util.unflatten_dict(flat, sep="/")}
    return numpy.asarray(Network().apply(variables, images.transpose(0, 2, 3, 1)))
