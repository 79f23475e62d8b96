#!/usr/bin/env python3
"""Measures a training step of the plain PyTorch model, where autograd stores every synaptic current."""
from step import measure, parser, require_tcmalloc

from model import Layer  # tests/golden, on the path since step was imported

if __name__ == "__main__":
    require_tcmalloc()
    measure("plain", Layer, parser().parse_args())
