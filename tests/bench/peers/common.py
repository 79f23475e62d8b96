"""Arguments, input and measurement that the training steps of all peers share; see against.cpp.

The default is the SHD step: 700-128-64-20, recurrent, 250 steps, input density 3.5 %, dropout 0.2, batch 32.
"""

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

NEURONS = ("hetsyn_lif", "het_lif", "hom_alif", "hom_lif")
#: AdamW in all peers; decays learn twice as fast where a peer has groups of parameters.
LEARNING_RATE, WEIGHT_DECAY = 2e-3, 4e-3
LONG_S = 1.0


def parser(description: str) -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(description=description.splitlines()[0])
    result.add_argument("--neuron", default="hetsyn_lif", choices=NEURONS, help="model of the engine to come close to")
    result.add_argument("--batch", type=int, default=32)
    result.add_argument(
        "--micro-batch", type=int, nargs="+", help="samples per pass, gradients added up: the fastest counts"
    )
    result.add_argument("--inputs", type=int, default=700)
    result.add_argument("--hidden", type=int, nargs="+", default=[128, 64])
    result.add_argument("--outputs", type=int, default=20)
    result.add_argument("--steps", type=int, default=250)
    result.add_argument("--density", type=float, default=0.035, help="probability of a spike per input and step")
    result.add_argument("--dropout", type=float, default=0.2)
    result.add_argument("--threads", type=int, default=2)
    result.add_argument("--device", default="cpu", help="cpu or cuda, which some peers can use")
    result.add_argument("--repeats", type=int, default=5, help="measured steps")
    return result


def parsed(arguments: argparse.ArgumentParser) -> argparse.Namespace:
    """The options. Leaves as many cores as there may be threads, which a framework must not have started yet."""
    options = arguments.parse_args()
    options.micro_batch = options.micro_batch or [options.batch]
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, set(cores[: options.threads]))
    return options


def synthetic_batch(options: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    """x [B, T, inputs] of 0 and 1, and labels [B]."""
    random = np.random.default_rng(0)
    shape = (options.batch, options.steps, options.inputs)
    x = (random.random(shape) < options.density).astype(np.float32)
    return x, random.integers(0, options.outputs, options.batch)


def time_constants(random: np.random.Generator, count: int) -> np.ndarray:
    """Decays of `count` synapses or neurons: tau ~ U(5, 20) steps."""
    return np.exp(-1.0 / random.uniform(5.0, 20.0, count)).astype(np.float32)


def parts(options: argparse.Namespace, size: int) -> Iterator[slice]:
    """The samples of each pass."""
    for first in range(0, options.batch, size):
        yield slice(first, min(first + size, options.batch))


def seconds_per_step(step: Callable[[], float], warm_up: int, repeats: int) -> float:
    """The median, after some steps that warm up. A step that takes long is measured once."""
    seconds = []
    for n in range(warm_up + repeats):
        start = time.perf_counter()
        loss = step()
        seconds.append(time.perf_counter() - start)
        if not np.isfinite(loss):
            raise SystemExit(f"the loss is {loss}")
        if n >= warm_up and seconds[-1] > LONG_S:
            break
    return statistics.median(seconds[warm_up:])


def measure(step: Callable[[int], float], options: argparse.Namespace, peer: str, model: str, warm_up: int = 1) -> None:
    """Prints a result as JSON. `step` takes the samples per pass and returns the loss; `model` is what it computes."""
    times = [(seconds_per_step(partial(step, size), warm_up, options.repeats), size) for size in options.micro_batch]
    seconds, size = min(times)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {"peer": peer, "model": model, "micro_batch": size, "seconds": seconds, "peak_memory_mb": peak_mb}
    print(json.dumps(result))
