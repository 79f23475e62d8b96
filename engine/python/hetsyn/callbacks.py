"""Functions that a training calls on its way."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


class StopTraining(Exception):
    """Raised by a callback to end a training in good order, after the current step and with a checkpoint."""


@dataclass(frozen=True)
class Epoch:
    """The end of an epoch."""

    epoch: int  #: 1, 2, …
    step: int  #: optimizer steps so far
    learning_rate: float  #: of the weights
    metrics: dict[str, dict[str, float]]  #: by split and name; only splits that were evaluated

    @staticmethod
    def of(record: dict[str, Any]) -> Epoch:
        return Epoch(record["epoch"], record["step"], record["learning_rate"], record["splits"])


@dataclass(frozen=True)
class Step:
    """An optimizer step."""

    epoch: int  #: 1, 2, …
    step_in_epoch: int  #: 1, 2, …
    steps_in_epoch: int
    step: int  #: optimizer steps so far
    total_steps: int
    samples: int
    loss: float
    learning_rate: float
    gradient_norm: float  #: 0 where gradients are not clipped
    metrics: dict[str, float]


class Callback:
    """Base of callbacks: override what you need. Raise `StopTraining` to end the training in good order; any other
    exception ends it at once and reaches its caller.
    """

    def on_step(self, step: Step) -> None:
        """After each optimizer step."""

    def on_epoch(self, epoch: Epoch) -> None:
        """After each epoch, with its evaluations."""


class EarlyStop(Callback):
    """Ends a training where `metric` of `split` has not improved for `patience` evaluations."""

    def __init__(self, split: str, metric: str, patience: int, *, lower_is_better: bool = False) -> None:
        self.split, self.metric, self.patience, self.lower_is_better = split, metric, patience, lower_is_better
        self._best: float | None = None
        self._since = 0

    def on_epoch(self, epoch: Epoch) -> None:
        if self.split not in epoch.metrics:
            return
        value = epoch.metrics[self.split][self.metric]
        better = self._best is None or (value < self._best if self.lower_is_better else value > self._best)
        self._best, self._since = (value, 0) if better else (self._best, self._since + 1)
        if self._since >= self.patience:
            raise StopTraining


class Progress(Callback):
    """A line that follows the training, in a terminal and in a notebook."""

    def __init__(self, stream: Any = None) -> None:
        self._stream = stream or sys.stderr
        self._epochs, self._shown = "", 0.0

    def on_step(self, step: Step) -> None:
        last = step.step == step.total_steps
        if time.monotonic() - self._shown < 0.1 and not last:
            return
        self._shown = time.monotonic()
        done = 20 * step.step // max(step.total_steps, 1)
        bar = "█" * done + "░" * (20 - done)
        line = f"{bar} epoch {step.epoch}, step {step.step}/{step.total_steps}, loss {step.loss:.4g}{self._epochs}"
        self._stream.write("\r" + line.ljust(100) + ("\n" if last else ""))
        self._stream.flush()

    def on_epoch(self, epoch: Epoch) -> None:
        first = {split: next(iter(values.items())) for split, values in epoch.metrics.items() if values}
        self._epochs = "; " + ", ".join(f"{split} {name} {value:.4g}" for split, (name, value) in first.items())


class History(Callback):
    """Keeps what each epoch came to."""

    def __init__(self) -> None:
        self.epochs: list[Epoch] = []

    def on_epoch(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)

    def metrics(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """By split and name, one value for each epoch; NaN where the split was not evaluated."""
        return columns([epoch.metrics for epoch in self.epochs])


def columns(epochs: Sequence[Mapping[str, Mapping[str, float | None]]]) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Metrics by epoch, split and name → by split and name, with NaN for what is missing."""
    out: dict[str, dict[str, NDArray[np.float64]]] = {}
    for i, epoch in enumerate(epochs):
        for split, values in epoch.items():
            for name, value in values.items():
                column = out.setdefault(split, {}).setdefault(name, np.full(len(epochs), np.nan))
                column[i] = np.nan if value is None else value
    return out


class Calls:
    """The functions of several callbacks, as the engine calls them."""

    def __init__(self, callbacks: Sequence[Callback], stop: Any) -> None:
        self._callbacks, self._stop = list(callbacks), stop

    @property
    def on_step(self) -> Any:
        """None where nobody listens: then no step calls Python."""
        listen = [each for each in self._callbacks if type(each).on_step is not Callback.on_step]
        return (lambda record: self._tell(listen, "on_step", Step(**record))) if listen else None

    def on_epoch(self, record: dict[str, Any]) -> None:
        self._tell(self._callbacks, "on_epoch", Epoch.of(record))

    def _tell(self, callbacks: Sequence[Callback], name: str, record: Epoch | Step) -> None:
        for each in callbacks:
            try:
                getattr(each, name)(record)
            except StopTraining:
                self._stop()
