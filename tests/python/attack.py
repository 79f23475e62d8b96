"""Calls the package with values that nobody should give it: python tests/python/attack.py SEED CALLS

Every call must return or raise an exception; a crash ends the process by a signal. Prints how the calls ended.
"""

import collections
import random
import sys
import tempfile
import warnings
from pathlib import Path

import hetsyn as hs
import numpy as np


class NoArray:
    shape = (2, 5, 3)

    def __array__(self, *_, **__):
        raise ValueError("no array")


def strange_values(folder):
    endless = []
    endless.append(endless)
    numbers = [
        0,
        -1,
        1,
        2**31,
        2**63,
        2**64,
        10**400,
        float("nan"),
        float("inf"),
        1e300,
        True,
        np.float32(3),
        np.int64(3),
    ]
    texts = ["", "x" * 1000, "hidden1.w", "\0", "é" * 50, "\ud800", b"abc", folder]
    containers = [[], [1], [1, 2, 3], (3,), {}, {"a": 1}, endless, {"a": endless}]
    shapes = [(0,), (2, 3), (2, 5, 3), (0, 5, 3), (2, 0, 3), (2, 5, 0), (1, 1, 1)]
    arrays = [np.zeros(shape) for shape in shapes] + [np.ones((2, 5, 3), dtype) for dtype in "?bDO"]
    arrays += [np.full((2, 5, 3), np.nan), np.array(["a"]), np.arange(2), np.array([5, -1]), np.datetime64("2020")]
    return [None, object(), lambda *_: 1, NoArray(), *numbers, *texts, *containers, *arrays]


def main(seed, calls):
    warnings.simplefilter("ignore")
    chance = random.Random(seed)
    folder = tempfile.mkdtemp()
    values = strange_values(folder)
    x, y = np.ones((2, 5, 3), bool), np.array([0, 1])
    net = hs.Network([3, 4, 2], recurrent=True)

    def any_value():
        return chance.choice(values)

    def network():
        neuron, device = (
            chance.choice(["hom_lif", "hom_alif", "het_lif", "hetsyn_lif"]),
            chance.choice(["cpu", "reference"]),
        )
        return hs.Network([3, 4, 2], neuron=neuron, device=device)

    def events():
        offsets, units, steps = [0, chance.choice([1, 2, 2**40, -3])], [chance.choice([0, 3, 2**33, -1]), 1], [70000, 1]
        return hs.Events(np.array(offsets), np.array(units), np.array(steps), chance.choice([5, 70000, 0, -1]), 3)

    def backward_twice():
        passes = [net.forward(x), net.forward(x)]
        for _ in range(2):
            chance.choice(passes).backward(np.zeros((2, 5, 2)))

    keys = [
        "train.batch",
        "model.hidden",
        "run.threads",
        "model.initial",
        "task.delay_ms",
        "train.seed",
        "train.schedule",
    ]
    short = {"train.iterations": 2, "train.batch": 2, "train.evaluation_samples": 4, "model.hidden": [4]}
    options = ["neuron", "dt_ms", "seed", "device", "threshold", "dropout", "initial", "tau_synapse_ms", "surrogate"]
    attacks = [
        lambda: hs.Network(any_value()),
        lambda: hs.Network([3, 4, 2], **{chance.choice(options): any_value()}),
        lambda: net.forward(any_value()),
        lambda: net.forward(x).backward(any_value()),
        backward_twice,
        lambda: net.write(any_value(), any_value()),
        lambda: net.write("hidden1.w", any_value()),
        lambda: net.read(any_value()),
        lambda: net.view(any_value(), any_value()),
        lambda: net.record(any_value(), any_value()),
        lambda: net.predict(any_value()),
        lambda: net.evaluate(any_value(), any_value()),
        lambda: net.update(learning_rate=any_value(), optimizer=any_value()),
        lambda: setattr(net["hidden1"], chance.choice(["tau_ms", "weight", "decay"]), any_value()),
        lambda: network().fit(any_value(), any_value(), epochs=1, batch=2),
        lambda: network().fit(x, y, epochs=1, batch=any_value(), loss=any_value()),
        lambda: net.predict(hs.Events(any_value(), any_value(), any_value(), any_value(), any_value())),
        lambda: net.predict(events()),
        lambda: hs.load(any_value()),
        lambda: hs.save_parameters(Path(folder) / "p.h5", any_value(), dt_ms=any_value()),
        lambda: hs.train(any_value(), set=any_value(), out=Path(folder) / "r"),
        lambda: hs.train(task="dms", set=short | {chance.choice(keys): any_value()}, out=tempfile.mkdtemp(dir=folder)),
    ]
    ends = collections.Counter()
    for _ in range(calls):
        try:
            chance.choice(attacks)()
            ends["returned"] += 1
        except Exception as error:
            ends[type(error).__name__] += 1
    print(dict(ends))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
