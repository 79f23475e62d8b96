#!/usr/bin/env python3
"""A training step in Norse, measured. Its recurrent layers have one time constant for all neurons, not trained."""

import importlib.metadata

import norse.torch
from common import parsed, parser
from torch import Tensor, nn
from torch_common import require_tcmalloc, run

OPTIONS = parsed(parser(__doc__))
MODELS = {
    "hom_lif": (norse.torch.LIFRecurrent, "LIFRecurrent"),
    "hom_alif": (norse.torch.LSNNRecurrent, "LSNNRecurrent"),
    "het_lif": (norse.torch.LIFRecurrent, "LIFRecurrent, one time constant"),
    "hetsyn_lif": (norse.torch.LIFRecurrent, "LIFRecurrent, one time constant"),
}


class Recurrent(nn.Module):
    def __init__(self, inputs: int, neurons: int) -> None:
        super().__init__()
        self.cells = MODELS[OPTIONS.neuron][0](inputs, neurons)

    def forward(self, x: Tensor) -> Tensor:
        return self.cells(x.transpose(0, 1))[0].transpose(0, 1)  # Norse takes [T, B, N]


if __name__ == "__main__":
    require_tcmalloc()
    run(OPTIONS, f"norse {importlib.metadata.version('norse')}", MODELS[OPTIONS.neuron][1], Recurrent)
