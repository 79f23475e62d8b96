"""The activity of a trained network in single samples; `Run.record` makes it, and `Run.export` writes it to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Spikes(NamedTuple):
    """Spikes or input events, sorted by step, then by unit."""

    steps: NDArray[np.uint32]
    units: NDArray[np.uint32]  #: channels of the input, neurons of a population


@dataclass(frozen=True, eq=False)
class PopulationRecording:
    """A spiking population in a sample."""

    name: str  #: "hidden1", …; "readout" if that spikes
    threshold: float  #: a neuron spikes in exactly those steps in which its potential is above it
    spikes: Spikes
    potential: NDArray[np.float32]  #: [T][N]

    @property
    def raster(self) -> NDArray[np.bool_]:
        """The spikes as an array [T][N]."""
        out = np.zeros(self.potential.shape, dtype=bool)
        out[self.spikes.steps, self.spikes.units] = True
        return out


@dataclass(frozen=True, eq=False)
class Recording:
    """What a network was given for a sample and did with it, as an evaluation computes it."""

    sample: int  #: its place in the set
    index: int  #: its number in the task's split; another one where the set is a part of the split
    label: int | None
    group: int | None  #: speaker, writer, …
    decision: int | None  #: the class that the network decided for; None: the task is no classification
    logits: NDArray[np.float64] | None  #: [K], of which the largest decides
    events: Spikes | None  #: the input, damaged as the network was given it …
    analog: NDArray[np.float32] | None  #: … or [T][inputs] if it is analog
    populations: Mapping[str, PopulationRecording]  #: those that spike, starting next to the input
    readout: NDArray[np.float32]  #: [T][K]: potentials, or spikes (0 or 1) of a spiking readout
    target: NDArray[np.float32] | None  #: [T][targets]
    #: What the samples of a call have in common: checkpoint, epoch, step, task, data, standin, split, seed, damage,
    #: config (TOML), dt_ms, steps, inputs, outputs, targets, class_names, group_names.
    facts: Mapping[str, Any]

    @property
    def time_ms(self) -> NDArray[np.float64]:
        """[T]: when each step begins."""
        return np.arange(self.facts["steps"]) * float(self.facts["dt_ms"])

    def class_name(self, number: int | None) -> str:
        """The name of a label or a decision; its number where the task gives no names, "" for None."""
        names = self.facts["class_names"]
        return "" if number is None else str(names[number]) if names else str(number)


def recordings_of(recorded: Mapping[str, Any]) -> list[Recording]:
    """From what the engine returns."""
    return [_recording(each, recorded["facts"]) for each in recorded["samples"]]


def _recording(sample: dict[str, Any], facts: Mapping[str, Any]) -> Recording:
    events = sample.pop("events")
    populations = {each["name"]: _population(each) for each in sample.pop("populations")}
    return Recording(**sample, events=None if events is None else Spikes(*events), populations=populations, facts=facts)


def _population(population: dict[str, Any]) -> PopulationRecording:
    return PopulationRecording(**population | {"spikes": Spikes(*population["spikes"])})
