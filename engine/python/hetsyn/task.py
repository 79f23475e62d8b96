"""Tasks written in Python.

>>> class Louder(hs.Task):
...     keys = {"high_hz": hs.Key(30.0, "Rate of the louder half", unit="Hz", minimum=0.0, maximum=1000.0)}
...
...     def open(self, options):
...         self.high_hz = options["high_hz"]
...
...     def info(self):
...         return hs.TaskInfo(inputs=20, outputs=2, steps=100, splits={"train": 1600, "test": 256}, drawn=True)
...
...     def fill(self, request):
...         y = request.random.integers(0, 2, request.size)
...         rate_hz = np.where(np.arange(20) // 10 == y[:, None], self.high_hz, 10.0)
...         return request.random.random((request.size, request.steps, 20)) < rate_hz[:, None] / 1000.0, y
>>> hs.train(task=Louder, set={"train.epochs": 5})

``python -m hetsyn.task_plugin FILE.py --out DIR`` makes a plugin of it for the program `engine`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray


class BadKey(Exception):
    """Raised by `Task.open` for a value that the declaration of the key allows and the task cannot use."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class BrokenTask(Exception):
    """What the task returns is not what it says in `TaskInfo`."""


@dataclass(frozen=True)
class Key:
    """A key of the table [task]. Its type is that of the default: bool, int, float, str, or Path for a file or folder.

    `role`: "samples" (which samples there are and what is in them; runs that differ in it are different), "placement"
    (where files are) or "presentation" (how the data are called).
    """

    default: bool | int | float | str | Path
    help: str  #: one sentence
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: Sequence[str] = ()
    role: str = "samples"


@dataclass(frozen=True)
class Loss:
    """A term of the loss: "softmax_sum", "last_step", "spike_count", "trace_mse", "rate", or "own" for `Task.loss`."""

    kind: str
    weight: float = 1.0
    parameter: float = 0.0  #: softmax_sum: steps left out; spike_count: spikes per logit; rate: target rate in Hz


@dataclass(frozen=True)
class Metric:
    """A metric of the task's own, from `Task.measure`."""

    name: str
    unit: str = ""
    higher_is_better: bool = True


@dataclass(frozen=True)
class Curve:
    """A curve of the report, from `Task.plots`. Curves with the same `plot` are drawn in one figure."""

    plot: str  #: the title of the figure
    name: str
    x: ArrayLike  #: [n]
    y: ArrayLike  #: [n]
    x_label: str = "time (ms)"
    y_label: str = ""


@dataclass(frozen=True)
class TaskInfo:
    """What a task is: sizes, times, splits, loss and metrics."""

    inputs: int  #: N, channels
    outputs: int  #: K, readout neurons
    steps: int  #: T
    splits: Mapping[str, int]  #: samples of "train" and, if there are any, "validation" and "test"
    dt_ms: float = 1.0  #: Δt of the network
    step_ms: float | None = None  #: duration of a step in the data's own time; by default dt_ms
    analog: bool = False  #: input of real numbers, not of spikes
    drawn: bool = False  #: samples are drawn from the seed of the request, and any index is valid
    targets: int = 0  #: columns of the target trace; 0: none
    spiking_readout: bool = False
    losses: Sequence[Loss | str] = ()  #: by default softmax_sum, or trace_mse where there are targets
    metrics: Sequence[Metric] = ()  #: of the task's own; besides them there is "accuracy", or "mse" with targets
    data_name: str = "generated"  #: the name of the data in results
    data_digest: str = ""  #: identifies the content of the data; by default the engine makes one from samples
    class_names: Sequence[str] = ()


@dataclass(frozen=True)
class Request:
    """The samples that `Task.fill` makes. Equal requests must give equal samples."""

    split: str
    indices: NDArray[np.int64]  #: [n]
    seed: int
    steps: int  #: T; TaskInfo.steps unless time is warped
    time_scale: float = 1.0  #: times of spikes are multiplied by it before they are binned; 1 unless time is warped
    random: np.random.Generator = field(default_factory=np.random.default_rng)  #: of these samples and this seed

    @property
    def size(self) -> int:
        """n, the number of samples."""
        return int(self.indices.size)


class Task:
    """Base of tasks: define `info` and `fill`, and what else is needed."""

    name: ClassVar[str] = ""  #: for task.name; by default the name of the class, in small letters
    summary: ClassVar[str] = ""  #: one sentence
    version: ClassVar[str] = "1.0.0"
    keys: ClassVar[Mapping[str, Key]] = {}
    block: ClassVar[int] = 32  #: samples of a request where they are drawn; others are asked for one by one
    warps_time: ClassVar[bool] = False  #: whether `fill` obeys `Request.time_scale`

    def open(self, options: Options) -> None:
        """Finds and checks the data. Raise `BadKey` for a value that cannot be used, FileNotFoundError for data that
        are not there.
        """

    def info(self) -> TaskInfo:
        """Called once, after `open`."""
        raise NotImplementedError

    def fill(self, request: Request) -> tuple[Any, Any]:
        """Makes samples: the pair (x, y). x: spikes, an array [n][T][N] of booleans or `Events`, or real numbers
        [n][T][N] where info.analog; y: classes [n], targets [n][T][targets], or a pair of both.
        """
        raise NotImplementedError

    def labels(self, split: str) -> NDArray[Any] | None:
        """The classes of all samples of a split that is not drawn, if they are known without `fill`."""
        return None

    def groups(self, split: str) -> NDArray[Any] | None:
        """The numbers of speakers or writers of all samples; held-out sets have whole groups."""
        return None

    def measure(self, readout: NDArray[np.float32], y: Any) -> Mapping[str, NDArray[Any]]:
        """The values [B] of each of info.metrics for the samples of a batch, of which the metric is the mean.
        `readout`: [B][T][K]; `y`: classes [B], targets [B][T][targets], or a pair of both.
        """
        raise NotImplementedError

    def loss(self, readout: NDArray[np.float32], y: Any) -> tuple[float, NDArray[np.float32]]:
        """For the loss "own": the mean over the batch, and its gradient [B][T][K]."""
        raise NotImplementedError

    def plots(self, readout: NDArray[np.float32], y: Any) -> Iterable[Curve]:
        """Curves for the HTML report of a run, of the samples that it shows. `readout` and `y` as in `measure`."""
        return ()


@dataclass(frozen=True)
class Options:
    """What a task is opened with; ``options["high_hz"]`` is the value of a key."""

    values: Mapping[str, Any]
    seed: int  #: of the run: for what stays the same during a run
    data_path: Sequence[Path]  #: folders to search for data
    cache_path: Path  #: for derived files; it may not exist yet
    dry_run: bool  #: write nothing

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


def task_name(task: type[Task]) -> str:
    """The name for task.name."""
    return task.name or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", task.__name__).lower()
