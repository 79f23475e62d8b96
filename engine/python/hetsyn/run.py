"""Runs: what the program `engine` trains, evaluates and leaves in a directory."""

from __future__ import annotations

import json
import logging
import operator
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine, _program
from hetsyn._optional import needed
from hetsyn.callbacks import Callback, Calls, columns
from hetsyn.context import new_context
from hetsyn.recordings import Recording, recordings_of

_logger = logging.getLogger("hetsyn")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hetsyn.network import Network
    from hetsyn.task import Task

_MOST_SAMPLES = 1_000_000  # of a recording


class Parameters(Mapping[str, "NDArray[np.float32]"]):
    """Arrays of a trained network by name: weights ``hidden1.w`` [post][pre], decays ``hidden1.r`` = exp(−Δt/τ),
    recurrent ones ``hidden1.w_rec``, ``hidden1.r_rec``. Each look-up gives a new array.
    """

    def __init__(self, checkpoint: Path) -> None:
        self._saved = _engine.SavedNetwork(checkpoint)
        self._shapes = {each["name"]: each["shape"] for each in self._saved.facts["arrays"]}

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        if name not in self._shapes:
            raise KeyError(f"no array {name!r}; there are {', '.join(self._shapes)}")
        return self._saved.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    @property
    def step(self) -> int:
        """Optimizer steps of the checkpoint."""
        return int(self._saved.step)

    @property
    def dt_ms(self) -> float:
        """The time step that the decays belong to."""
        return float(self._saved.facts["dt_ms"])

    @property
    def model(self) -> dict[str, Any]:
        """The keys of [model] that describe the network."""
        return dict(tomllib.loads(self._saved.config_text)["model"])

    def tau_ms(self, name: str) -> NDArray[np.float64]:
        """Time constants −Δt/ln r of an array of decays ("hidden1.r"), in ms; infinite for r = 1, 0 for r = 0."""
        if name.split(".")[-1] not in ("r", "r_rec", "rho_a"):
            raise _engine.UsageError(f"{name}: expected an array of decays, as hidden1.r")
        return tau_ms(self[name], self.dt_ms)


def tau_ms(decay: NDArray[np.floating[Any]], dt_ms: float) -> NDArray[np.float64]:
    """Time constants of decays per step: τ = −Δt / ln r."""
    with np.errstate(divide="ignore"):
        return np.abs(-dt_ms / np.log(np.asarray(decay, dtype=np.float64)))


