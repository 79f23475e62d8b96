"""The golden cases: what each network is, how its input is drawn, and which losses it has."""
from dataclasses import dataclass, replace
from typing import Optional, Tuple

import numpy as np

from model import Adlif, Spec, Surrogate

TRIANGULAR = Surrogate("triangular", gamma=1.0, width=1.0)


def loss(kind, weight=1.0, parameter=0.0):
    return {"kind": kind, "weight": weight, "parameter": parameter}


@dataclass(frozen=True)
class Case:
    name: str
    spec: Spec
    samples: int
    steps: int
    losses: Tuple[dict, ...]
    analog: bool = False  # else events of this density:
    density: float = 0.12
    gain: float = 1.3
    dropout_key: Optional[Tuple[int, int]] = None  # (seed, forward pass)
    extreme_decays: bool = False  # some r exactly 0 and exactly 1


CASES = (
    Case("hetsyn_recurrent", Spec("hetsyn_lif", 13, (9, 7), 5, recurrent=True), 2, 30, (loss("softmax_sum", 1.0, 11),)),
    Case("hetsyn_feedforward", Spec("hetsyn_lif", 17, (10,), 2, surrogate=TRIANGULAR), 2, 36,
         (loss("trace_mse"), loss("rate", 0.01, 10.0))),
    Case("hetsyn_adaptive_deep", Spec("hetsyn_lif", 9, (8, 7, 5), 3, recurrent=True, dt_ms=2.0, adaptation=True,
                                      tau_adaptation_ms=150.0, adaptation_strength=0.1, autapses=False,
                                      surrogate=Surrogate("atan", gamma=1.0)), 2, 30, (loss("last_step"),)),
    Case("hetsyn_dropout", Spec("hetsyn_lif", 12, (10, 6), 4, recurrent=True, dropout=0.3), 2, 30,
         (loss("softmax_sum", 0.5, 3),), dropout_key=(0x123456789ABCDEF, 7)),
    Case("hetsyn_extreme_decays", Spec("hetsyn_lif", 8, (9,), 3, recurrent=True, threshold=0.7,
                                       surrogate=Surrogate("gaussian")), 2, 36, (loss("last_step"),),
         density=0.04, gain=0.7, extreme_decays=True),
    Case("hetsyn_spiking_readout", Spec("hetsyn_lif", 1, (8, 6), 5, recurrent=True, spiking_readout=True), 2, 30,
         (loss("spike_count", 1.0, 1.0), loss("rate", 0.1, 50.0)), analog=True),
    Case("het_recurrent", Spec("het_lif", 15, (11, 7), 4, recurrent=True,
                               surrogate=Surrogate("sigmoid", gamma=1.0, slope=4.0)), 2, 30,
         (loss("last_step"), loss("rate", 0.01, 10.0))),
    Case("het_tied_reset", Spec("het_lif", 10, (9, 8), 2, recurrent=True, tie_reset_decay=True, autapses=True,
                                surrogate=TRIANGULAR), 2, 36, (loss("trace_mse"),)),
    Case("het_two_decays", Spec("het_lif", 12, (9, 8), 4, recurrent=True, decay_per_projection=True, dropout=0.2,
                                adaptation=True), 2, 36, (loss("last_step"), loss("rate", 0.01, 10.0)),
         dropout_key=(0xFEDCBA987, 5)),
    Case("hom_lif_analog", Spec("hom_lif", 3, (12,), 2, recurrent=True,
                                surrogate=Surrogate("fast_sigmoid", gamma=1.0, slope=10.0)), 2, 36,
         (loss("trace_mse"),), analog=True),
    Case("hom_alif_spiking_readout", Spec("hom_alif", 14, (9, 7), 5, recurrent=True, spiking_readout=True,
                                          adaptation_strength=0.2, surrogate=Surrogate("boxcar")), 2, 30,
         (loss("spike_count", 1.0, 1.0),), gain=2.0),
    Case("hetsyn_adlif", Spec("hetsyn_lif", 11, (9, 7), 4, recurrent=True, dt_ms=2.0, adaptation=True,
                              tau_adaptation_ms=60.0, adaptation_strength=0.1,
                              adlif=Adlif(0.5, 20.0, per_neuron=True)), 2, 36, (loss("last_step"),)),
    Case("het_adlif_spiking_readout", Spec("het_lif", 12, (10,), 4, spiking_readout=True, tie_reset_decay=True,
                                           adaptation=True, adaptation_strength=0.1, adlif=Adlif(0.3, trained=True),
                                           surrogate=Surrogate("sigmoid", gamma=1.0, slope=4.0)), 2, 36,
         (loss("spike_count", 1.0, 1.0),), gain=2.0),
    Case("hom_lif_one_step", Spec("hom_lif", 16, (9, 5), 3), 2, 1, (loss("softmax_sum"),), density=0.6, gain=4.0),
)


