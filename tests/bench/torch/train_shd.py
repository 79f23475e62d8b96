#!/usr/bin/env python3
"""Trains the paper's SHD network in PyTorch on files in SHD's HDF5 format, as a curve to compare the engine with.

Settings of the paper and its published code: 4 ms bins over 1 s (bin = floor(t / 4 ms)), 128-64 recurrent,
tau_s ~ U(5, 20) ms (homogeneous models: 20 ms), AdamW 2e-3 with twice that for the decays, weight decay 4e-3 on both,
cosine per batch with 5 % warm-up, dropout 0.2, batch 32; the first 11 steps do not count. Prints one JSON line per
epoch.
"""
import argparse
import json
import math
import time

import h5py
import numpy as np
import torch
from lean import LeanLayer
from step import training_step
from torch_common import require_tcmalloc

from model import Layer, Network, Spec  # tests/golden, on the path since step was imported

CHANNELS, STEPS, BIN_S, SKIP = 700, 250, 0.004, 11


class Spikes:
    """A file in SHD's format: binary spikes per bin, made dense one batch at a time."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            times, units = file["spikes/times"][:], file["spikes/units"][:]
            self.labels = torch.from_numpy(file["labels"][:].astype(np.int64))
        self.events = []
        for t, u in zip(times, units):
            step = np.floor(t.astype(np.float32) / np.float32(BIN_S)).astype(np.int64)
            inside = step < STEPS
            self.events.append(torch.from_numpy(step[inside] * CHANNELS + u[inside].astype(np.int64)))

    def batch(self, indices):
        """x [B, T, 700] and labels [B]."""
        x = torch.zeros(len(indices), STEPS * CHANNELS)
        for row, index in zip(x, indices):
            row[self.events[index]] = 1.0
        return x.view(-1, STEPS, CHANNELS), self.labels[indices]


def learning_rate(step, total, peak, warmup=0.05):
    """Linear over the first 5 % of all steps, then half a cosine to 0."""
    start = int(warmup * total)
    if step < start:
        return peak * (step + 1) / start
    return peak * 0.5 * (1 + math.cos(math.pi * (step - start) / (total - start)))


@torch.no_grad()
def accuracy(network, spikes, batch):
    correct = 0
    for indices in torch.arange(len(spikes.labels)).split(batch):
        x, labels = spikes.batch(indices.tolist())
        correct += (predictions(network(x).readout) == labels).sum().item()
    return correct / len(spikes.labels)


def predictions(readout):
    return torch.softmax(readout[:, SKIP:], -1).sum(1).argmax(1)


def train(arguments):
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    training, test = Spikes(arguments.train_file), Spikes(arguments.test_file)
    count = len(training.labels)
    spec = Spec(arguments.neuron, CHANNELS, (128, 64), int(training.labels.max()) + 1, recurrent=True, dropout=0.2)
    homogeneous = arguments.neuron.startswith("hom_")
    network = Network(spec, Layer if arguments.plain else LeanLayer)
    network.initialise(np.random.default_rng(arguments.seed), (20.0, 20.0) if homogeneous else (5.0, 20.0))
    optimizer = network.adamw(2e-3, 4e-3, 2.0)

    steps_per_epoch = -(-count // arguments.batch)
    step = 0
    for epoch in range(arguments.stop_after or arguments.epochs):
        start, loss_sum, correct = time.perf_counter(), 0.0, 0
        for indices in torch.randperm(count).split(arguments.batch):
            for group in optimizer.param_groups:
                group["lr"] = group["scale"] * learning_rate(step, arguments.epochs * steps_per_epoch, 2e-3)
            x, labels = training.batch(indices.tolist())
            loss, readout = training_step(network, optimizer, x, labels, SKIP, arguments.micro_batch)
            loss_sum += loss * len(labels)
            correct += (predictions(readout) == labels).sum().item()
            step += 1
        print(json.dumps({
            "epoch": epoch + 1,
            "train_loss": round(loss_sum / count, 5),
            "train_accuracy": round(correct / count, 4),
            "test_accuracy": round(accuracy(network, test, arguments.batch), 4),
            "seconds": round(time.perf_counter() - start, 1),
        }), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("train_file")
    parser.add_argument("test_file")
    parser.add_argument("--neuron", default="hetsyn_lif", choices=("hetsyn_lif", "het_lif", "hom_alif", "hom_lif"))
    parser.add_argument("--epochs", type=int, default=18, help="span of the cosine")
    parser.add_argument("--stop-after", type=int, help="end after so many epochs of it")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--micro-batch", type=int, default=8, help="samples per pass, gradients added up")
    parser.add_argument("--plain", action="store_true", help="plain autograd instead of the lean version")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    require_tcmalloc()
    train(parser.parse_args())
