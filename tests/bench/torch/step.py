"""One training step (forward, BPTT, AdamW) of the engine's own model in PyTorch: the yardstick of the engine's speed."""
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
from common import LEARNING_RATE, WEIGHT_DECAY, measure, synthetic_batch  # noqa: E402
from torch_common import softmax_sum  # noqa: E402

from model import Network, Spec  # noqa: E402  tests/golden, on the path since torch_common was imported


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


def prepared(layer_type, options):
    """The network of golden/model.py made of `layer_type`, its optimizer, and a batch, all on the device."""
    torch.set_num_threads(options.threads)
    torch.set_default_device(options.device)
    torch.manual_seed(0)
    spec = Spec(options.neuron, options.inputs, tuple(options.hidden), options.outputs, recurrent=True,
                dropout=options.dropout)
    network = Network(spec, layer_type).initialise(np.random.default_rng(0))
    optimizer = network.adamw(LEARNING_RATE, WEIGHT_DECAY, 2.0)
    x, labels = (torch.from_numpy(values).to(options.device) for values in synthetic_batch(options))
    return network, optimizer, x, labels


def measure_model(name, layer_type, options):
    """Measures the network of golden/model.py made of `layer_type`."""
    network, optimizer, x, labels = prepared(layer_type, options)

    def step(size):
        return training_step(network, optimizer, x, labels, micro_batch=size)[0]

    measure(step, options, f"torch {torch.__version__}, {name}", options.neuron)
