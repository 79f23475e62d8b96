#!/usr/bin/env python3
"""Writes the golden files (data/*.h5), with which the engine is compared, from the plain PyTorch model in float64.

  make_golden.py           draw inputs and parameters, compute, write
  make_golden.py --check   compute again from the inputs and parameters in the files and compare the rest

File of a case: attribute `case` (JSON), input/{events | analog}, labels, target, parameters/<name>,
potential/<spiking population>, readout, losses (one per term), gradients/<name>.
"""
import argparse
import dataclasses
import itertools
import json
import pathlib
import sys

try:
    import h5py
    import numpy as np
    import torch
except ImportError as error:
    print(f"skipped: {error}", file=sys.stderr)
    sys.exit(77)

from cases import CASES, TRAININGS, draw_classes, draw_input
from losses import loss_terms
from model import Network, TrainedDecays
from philox import dropout_mask

DATA = pathlib.Path(__file__).parent / "data"
MARGIN = 1e-3  # no |V - threshold| in a golden case is smaller: rounding in float32 cannot flip a spike


def description(case):
    fields = dataclasses.asdict(case)
    for optional in ("adlif",):  # came later than files that do not have it
        if fields["spec"][optional] is None:
            del fields["spec"][optional]
    if fields.get("adaptation_learning_rate_scale") == 1.0:
        del fields["adaptation_learning_rate_scale"]
    return json.dumps(fields)


def dense(events, samples, steps, inputs):
    x = np.zeros((samples, steps, inputs), np.float32)
    x[events[:, 0], events[:, 2], events[:, 1]] = 1
    return x


def events_of(x):
    """[n, 3] of (sample, channel, step), in this order."""
    return np.argwhere(x.transpose(0, 2, 1)).astype(np.uint16)


def load_parameters(network, arrays):
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(torch.from_numpy(arrays[f"parameters/{name}"]))
    return network


# ---- one forward and backward pass ----

def draw_case(case, rng):
    """The given arrays of a case; parameters are float32, so that every backend starts from the same numbers."""
    network = Network(case.spec).double().initialise(rng, gain=case.gain)
    given = {f"parameters/{name}": p.detach().numpy().astype(np.float32) for name, p in network.named_parameters()}
    if case.extreme_decays:
        for name, r in given.items():
            if name.split(".")[1].startswith("r"):
                r.flat[::3], r.flat[1::7] = 0.0, 1.0
    x = draw_input(case, rng)
    given.update({"input/analog": x} if case.analog else {"input/events": events_of(x)})
    if any(term["kind"] == "trace_mse" for term in case.losses):
        given["target"] = rng.uniform(-1, 1, (case.samples, case.steps, case.spec.outputs)).astype(np.float32)
    else:
        given["labels"] = rng.integers(0, case.spec.outputs, case.samples).astype(np.int32)
    return given


def compute_case(case, given):
    """The computed arrays, float64."""
    network = load_parameters(Network(case.spec).double(), given)
    x = given["input/analog"] if case.analog else dense(given["input/events"], case.samples, case.steps,
                                                        case.spec.inputs)
    masks = None
    if case.dropout_key:
        shape = (case.samples, case.steps)
        masks = {name: torch.from_numpy(dropout_mask(case.spec.dropout, *case.dropout_key, i, (*shape, size)))
                 for i, (name, size) in enumerate(zip(network.names, case.spec.hidden))}
    activity = network(torch.from_numpy(x).double(), masks)
    labels, target = (torch.from_numpy(given[key]) if key in given else None for key in ("labels", "target"))
    losses = loss_terms(case.losses, activity, case.spec.dt_ms, labels if labels is None else labels.long(), target)
    losses.sum().backward()

    computed = {"readout": activity.readout, "losses": losses}
    computed.update({f"potential/{name}": activity.potentials[name] for name in activity.spikes})
    computed.update({f"gradients/{name}": p.grad for name, p in network.named_parameters() if p.requires_grad})
    return {name: value.detach().numpy() for name, value in computed.items()}


