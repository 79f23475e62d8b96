#!/usr/bin/env python3
"""Measures a training step of the plain PyTorch model on a CUDA device, recorded once as a CUDA graph."""
import torch
from step import dropout_masks, prepared
from common import measure, parsed, parser
from torch_common import softmax_sum

from model import Layer  # tests/golden, on the path since step was imported


def step_of(options):
    """A training step that never waits for the device. Returns the loss, which is on the device."""
    network, optimizer, x, labels = prepared(Layer, options)
    for group in optimizer.param_groups:
        group["capturable"] = True  # keeps its count of steps on the device

    def step():
        optimizer.zero_grad()
        masks = dropout_masks(network, *x.shape[:2]) if options.dropout > 0 else None
        loss = softmax_sum(network(x, masks).readout, labels)
        loss.backward()
        optimizer.step()
        network.clamp_decays()
        return loss.detach()

    return step


def recorded(step):
    """Records `step` after three runs in another stream, as PyTorch's documentation asks for."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step()

    def replay():
        graph.replay()
        return loss.item()

    return replay


if __name__ == "__main__":
    arguments = parsed(parser(__doc__))
    replay = recorded(step_of(arguments))
    name = f"torch {torch.__version__}, plain, as a CUDA graph"
    measure(lambda _: replay(), arguments, name, arguments.neuron)
