#!/usr/bin/env python3
"""Time of a training step of one recurrent layer, 700 inputs to 128 neurons: engine, plain PyTorch and snnTorch.

Each step is forward, the sum of the spikes as loss, backward and Adam. The sides take turns; all run in this process.
*plain* is autograd over the equations (tests/golden/model.py). snnTorch has no decay per synapse; its closest layer is
Linear followed by RLeaky with a trained decay per neuron, which is compared with het_lif. It needs the package hetsyn,
torch and snntorch.
"""

import argparse
import ctypes.util
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Callable

import hetsyn as hs
import torch
from torch import Tensor, nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
import model as golden

INPUTS, NEURONS = 700, 128


def require_tcmalloc() -> str:
    """Starts the program again under tcmalloc where it is installed, since glibc's malloc slows plain PyTorch."""
    if "tcmalloc" in os.environ.get("LD_PRELOAD", ""):
        return "tcmalloc"
    library = ctypes.util.find_library("tcmalloc_minimal")
    if library is None:
        return "malloc of the system"
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "LD_PRELOAD": library})


class Plain(nn.Module):
    def __init__(self, neuron: str, like: hs.torch.Network) -> None:
        super().__init__()
        spec = golden.Spec(neuron=neuron, inputs=INPUTS, hidden=(NEURONS,), recurrent=True)
        self.layer = golden.Layer(spec, INPUTS, NEURONS, recurrent=True, spiking=True)
        with torch.no_grad():
            for name, values in like.hidden1.state_dict().items():
                parameter = getattr(self.layer, name)
                parameter.copy_(values.reshape(parameter.shape))

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)[1]


class SnnTorch(nn.Module):
    def __init__(self, like: hs.torch.Network) -> None:
        super().__init__()
        import snntorch

        self.linear = nn.Linear(INPUTS, NEURONS, bias=False)
        decay = like.hidden1.r.detach().reshape(-1).clone()
        self.cell = snntorch.RLeaky(decay, all_to_all=True, linear_features=NEURONS, learn_beta=True)
        with torch.no_grad():
            self.linear.weight.copy_(like.hidden1.w)

    def forward(self, x: Tensor) -> Tensor:
        drive = self.linear(x)
        spike, potential = self.cell.init_rleaky()
        spikes = []
        for t in range(x.shape[1]):
            spike, potential = self.cell(drive[:, t], spike, potential)
            spikes.append(spike)
        return torch.stack(spikes, 1)


def step_of(layer: nn.Module, x: Tensor) -> Callable[[], None]:
    optimizer = torch.optim.Adam(layer.parameters(), lr=1e-4)

    def step() -> None:
        optimizer.zero_grad()
        x.grad = None
        layer(x).sum().backward()
        optimizer.step()

    return step


def copies(layer: hs.torch.Network, x: Tensor) -> Callable[[], None]:
    """What a step copies between torch and the engine: parameters in, gradients and the output out."""
    network = layer._engine.network
    done = network.forward(hs.arrays.samples_of(x.detach().numpy()))
    arrays = {name: tensor.detach().numpy() for name, tensor in layer.state_dict().items()}

    def copy() -> None:
        done.readout()
        network.write_arrays(arrays)
        for name in arrays:
            network.read(name, "gradient")

    return copy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--density", type=float, default=0.035, help="probability of an input spike")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2, help="of the engine and of torch")
    options = parser.parse_args()
    memory = require_tcmalloc()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    hs.set_threads(options.threads)
    spikes = (torch.rand(options.batch, options.steps, INPUTS) < options.density).float()
    print(
        f"torch {torch.__version__}, {options.threads} threads, {memory}, OMP_WAIT_POLICY "
        f"{os.environ.get('OMP_WAIT_POLICY', 'not set')}, batch {options.batch}, {options.steps} steps, "
        f"{options.rounds} rounds"
    )
    print(f"\n{'model':<11} {'input':<24} {'side':<9} {'median ms':>10} {'least ms':>9} {'by medians':>11}")
    for neuron in ("hetsyn_lif", "het_lif"):
        analog = torch.rand(options.batch, options.steps, INPUTS) * options.density
        for text, x, wants in (
            ("spikes", spikes, False),
            ("spikes, with gradient", spikes, True),
            ("numbers, with gradient", analog, True),
        ):
            x = x.clone().requires_grad_(wants)
            layer = hs.torch.Network([INPUTS, NEURONS], neuron=neuron, recurrent=True, device="cpu")
            sides = {"engine": step_of(layer, x), "plain": step_of(Plain(neuron, layer), x)}
            if neuron == "het_lif":
                sides["snnTorch"] = step_of(SnnTorch(layer), x)
            if text == "spikes":
                sides["copies"] = copies(hs.torch.Network([INPUTS, NEURONS], neuron=neuron, recurrent=True), x)
            compare(neuron, text, sides, options.rounds)


def compare(neuron: str, text: str, sides: dict[str, Callable[[], None]], rounds: int) -> None:
    """One row for each side; the last column is its median time over the engine's."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for step in sides.values():
        step()  # not measured
    for _ in range(rounds):
        for name, step in sides.items():
            start = time.perf_counter()
            step()
            times[name].append((time.perf_counter() - start) * 1e3)
    of_engine = statistics.median(times["engine"])
    for name, values in times.items():
        median = statistics.median(values)
        print(
            f"{neuron:<11} {text:<24} {name:<9} {median:10.2f} {min(values):9.2f} {median / of_engine:10.3f}x",
            flush=True,
        )


if __name__ == "__main__":
    main()