class Run:
    """A run directory. What is read is kept; make a new `Run` to see what a training has written since."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        if not (self.path / "config.toml").is_file():
            raise _engine.UsageError(f"{self.path}: is not a run directory (it has no config.toml)")

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @cached_property
    def config(self) -> dict[str, Any]:
        """All keys of the configuration, by table."""
        return tomllib.loads((self.path / "config.toml").read_text(encoding="utf-8"))

    @property
    def summary(self) -> dict[str, Any]:
        """What the run came to; see docs/results.md."""
        return self._json("summary.json")

    @cached_property
    def _epochs(self) -> list[dict[str, Any]]:
        file = self.path / "metrics.jsonl"
        if not file.exists():
            return []
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    @property
    def epochs(self) -> NDArray[np.int64]:
        """Numbers of the epochs that `metrics` has."""
        return np.array([each["epoch"] for each in self._epochs], dtype=np.int64)

    @cached_property
    def metrics(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """By split and name, one value for each of `epochs`; NaN where the split was not evaluated."""
        splits = ("train", "validation", "test")
        return columns([{split: each[split] for split in splits if split in each} for each in self._epochs])

    def parameters(self, checkpoint: str = "best") -> Parameters:
        """The arrays of a checkpoint: "best", "last", or "step-N" of a snapshot ("step-0": the initial ones)."""
        return Parameters(self.path / "checkpoints" / f"{checkpoint}.h5")

    def network(self, checkpoint: str = "best") -> Network:
        """The trained network, for arrays of your own."""
        from hetsyn.network import load

        return load(self.path / "checkpoints" / f"{checkpoint}.h5")

    def evaluate(
        self,
        split: str = "test",
        *,
        checkpoint: str = "best",
        set: Mapping[str, Any] | None = None,
        task: Task | type[Task] | None = None,
    ) -> dict[str, Any]:
        """What ``engine eval --json`` prints. `set`: damage and other keys that an evaluation may change. `task`: that
        of the run, if it is one in Python.
        """
        with self._session(task) as (session, context):
            text = session.evaluate(context, split, checkpoint, dict(set or {}))
        if text is None:
            raise _engine.RunError(f"{self.path}: the evaluation was stopped")
        return dict(json.loads(text))

    def record(
        self,
        samples: int | Iterable[int] | None = None,
        *,
        split: str = "test",
        checkpoint: str = "best",
        set: Mapping[str, Any] | None = None,
        task: Task | type[Task] | None = None,
    ) -> list[Recording]:
        """Input, spikes, potentials, readout and decision of single samples, as `evaluate` computes them.

        `samples`: places in the set, from 0; by default the first ten. Raises UsageError for one that the set does not
        have. The other arguments are those of `evaluate`.
        """
        with self._session(task) as (session, context):
            recorded = session.record(context, _places(samples), split, checkpoint, dict(set or {}))
        if recorded is None:
            raise _engine.RunError(f"{self.path}: the recording was stopped")
        return recordings_of(recorded)

    def export(
        self,
        file: str | os.PathLike[str],
        samples: int | Iterable[int] | None = None,
        *,
        split: str = "test",
        checkpoint: str = "best",
        set: Mapping[str, Any] | None = None,
        task: Task | type[Task] | None = None,
        replace: bool = False,
    ) -> None:
        """Writes what `record` returns to an HDF5 file, as ``engine eval --export`` does (docs/activity.md). `replace`:
        also where the file exists.
        """
        with self._session(task) as (session, context):
            done = session.export_activity(
                context, Path(file), _places(samples), replace, split, checkpoint, dict(set or {})
            )
        if not done:
            raise _engine.RunError(f"{self.path}: the recording was stopped")

    @contextmanager
    def _session(self, task: Task | type[Task] | None) -> Iterator[tuple[_engine.Session, _engine.Context]]:
        context = new_context()
        with table_for(task) as table:
            yield _engine.Session.open(context, self.path, table), context

    def report(self, file: str | os.PathLike[str], samples: int | Iterable[int] | None = None) -> Path:
        """Writes a page with the run's curves, decisions, activity and time constants, as ``engine report --html``
        does, and returns its path. `samples`: those whose activity is shown, by their places in the test set; by
        default four. A task in Python is evaluated if it is a plugin (see `hetsyn.task_plugin`); otherwise the page
        says that it is missing.
        """
        places = _places(samples)
        chosen = ["--samples", ",".join(str(place) for place in places)] if places else []
        _program.output_of("report", str(self.path), "--html", str(file), *chosen)
        return Path(file)

    def to_pandas(self) -> Any:
        """`metrics` as a data frame: a row for each epoch, columns "test accuracy", …"""
        pandas = needed("pandas", "to_pandas")
        columns = {f"{split} {name}": values for split, of in self.metrics.items() for name, values in of.items()}
        return pandas.DataFrame(columns, index=pandas.Index(self.epochs, name="epoch"))

    def _json(self, name: str) -> dict[str, Any]:
        file = self.path / name
        if not file.exists():
            raise _engine.UsageError(f"{file}: is not there yet; the run has not come so far")
        return dict(json.loads(file.read_text(encoding="utf-8")))


def train(
    config: str | os.PathLike[str] | None = None,
    *,
    task: str | Task | type[Task] | None = None,
    set: Mapping[str, Any] | None = None,
    seed: int | None = None,
    threads: int | None = None,
    device: str | None = None,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    replace: bool = False,
    callbacks: Sequence[Callback] = (),
) -> Run:
    """Trains a network as ``engine --config`` does, to the same bits.

    `task` is the name of a task, or one in Python (see `Task`). `set` maps keys with their table ("train.epochs") to
    values, on top of `config`; the name of a task, `seed`, `threads` and `device` are short for task.name, train.seed,
    run.threads and run.device. `out` is the run directory; by default a new one under runs/. `resume` continues the run
    in it, with its own configuration where neither `config` nor `task` is given, and may make it longer
    (``set={"train.epochs": 200}``); `replace` removes it first. Ctrl-C ends the training with a checkpoint and raises
    KeyboardInterrupt.
    """
    if resume and replace:
        raise _engine.UsageError("resume and replace exclude each other")
    if out is None and (resume or replace):
        raise _engine.UsageError("to resume or replace a run, expected its directory in out")
    values = values_of(set, task, {"train.seed": seed, "run.threads": threads, "run.device": device})
    file = None if config is None else Path(config)
    if resume and file is None and task is None and (Path(out or "") / "config.toml").is_file():
        file = Path(out or "") / "config.toml"
    context = new_context()
    with table_for(task) as table:
        session = _engine.Session(context, file, values, task=table)
        directory = _new_directory(session.config_text) if out is None else Path(out)
        existing = "resume" if resume else "replace" if replace else "refuse"
        calls = Calls(callbacks, context.stop)
        with _report_at_end(directory, session.config_text):
            session.train(context, directory, existing, calls.on_step, None, calls.on_epoch, {})
    calls.on_end()
    return Run(directory)


def values_of(
    set: Mapping[str, Any] | None, task: str | Task | type[Task] | None, short: Mapping[str, Any]
) -> dict[str, Any]:
    """`set`, with the keys that other arguments are short for, as far as these are given."""
    named = {**short, "task.name": task if isinstance(task, str) else None}
    return {**dict(set or {}), **{key: value for key, value in named.items() if value is not None}}


@contextmanager
def _report_at_end(directory: Path, config_text: str) -> Iterator[None]:
    """Writes the page that run.report asks for when the training has ended, however it has."""
    try:
        yield
    except (_engine.UsageError, _engine.ConfigError):
        raise  # it has not begun
    except BaseException:
        _report(directory, config_text)
        raise
    _report(directory, config_text)


def _report(directory: Path, config_text: str) -> None:
    if not tomllib.loads(config_text)["run"]["report"] or not (directory / "config.toml").is_file():
        return
    try:
        Run(directory).report(directory / "report.html")
    except _engine.Error as error:
        _logger.warning("no report was written: %s", error)


@contextmanager
def table_for(task: str | Task | type[Task] | None) -> Iterator[_engine.TaskTable | None]:
    """The table of a task in Python; None for one that has a plugin. Where the engine reports that the task failed, the
    task's own exception is the cause of the engine's.
    """
    if task is None or isinstance(task, str):
        yield None
        return
    from hetsyn._task_table import table_of

    table, failures = table_of(task)
    try:
        yield table
    except _engine.Error as error:
        if failures:
            raise error from failures[0]
        raise


def _places(samples: int | Iterable[int] | None) -> list[int]:
    """For the engine, which takes the first ten samples for an empty list."""
    if samples is None:
        return []
    given = islice(samples, _MOST_SAMPLES + 1) if isinstance(samples, Iterable) else [samples]
    try:
        places = [operator.index(each) for each in given]
    except TypeError:
        places = []
    if not places or len(places) > _MOST_SAMPLES or min(places) < 0 or max(places) >= 2**63:
        raise _engine.UsageError(
            f"samples {samples!r}: expected places in the set, integers from 0, at most {_MOST_SAMPLES} of them"
        )
    return places


def evaluate(run: str | os.PathLike[str] | Run, split: str = "test", **options: Any) -> dict[str, Any]:
    """`Run.evaluate` of a run or its directory."""
    return (run if isinstance(run, Run) else Run(run)).evaluate(split, **options)


def _new_directory(config_text: str) -> Path:
    config = tomllib.loads(config_text)
    base = f"{config['task']['name']}-{config['model']['neuron']}-{config['train']['seed']}"
    paths = (Path("runs") / (base if n == 1 else f"{base}-{n}") for n in range(1, 1_000_000))
    return next(path for path in paths if not path.exists())
