#!/usr/bin/env python3
"""Measures a training step of the plain PyTorch model, where autograd stores every synaptic current."""
from step import measure_model
from common import parsed, parser
from torch_common import require_tcmalloc

from model import Layer  # tests/golden, on the path since step was imported

if __name__ == "__main__":
    options = parsed(parser(__doc__))
    require_tcmalloc(options.device)
    measure_model("plain", Layer, options)
