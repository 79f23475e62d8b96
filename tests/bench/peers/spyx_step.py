#!/usr/bin/env python3
"""A training step in Spyx, measured. A decay belongs to a neuron or a layer and is trained; a scan has no dropout."""

import functools
import importlib.metadata
from itertools import pairwise

import jax
import jax.numpy as jnp
import optax
import spyx
import spyx.nn as snn
from common import LEARNING_RATE, WEIGHT_DECAY, measure, parsed, parser, parts, synthetic_batch
from flax import nnx

OPTIONS = parsed(parser(__doc__))
MODELS = {
    "hom_lif": "RLIF, one beta per layer",
    "hom_alif": "RLIF, one beta per layer, no adaptation",
    "het_lif": "RLIF, beta per neuron",
    "hetsyn_lif": "RLIF, beta per neuron, not per synapse",
}


def network() -> snn.Sequential:
    rngs = nnx.Rngs(0)
    beta = 0.95 if OPTIONS.neuron.startswith("hom_") else None
    sizes = [OPTIONS.inputs, *OPTIONS.hidden]
    layers = []
    for pre, post in pairwise(sizes):
        layers.append(nnx.Linear(pre, post, use_bias=False, rngs=rngs))
        layers.append(snn.RLIF((post,), beta=beta, activation=spyx.axn.superspike(), rngs=rngs))
    layers.append(nnx.Linear(sizes[-1], OPTIONS.outputs, use_bias=False, rngs=rngs))
    return snn.Sequential(*layers, snn.LI((OPTIONS.outputs,), rngs=rngs))


def loss(model, x, labels):
    """x [T, B, inputs]; cross-entropy of softmax(sum over t of softmax(y[t])), summed over samples."""
    scores = jax.nn.softmax(snn.run(model, x)[0]).sum(0)
    return -jnp.take_along_axis(jax.nn.log_softmax(scores), labels[:, None], 1).sum()


def main() -> None:
    model = network()
    optimizer = nnx.Optimizer(model, optax.adamw(LEARNING_RATE, weight_decay=WEIGHT_DECAY), wrt=nnx.Param)
    value_and_gradient = nnx.jit(nnx.value_and_grad(loss))
    update = nnx.jit(lambda optimizer, model, gradients: optimizer.update(model, gradients))
    x, labels = synthetic_batch(OPTIONS)

    @functools.cache
    def passes(size: int) -> list:
        return [(jnp.asarray(x[part]).swapaxes(0, 1), jnp.asarray(labels[part])) for part in parts(OPTIONS, size)]

    def step(size: int) -> float:
        total, gradients = 0.0, None
        for part, part_labels in passes(size):
            value, gradient = value_and_gradient(model, part, part_labels)
            gradients = gradient if gradients is None else jax.tree.map(jnp.add, gradients, gradient)
            total += value
        update(optimizer, model, jax.tree.map(lambda g: g / OPTIONS.batch, gradients))
        jax.block_until_ready(nnx.state(model))
        return float(total) / OPTIONS.batch

    peer = f"spyx {importlib.metadata.version('spyx')}, jax {jax.__version__}"
    measure(step, OPTIONS, peer, MODELS[OPTIONS.neuron], warm_up=3)  # each of the first three steps compiles


if __name__ == "__main__":
    main()
