#!/usr/bin/env python3
"""A training step of the engine's own models in JAX, measured: lax.scan over time, autodiff, jit."""

import functools
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
from common import LEARNING_RATE, WEIGHT_DECAY, measure, parsed, parser, parts, synthetic_batch, time_constants
from jax import lax

OPTIONS = parsed(parser(__doc__))
jax.config.update("jax_default_prng_impl", "unsafe_rbg")  # the fastest, for dropout
PER_SYNAPSE = OPTIONS.neuron == "hetsyn_lif"
ADAPTS = OPTIONS.neuron == "hom_alif"
RESET_DECAY, ADAPTATION_DECAY, ADAPTATION = float(np.exp(-1 / 20)), float(np.exp(-1 / 100)), 0.05


def multi_gaussian(x):
    """dz/dV at x = V - threshold (docs/model.md)."""

    def density(mean, sigma):
        return jnp.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * jnp.sqrt(2 * jnp.pi))

    return 0.5 * (1.15 * density(0.0, 0.5) - 0.15 * density(0.5, 3.0) - 0.15 * density(-0.5, 3.0))


@jax.custom_vjp
def spike(x):
    return (x > 0).astype(x.dtype)


spike.defvjp(lambda x: (spike(x), x), lambda x, gradient: (gradient * multi_gaussian(x),))


def neurons(state, current):
    """state: J, A, z of the step before. Returns the same of this step."""
    reset, adaptation, z = state
    reset = RESET_DECAY * reset + z
    adaptation = ADAPTATION_DECAY * adaptation + ADAPTATION * z if ADAPTS else adaptation
    return reset, adaptation, spike(current - reset - adaptation - 1.0)


def recurrent(p, x):
    """A hidden population; x [T, B, P] -> z [T, B, N]."""
    batch, size = x.shape[1], p["w"].shape[0]
    w_rec = p["w_rec"] if PER_SYNAPSE else p["w_rec"] * (1 - jnp.eye(size))
    zeros = jnp.zeros((batch, size))

    def per_synapse(carry, x_now):
        i, i_rec, state = carry
        i = p["r"] * i + p["w"] * x_now[:, None, :]
        i_rec = p["r_rec"] * i_rec + w_rec * state[2][:, None, :]
        state = neurons(state, i.sum(-1) + i_rec.sum(-1))
        return (i, i_rec, state), state[2]

    def shared(carry, drive):
        u, state = carry
        u = p["r"] * u + drive + state[2] @ w_rec.T
        state = neurons(state, u)
        return (u, state), state[2]

    state = (zeros, zeros, zeros)
    if not PER_SYNAPSE:
        return lax.scan(shared, (zeros, state), x @ p["w"].T)[1]
    carry = (jnp.zeros((batch, *p["w"].shape)), jnp.zeros((batch, size, size)), state)
    return lax.scan(per_synapse, carry, x)[1]


def readout(p, x):
    """x [T, B, P] -> V [T, B, K]."""
    batch, outputs = x.shape[1], p["w"].shape[0]

    def per_synapse(i, x_now):
        i = p["r"] * i + p["w"] * x_now[:, None, :]
        return i, i.sum(-1)

    def shared(u, drive):
        u = p["r"] * u + drive
        return u, u

    if PER_SYNAPSE:
        return lax.scan(per_synapse, jnp.zeros((batch, *p["w"].shape)), x)[1]
    return lax.scan(shared, jnp.zeros((batch, outputs)), x @ p["w"].T)[1]


def loss(parameters, x, labels, key):
    """Cross-entropy of softmax(sum over t of softmax(y[t])), summed over samples."""
    *hidden, last = parameters
    for p in hidden:
        key, mask = jax.random.split(key)
        x = recurrent(p, x)
        x = x * jax.random.bernoulli(mask, 1 - OPTIONS.dropout, x.shape) / (1 - OPTIONS.dropout)
    scores = jax.nn.softmax(readout(last, x)).sum(0)
    return -jnp.take_along_axis(jax.nn.log_softmax(scores), labels[:, None], 1).sum()


def initial():
    random = np.random.default_rng(1)
    sizes = [OPTIONS.inputs, *OPTIONS.hidden, OPTIONS.outputs]

    def array(shape):
        return random.normal(0.0, shape[-1] ** -0.5, shape).astype(np.float32)

    def decay(shape):
        kind = shape if PER_SYNAPSE else (shape[0],) if OPTIONS.neuron == "het_lif" else (1,)
        return time_constants(random, int(np.prod(kind))).reshape(kind)

    layers = []
    for n, (pre, post) in enumerate(pairwise(sizes)):
        p = {"w": array((post, pre)), "r": decay((post, pre))}
        if n + 2 < len(sizes):
            p["w_rec"] = array((post, post))
            if PER_SYNAPSE:
                p["r_rec"] = decay((post, post))
        layers.append(p)
    return jax.tree.map(jnp.asarray, layers)


def trains(path, _value):
    """Decays are fixed in the homogeneous models."""
    return not (OPTIONS.neuron.startswith("hom_") and path[-1].key.startswith("r"))


def main() -> None:
    parameters = initial()
    optimizer = optax.adamw(LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    moments = optimizer.init(parameters)
    x, labels = synthetic_batch(OPTIONS)

    @functools.cache
    def passes(size: int) -> list:
        return [(jnp.asarray(x[part]).swapaxes(0, 1), jnp.asarray(labels[part])) for part in parts(OPTIONS, size)]

    value_and_gradient = jax.jit(jax.value_and_grad(loss))

    @jax.jit
    def update(parameters, moments, gradients):
        gradients = jax.tree_util.tree_map_with_path(lambda path, g: g * trains(path, g) / OPTIONS.batch, gradients)
        changes, moments = optimizer.update(gradients, moments, parameters)
        parameters = optax.apply_updates(parameters, changes)
        clamp = lambda path, p: jnp.clip(p, 0, 1) if path[-1].key.startswith("r") else p  # noqa: E731
        return jax.tree_util.tree_map_with_path(clamp, parameters), moments

    key = jax.random.key(0)

    def step(size: int) -> float:
        nonlocal parameters, moments, key
        total, gradients = 0.0, None
        for part, part_labels in passes(size):
            key, now = jax.random.split(key)
            value, gradient = value_and_gradient(parameters, part, part_labels, now)
            gradients = gradient if gradients is None else jax.tree.map(jnp.add, gradients, gradient)
            total += value
        parameters, moments = update(parameters, moments, gradients)
        jax.block_until_ready(parameters)
        return float(total) / OPTIONS.batch

    measure(step, OPTIONS, f"jax {jax.__version__}", OPTIONS.neuron)


if __name__ == "__main__":
    main()
