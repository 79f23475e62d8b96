"""What the peers on PyTorch share: allocator, loss, optimizer and a chain of layers over [B, T, N]."""

import argparse
import ctypes.util
import os
import pathlib
import sys
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from common import LEARNING_RATE, WEIGHT_DECAY, measure, parts, synthetic_batch
from torch import Tensor, nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "golden"))
from losses import softmax_sum


def require_tcmalloc(device: str = "cpu") -> None:
    """Starts the program again under tcmalloc: glibc's malloc costs plain PyTorch 3x its time and memory on the CPU."""
    if device != "cpu" or "tcmalloc" in os.environ.get("LD_PRELOAD", ""):
        return
    library = ctypes.util.find_library("tcmalloc_minimal")
    if library is None:
        sys.exit("tcmalloc is needed for a fair measurement: apt install libgoogle-perftools4")
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "LD_PRELOAD": library})


class Integrator(nn.Module):
    """A readout without spikes: V[t] = r V[t-1] + W x[t]."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs, bias=False)
        self.r = nn.Parameter(torch.full((outputs,), 0.9))

    def forward(self, x: Tensor) -> Tensor:
        drive = self.linear(x)
        v = torch.zeros_like(drive[:, 0])
        potentials = []
        for u in drive.unbind(1):
            v = self.r * v + u
            potentials.append(v)
        return torch.stack(potentials, 1)


def multi_gaussian(x: Tensor) -> Tensor:
    """dz/dV at x = V - threshold, as in the engine (docs/model.md)."""

    def density(mean: float, sigma: float) -> Tensor:
        return torch.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * 2.5066282746310002)

    return 0.5 * (1.15 * density(0.0, 0.5) - 0.15 * density(0.5, 3.0) - 0.15 * density(-0.5, 3.0))


class Spike(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return (x > 0).to(x.dtype)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        return gradient * multi_gaussian(ctx.saved_tensors[0])


def run(options: argparse.Namespace, peer: str, model: str, layer: Callable[[int, int], nn.Module]) -> None:
    """Measures a chain of layer(inputs, neurons), which take and give [B, T, N], with dropout and an Integrator."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    sizes = [options.inputs, *options.hidden]
    chain = [module for pair in pairwise(sizes) for module in (layer(*pair), nn.Dropout(options.dropout))]
    network = nn.Sequential(*chain, Integrator(sizes[-1], options.outputs))
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    x, labels = (torch.from_numpy(values) for values in synthetic_batch(options))

    def step(size: int) -> float:
        optimizer.zero_grad()
        total = 0.0
        for part in parts(options, size):
            loss = softmax_sum(network(x[part]), labels[part]) * (len(labels[part]) / options.batch)
            loss.backward()
            total += loss.item()
        optimizer.step()
        return total

    measure(step, options, f"{peer}, torch {torch.__version__}", model)


def decays(count: int) -> Tensor:
    return torch.from_numpy(np.exp(-1.0 / np.random.default_rng(1).uniform(5.0, 20.0, count)).astype(np.float32))