def is_usable(case, arrays):
    """No potential near the threshold (or the edge of a boxcar), and every population alive but not saturated."""
    for potential in (array for name, array in arrays.items() if name.startswith("potential/")):
        distance = np.abs(potential - case.spec.threshold)
        if case.spec.surrogate.kind == "boxcar":
            distance = np.minimum(distance, np.abs(distance - case.spec.surrogate.width))
        if distance.min() < MARGIN or not 0.02 < (potential > case.spec.threshold).mean() < 0.6:
            return False
    return True


def make_case(case):
    for seed in itertools.count():
        given = draw_case(case, np.random.default_rng(seed))
        computed = compute_case(case, given)
        if is_usable(case, computed):
            return {**given, **computed}


# ---- training ----

def draw_training(training):
    rng = np.random.default_rng(training.seed)
    x, labels, batches, learning_rate = draw_classes(training, rng)
    network = Network(training.spec).double().initialise(rng)
    given = {f"parameters/{name}": p.detach().numpy().astype(np.float32) for name, p in network.named_parameters()}
    return {**given, "input/events": events_of(x), "labels": labels.astype(np.int32),
            "batches": batches.astype(np.uint16), "learning_rate": learning_rate}


def train(training, given, dtype):
    """Loss of each update, before it."""
    network = load_parameters(Network(training.spec).to(dtype), given)
    decays = TrainedDecays(network, training.decay_parameter)
    optimizer = network.adamw(training.learning_rate, training.weight_decay, training.decay_learning_rate_scale,
                              decays.thetas, training.adaptation_learning_rate_scale)
    x = torch.from_numpy(dense(given["input/events"], training.samples, training.steps, training.spec.inputs)).to(dtype)
    labels = torch.from_numpy(given["labels"]).long()
    curve = []
    for batch, learning_rate in zip(given["batches"].astype(np.int64), given["learning_rate"]):
        for group in optimizer.param_groups:
            group["lr"] = float(learning_rate) * group["scale"]
        optimizer.zero_grad()
        value = loss_terms(training.losses, network(x[batch]), training.spec.dt_ms, labels[batch]).sum()
        value.backward()
        decays.backward()
        optimizer.step()
        decays.apply()
        network.clamp()
        curve.append(value.item())
    return np.array(curve)


def compute_training(training, given):
    return {f"loss_{name}": train(training, given, getattr(torch, name)) for name in ("float64", "float32")}


def make_training(training):
    given = draw_training(training)
    return {**given, **compute_training(training, given)}


# ---- files ----

def read(name):
    with h5py.File(DATA / f"{name}.h5", "r") as file:
        arrays = {}
        file.visititems(lambda path, item: arrays.update({path: item[()]}) if isinstance(item, h5py.Dataset) else None)
        return file.attrs["case"].decode(), arrays


def write(case, arrays):
    # v110: its index of a single chunk is small
    with h5py.File(DATA / f"{case.name}.h5", "w", libver="v110") as file:
        file.attrs["case"] = np.bytes_(description(case))
        for path, array in arrays.items():
            large = array.nbytes > 1024
            packing = {"chunks": array.shape, "compression": 9, "shuffle": True} if large else {}
            file.create_dataset(path, data=array, **packing)


def difference(name, computed, stored):
    """Largest deviation relative to the largest value."""
    scale = np.abs(stored).max() or 1.0
    return np.abs(computed.astype(np.float64) - stored).max() / scale


def check(case, compute):
    """True if the file holds this case and computing again gives what it holds."""
    text, stored = read(case.name)
    if text != description(case):
        print(f"{case.name}: the file was made from another description: {text}")
        return False
    good = True
    for name, array in compute(case, stored).items():
        # float64: another summation order; float32 loss curve: rounding that 50 updates amplify.
        limit = 1e-3 if name == "loss_float32" else 1e-9
        deviation = difference(name, array, stored[name])
        if not deviation <= limit:
            print(f"{case.name}: {name} differs from the file by {deviation:.1e}, more than {limit:.0e}")
            good = False
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.check:
        results = [check(case, compute_case) for case in CASES]
        results += [check(training, compute_training) for training in TRAININGS]
        print(f"{sum(results)} of {len(results)} golden files reproduced")
        return 0 if all(results) else 1
    DATA.mkdir(exist_ok=True)
    for case in CASES:
        write(case, make_case(case))
    for training in TRAININGS:
        write(training, make_training(training))
    return 0


if __name__ == "__main__":
    sys.exit(main())
