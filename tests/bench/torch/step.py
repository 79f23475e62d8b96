"""One training step (forward, BPTT, AdamW) in PyTorch, measured: the yardstick of the engine's speed.

The default is the SHD step: 700-128r-64r-20 hetsyn_lif, T = 250, input density 3.5 %, dropout 0.2.
"""
import argparse
import ctypes.util
import json
import os
import pathlib
import resource
import statistics
import sys
import time

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "golden"))
from losses import softmax_sum  # noqa: E402
from model import Network, Spec  # noqa: E402


def require_tcmalloc():
    """Starts the program again under tcmalloc: glibc's malloc costs the plain version 3x its time and memory."""
    if "tcmalloc" in os.environ.get("LD_PRELOAD", ""):
        return
    library = ctypes.util.find_library("tcmalloc_minimal")
    if library is None:
        sys.exit("tcmalloc is needed for a fair measurement: apt install libgoogle-perftools4")
    print(f"starting again with LD_PRELOAD={library}", file=sys.stderr)
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "LD_PRELOAD": library})


def dropout_masks(network, batch, steps):
    """Per hidden population [B, T, N]: 0 with the probability of dropout, else 1/(1-p)."""
    keep = 1.0 - network.spec.dropout
    populations = zip(network.names, network.spec.hidden)
    return {name: torch.empty(batch, steps, size).bernoulli_(keep) / keep for name, size in populations}


def training_step(network, optimizer, x, labels, skip_steps=0, micro_batch=None):
    """Returns loss and readout [B, T, K] before the update.

    micro_batch: samples per forward and backward pass; small ones keep the states in the cache of a CPU.
    """
    optimizer.zero_grad()
    losses, readouts = [], []
    for part, part_labels in zip(x.split(micro_batch or len(x)), labels.split(micro_batch or len(x))):
        masks = dropout_masks(network, len(part), x.shape[1]) if network.spec.dropout > 0 else None
        readouts.append(network(part, masks).readout)
        losses.append(softmax_sum(readouts[-1], part_labels, skip_steps) * len(part) / len(x))
        losses[-1].backward()
    optimizer.step()
    network.clamp_decays()
    return sum(losses).item(), torch.cat(readouts).detach()


def parser():
    result = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    result.add_argument("--neuron", default="hetsyn_lif", choices=("hetsyn_lif", "het_lif", "hom_alif", "hom_lif"))
    result.add_argument("--batch", type=int, default=32)
    result.add_argument("--micro-batch", type=int, help="samples per pass, gradients added up (default: the batch)")
    result.add_argument("--inputs", type=int, default=700)
    result.add_argument("--hidden", type=int, nargs="+", default=[128, 64])
    result.add_argument("--outputs", type=int, default=20)
    result.add_argument("--steps", type=int, default=250)
    result.add_argument("--density", type=float, default=0.035, help="probability of a spike per input and step")
    result.add_argument("--dropout", type=float, default=0.2)
    result.add_argument("--threads", type=int, default=2)
    result.add_argument("--repeats", type=int, default=5, help="measured steps, after one that warms up")
    return result


def measure(name, layer_type, arguments):
    """Prints seconds per step (median) and peak memory as JSON."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    spec = Spec(arguments.neuron, arguments.inputs, tuple(arguments.hidden), arguments.outputs, recurrent=True,
                dropout=arguments.dropout)
    network = Network(spec, layer_type).initialise(rng)
    optimizer = network.adamw(2e-3, 4e-3, 2.0)
    x = torch.from_numpy(rng.random((arguments.batch, arguments.steps, arguments.inputs)) < arguments.density).float()
    labels = torch.from_numpy(rng.integers(0, arguments.outputs, arguments.batch))
    seconds = []
    for _ in range(1 + arguments.repeats):
        start = time.perf_counter()
        training_step(network, optimizer, x, labels, micro_batch=arguments.micro_batch)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({
        "implementation": name,
        "seconds_per_step": statistics.median(seconds[1:]),
        "seconds": [round(s, 5) for s in seconds[1:]],
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "allocator": os.environ["LD_PRELOAD"],
        "torch": torch.__version__,
        **vars(arguments),
    }))
