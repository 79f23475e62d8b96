"""Functions that a training calls on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn._optional import needed
from hetsyn.progress import display_for

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

    def on_end(self) -> None:
        """After a training that ended in good order, also one that a callback has ended. It runs in the caller's
        thread, and what it raises reaches the caller.
        """


class EarlyStop(Callback):
    """Ends a training where `metric` of `split` has not improved for `patience` evaluations."""

    def __init__(self, split: str, metric: str, patience: int, *, lower_is_better: bool = False) -> None:
        self.split, self.metric, self.patience, self.lower_is_better = _known(split), metric, patience, lower_is_better
        self._best: float | None = None
        self._since = 0

    def on_epoch(self, epoch: Epoch) -> None:
        value = _value(epoch, self.split, self.metric)
        if value is None:
            return
        better = self._best is None or (value < self._best if self.lower_is_better else value > self._best)
        self._best, self._since = (value, 0) if better else (self._best, self._since + 1)
        if self._since >= self.patience:
            raise StopTraining


class OptunaPruning(Callback):
    """Reports `metric` of `split` to a trial of Optuna after each epoch, with the epoch as its step. Where the study's
    pruner gives the trial up, the training ends with a checkpoint and `optuna.TrialPruned` is raised.
    """

    def __init__(self, trial: Any, split: str = "validation", metric: str = "accuracy") -> None:
        self.trial, self.split, self.metric = trial, _known(split), metric
        self._pruned_at: Epoch | None = None

    def on_epoch(self, epoch: Epoch) -> None:
        value = _value(epoch, self.split, self.metric)
        if value is None:
            return
        self.trial.report(value, epoch.epoch)
        if self.trial.should_prune():
            self._pruned_at = epoch
            raise StopTraining

    def on_end(self) -> None:
        epoch, self._pruned_at = self._pruned_at, None
        if epoch is None:
            return
        optuna = needed("optuna", "OptunaPruning")
        value = _value(epoch, self.split, self.metric)
        raise optuna.TrialPruned(f"pruned after epoch {epoch.epoch} with {self.split} {self.metric} {value}")


def _known(split: str) -> str:
    if split not in ("train", "validation", "test"):
        raise _engine.UsageError(f"split {split!r}; expected train, validation or test")
    return split


def _value(epoch: Epoch, split: str, metric: str) -> float | None:
    """None where the split was not evaluated."""
    if split not in epoch.metrics:
        return None
    if metric not in epoch.metrics[split]:
        raise _engine.UsageError(f"no metric {metric!r} of {split}; there are {', '.join(epoch.metrics[split])}")
    return epoch.metrics[split][metric]


class Progress(Callback):
    """Follows the training: a bar in a notebook, a line that moves in a terminal, a line for each epoch in a file.
    `stream`: where to write, by default the notebook or standard error.
    """

    def __init__(self, stream: Any = None) -> None:
        self._display = display_for(stream)
        self._step, self._epochs = "", ""

    def on_step(self, step: Step) -> None:
        self._step = f"epoch {step.epoch}, step {step.step}/{step.total_steps}, loss {step.loss:.4g}"
        self._display.step(step.step, step.total_steps, self._step + self._epochs)

    def on_epoch(self, epoch: Epoch) -> None:
        first = {split: next(iter(values.items())) for split, values in epoch.metrics.items() if values}
        self._epochs = "; " + ", ".join(f"{split} {name} {value:.4g}" for split, (name, value) in first.items())
        self._display.epoch(self._step + self._epochs)

    def on_end(self) -> None:
        self._display.end()


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

    def on_end(self) -> None:
        for each in self._callbacks:
            each.on_end()

    def _tell(self, callbacks: Sequence[Callback], name: str, record: Epoch | Step) -> None:
        for each in callbacks:
            try:
                getattr(each, name)(record)
            except StopTraining:
                self._stop()
