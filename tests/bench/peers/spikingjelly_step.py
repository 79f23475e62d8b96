#!/usr/bin/env python3
"""A training step in SpikingJelly, measured. A decay belongs to a layer; it is fixed or trained."""

import importlib.metadata

import torch
from common import parsed, parser
from spikingjelly.activation_based import functional, layer, neuron, surrogate
from torch import Tensor, nn
from torch_common import require_tcmalloc, run

OPTIONS = parsed(parser(__doc__))
LEARNED = not OPTIONS.neuron.startswith("hom_")
MODELS = {
    "hom_lif": "LIFNode in LinearRecurrentContainer",
    "hom_alif": "LIFNode in LinearRecurrentContainer, no adaptation",
    "het_lif": "ParametricLIFNode in LinearRecurrentContainer, one decay per layer",
    "hetsyn_lif": "ParametricLIFNode in LinearRecurrentContainer, one decay per layer",
}


class Recurrent(nn.Module):
    def __init__(self, inputs: int, neurons: int) -> None:
        super().__init__()
        node = neuron.ParametricLIFNode if LEARNED else neuron.LIFNode
        time_constant = {"init_tau" if LEARNED else "tau": 20.0}
        cells = node(**time_constant, v_reset=None, decay_input=False, surrogate_function=surrogate.ATan())
        self.linear = nn.Linear(inputs, neurons, bias=False)
        self.cells = layer.LinearRecurrentContainer(cells, neurons, neurons, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        functional.reset_net(self.cells)
        return torch.stack([self.cells(drive) for drive in self.linear(x).unbind(1)], 1)


if __name__ == "__main__":
    require_tcmalloc()
    run(OPTIONS, f"spikingjelly {importlib.metadata.version('spikingjelly')}", MODELS[OPTIONS.neuron], Recurrent)
