#!/usr/bin/env python3
"""A training step in snnTorch, measured. It has one decay per neuron, or one for all; no adaptation."""

import snntorch
import torch
from common import parsed, parser
from torch import Tensor, nn
from torch_common import Spike, decays, require_tcmalloc, run

OPTIONS = parsed(parser(__doc__))
MODELS = {
    "hom_lif": "RLeaky, one beta",
    "hom_alif": "RLeaky, one beta, no adaptation",
    "het_lif": "RLeaky, beta per neuron",
    "hetsyn_lif": "RLeaky, beta per neuron, not per synapse",
}


class Recurrent(nn.Module):
    def __init__(self, inputs: int, neurons: int) -> None:
        super().__init__()
        shared = OPTIONS.neuron.startswith("hom_")
        self.linear = nn.Linear(inputs, neurons, bias=False)
        self.cell = snntorch.RLeaky(
            0.95 if shared else decays(neurons),
            all_to_all=True,
            linear_features=neurons,
            learn_beta=not shared,
            spike_grad=Spike.apply,
        )

    def forward(self, x: Tensor) -> Tensor:
        spike, potential = self.cell.init_rleaky()
        spikes = []
        for drive in self.linear(x).unbind(1):
            spike, potential = self.cell(drive, spike, potential)
            spikes.append(spike)
        return torch.stack(spikes, 1)


if __name__ == "__main__":
    require_tcmalloc()
    run(OPTIONS, f"snntorch {snntorch.__version__}", MODELS[OPTIONS.neuron], Recurrent)