def draw_input(case, rng):
    """x [B, T, P] as float32: spikes 0 or 1, or smooth positive analog values."""
    shape = (case.samples, case.steps, case.spec.inputs)
    if not case.analog:
        return (rng.random(shape) < case.density).astype(np.float32)
    phase, rate = rng.uniform(0, 2 * np.pi, (2, case.samples, 1, case.spec.inputs))
    steps = np.arange(case.steps)[None, :, None]
    return (0.25 * (1 + np.sin(0.1 * (1 + rate) * steps + phase))).astype(np.float32)


@dataclass(frozen=True)
class Training:
    """A small copy of the SHD run: a data set of events, batches of indices, learning rate per step."""

    name: str = "training"
    spec: Spec = Spec("hetsyn_lif", 70, (24, 16), 10, recurrent=True)
    samples: int = 40
    steps: int = 60
    batch: int = 8
    updates: int = 50
    losses: Tuple[dict, ...] = (loss("softmax_sum", 1.0, 5),)
    learning_rate: float = 2e-3
    warmup_updates: int = 5
    decay_parameter: str = "decay"  # or tau (in ms), log_tau, logit: what the optimizer changes in its place
    decay_learning_rate_scale: float = 2.0
    adaptation_learning_rate_scale: float = 1.0
    weight_decay: float = 4e-3
    seed: int = 7  # chosen so that rounding flips no spike: with initial parameters disturbed by 3e-7 (relative, 40
    # draws, float32) the curve stays within 1e-5 of this one


def draw_classes(training, rng):
    """Events [n, 3] of (sample, channel, step), labels, batches [updates, batch] and learning rates [updates].

    Every class is a random trajectory through the channels, every sample a noisy copy of it.
    """
    classes, channels = training.spec.outputs, training.spec.inputs
    labels = np.arange(training.samples) % classes
    start, slope = rng.uniform(0, channels, classes), rng.uniform(-1, 1, classes)
    steps, unit = np.arange(training.steps)[None, :, None], np.arange(channels)[None, None, :]
    centre = (start[labels, None, None] + slope[labels, None, None] * steps) % channels
    distance = np.abs(unit - centre)
    probability = 0.25 * np.exp(-((np.minimum(distance, channels - distance) / 4) ** 2)) + 0.01
    x = rng.random(probability.shape) < probability
    epochs = -(-training.updates * training.batch // training.samples)
    order = np.concatenate([rng.permutation(training.samples) for _ in range(epochs)])
    batches = order[: training.updates * training.batch].reshape(training.updates, training.batch)
    update = np.arange(training.updates)
    cosine = (update - training.warmup_updates) / (training.updates - training.warmup_updates)
    schedule = np.where(cosine < 0, (update + 1) / training.warmup_updates, 0.5 * (1 + np.cos(np.pi * cosine)))
    return x, labels, batches, training.learning_rate * schedule


SMALL = Training(spec=Spec("hetsyn_lif", 30, (12, 8), 5, recurrent=True, dt_ms=2.0), samples=20, steps=40, batch=5,
                 updates=30, learning_rate=5e-3)
TRAININGS = (
    Training(),
    replace(SMALL, name="training_tau", decay_parameter="tau", decay_learning_rate_scale=50.0,
            spec=replace(SMALL.spec, neuron="het_lif", decay_per_projection=True)),
    replace(SMALL, name="training_log_tau", decay_parameter="log_tau", decay_learning_rate_scale=5.0),
    replace(SMALL, name="training_logit", decay_parameter="logit", decay_learning_rate_scale=5.0,
            spec=replace(SMALL.spec, neuron="het_lif", tie_reset_decay=True)),
    replace(SMALL, name="training_adlif", decay_parameter="log_tau", decay_learning_rate_scale=5.0,
            adaptation_learning_rate_scale=10.0,
            spec=replace(SMALL.spec, neuron="het_lif", adaptation=True, tau_adaptation_ms=60.0, adaptation_strength=0.1,
                         adlif=Adlif(0.5, 20.0, per_neuron=True))),
)
