"""NiN in MXNet's Gluon, hybridized with static memory: its fastest form, and the book's 'mxnet' tab.

MXNet 1.9.1 is its last version and needs a numpy before 1.24. Only its float32 is measured.
"""

from measurement import BLOCKS, LEARNING_RATE, Measurement

measurement = Measurement("MXNet", {
    ("train", "float32"): ["hybridised"],
    ("predict", "float32"): ["hybridised"],
    ("start", "float32"): ["imperative"],
})
options = measurement.options

import mxnet
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()


def block(outputs, kernel, stride, padding):
    layers = nn.HybridSequential()
    layers.add(
        nn.Conv2D(outputs, kernel, stride, padding, activation="relu"),
        nn.Conv2D(outputs, 1, activation="relu"),
        nn.Conv2D(outputs, 1, activation="relu"))
    return layers


first, second, third, last = BLOCKS
net = nn.HybridSequential()
net.add(
    block(*first), nn.MaxPool2D(3, 2),
    block(*second), nn.MaxPool2D(3, 2),
    block(*third), nn.MaxPool2D(3, 2), nn.Dropout(0.5),
    block(*last), nn.GlobalAvgPool2D(), nn.Flatten())
net.initialize(init.Xavier())
if options.setting == "hybridised":
    net.hybridize(static_alloc=True, static_shape=True)
images = np.random.uniform(size=(options.batch_size, 1, options.image_size, options.image_size))
labels = np.random.randint(0, 10, (options.batch_size,))
loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": LEARNING_RATE})


def train():
    with autograd.record():
        loss = loss_of(net(images), labels).mean()
    loss.backward()
    trainer.step(1)
    loss.item()
    npx.waitall()


def predict():
    net(images).asnumpy()


measurement.run(mxnet.__version__, train if options.task == "train" else predict)
