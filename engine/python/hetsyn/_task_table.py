"""Tasks in Python as the engine calls them (engine/python/task.cpp)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn.arrays import array_of, reals_of
from hetsyn.events import Events
from hetsyn.task import BrokenTask, Curve, Key, Loss, Metric, Options, Request, Task, TaskInfo, task_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_LOSSES = ("softmax_sum", "last_step", "spike_count", "trace_mse", "rate", "own")  # in the contract's order
_ROLES = ("train", "validation", "test")
_OWN, _ACCURACY, _TRACE_MSE = range(3)  # metrics of the contract
_KEPT_BLOCKS = 8


def table_of(task: Task | type[Task]) -> tuple[_engine.TaskTable, list[BaseException]]:
    """The task as the engine takes it, and a list to which exceptions of the task are added."""
    instance = task() if isinstance(task, type) else task
    if not isinstance(instance, Task):
        raise _engine.UsageError(f"{task!r} is no task; expected the name of one, or a class derived from hetsyn.Task")
    failures: list[BaseException] = []

    def open_task(
        values: Mapping[str, Any], seed: int, data_path: list[str], cache_path: str, dry_run: bool
    ) -> _Opened:
        paths = {name for name, key in instance.keys.items() if isinstance(key.default, Path)}
        given = {name: Path(value) if name in paths else value for name, value in values.items()}
        with _Kept(failures):
            instance.open(Options(given, seed, [Path(place) for place in data_path], Path(cache_path), dry_run))
            return _Opened(instance, failures)

    own = type(instance)
    description = {
        "name": task_name(own),
        "summary": own.summary or (own.__doc__ or "A task in Python").strip().splitlines()[0],
        "version": own.version,
        "keys": [_key(name, key) for name, key in own.keys.items()],
        "has_loss": own.loss is not Task.loss,
        "has_metrics": own.measure is not Task.measure,
        "has_plots": own.plots is not Task.plots,
    }
    return _engine.TaskTable(description, open_task), failures


class _Kept:
    """Keeps the exceptions of a task, which the engine can report as a text only."""

    def __init__(self, failures: list[BaseException]) -> None:
        self._failures = failures

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            self._failures.append(error)


def _key(name: str, key: Key) -> dict[str, Any]:
    types = {bool: "bool", int: "int", float: "float", str: "str"}
    kind = "path" if isinstance(key.default, Path) else types.get(type(key.default))
    if kind is None:
        raise _engine.UsageError(
            f"key {name!r}: a default of {key.default!r}; expected a bool, int, float, str or Path"
        )
    if key.role not in ("samples", "placement", "presentation"):
        raise _engine.UsageError(f"key {name!r}: role {key.role!r}; expected samples, placement or presentation")
    bounded = key.minimum is not None or key.maximum is not None
    default = str(key.default) if kind == "path" and key.default != Path() else key.default
    return {
        "name": name,
        "type": kind,
        "default": "" if kind == "path" and key.default == Path() else default,
        "help": key.help,
        "unit": key.unit,
        "minimum": (-np.inf if key.minimum is None else float(key.minimum)) if bounded else None,
        "maximum": (np.inf if key.maximum is None else float(key.maximum)) if bounded else None,
        "choices": "|".join(key.choices),
        "role": key.role,
    }


class _Opened:
    """An opened task, as engine/python/task.cpp calls it."""

    def __init__(self, task: Task, failures: list[BaseException]) -> None:
        self._task, self._failures, self._info = task, failures, task.info()
        self._lock = threading.Lock()
        self._blocks: OrderedDict[tuple[Any, ...], _Block] = OrderedDict()
        info = self._info
        if not isinstance(info, TaskInfo):
            raise BrokenTask(f"info() returned {type(info).__name__}; expected hetsyn.TaskInfo")
        unknown = [name for name in info.splits if name not in _ROLES]
        if unknown:
            raise BrokenTask(f"info(): a split {unknown[0]!r}; expected train, validation and test")
        self._splits = list(info.splits)
        losses = [Loss(each) if isinstance(each, str) else each for each in info.losses]
        self._losses = losses or [Loss("trace_mse" if info.targets else "softmax_sum")]
        self.facts = {
            "inputs": _whole("inputs", info.inputs),
            "outputs": _whole("outputs", info.outputs),
            "steps": _whole("steps", info.steps),
            "analog": bool(info.analog),
            "drawn": bool(info.drawn),
            "spiking_readout": bool(info.spiking_readout),
            "dt_ms": _real("dt_ms", info.dt_ms),
            "step_ms": _real("step_ms", info.dt_ms if info.step_ms is None else info.step_ms),
            "targets": _whole("targets", info.targets),
            "data_name": str(info.data_name),
            "data_digest": str(info.data_digest),
            "class_names": [str(name) for name in info.class_names],
            "splits": [
                {"name": name, "role": _ROLES.index(name), "samples": _whole(f"splits[{name!r}]", samples, 2**32)}
                for name, samples in info.splits.items()
            ],
            "losses": [self._loss(each) for each in self._losses],
            "metrics": self._metrics(),
            "labels": [self._listed("labels", split) for split in self._splits],
            "groups": [self._listed("groups", split) for split in self._splits],
        }

    def _loss(self, loss: Loss) -> dict[str, Any]:
        if loss.kind not in _LOSSES:
            raise BrokenTask(f"info(): a loss {loss.kind!r}; expected one of {', '.join(_LOSSES)}")
        weight, parameter = _real("weight of a loss", loss.weight), _real("parameter of a loss", loss.parameter)
        return {"id": _LOSSES.index(loss.kind), "weight": weight, "parameter": parameter}

    def _metrics(self) -> list[dict[str, Any]]:
        out = []
        classes = next((each for each in self._losses if _LOSSES.index(each.kind) < _LOSSES.index("trace_mse")), None)
        if classes is not None:
            rule = self._loss(classes)
            out.append(_metric(Metric("accuracy"), _ACCURACY, rule["id"], rule["parameter"]))
        if self._info.targets and self._info.targets == self._info.outputs:
            out.append(_metric(Metric("mse", higher_is_better=False), _TRACE_MSE))
        return out + [_metric(each, _OWN) for each in self._info.metrics]

    def _listed(self, what: str, split: str) -> list[int]:
        values = getattr(self._task, what)(split)
        if values is None:
            return []
        array = np.asarray(values)
        if array.shape != (self._info.splits[split],) or array.dtype.kind not in "iu":
            raise BrokenTask(
                f"{what}({split!r}): {array.dtype} of shape {array.shape}; "
                f"expected {self._info.splits[split]} integers, one for each sample"
            )
        return [int(value) for value in array]

    def fill(self, split: int, index: int, seed: int, steps: int, time_scale: float) -> tuple[Any, ...]:
        """(label, units, steps, analog, target) of a sample; None for what it does not have."""
        with _Kept(self._failures):
            if time_scale != 1.0 and not self._task.warps_time:
                raise BrokenTask("time cannot be warped: fill() does not obey Request.time_scale (Task.warps_time)")
            size = max(1, self._task.block) if self._info.drawn else 1
            first = index - index % size
            key = (split, first, seed, steps, time_scale)
            with self._lock:
                block = self._blocks.get(key)
                # What was asked for before is made anew, so that the engine's checks find a fill() that changes.
                if block is None or index in block.given:
                    block = self._blocks[key] = self._make(key, size)
                block.given.add(index)
                if len(self._blocks) > _KEPT_BLOCKS:
                    self._blocks.popitem(last=False)
            return block.sample(index - first)

    def _make(self, key: tuple[Any, ...], size: int) -> _Block:
        split, first, seed, steps, time_scale = key
        request = Request(
            self._splits[split],
            np.arange(first, first + size),
            seed,
            steps,
            time_scale,
            np.random.default_rng([seed, split, first]),
        )
        x, y = self._task.fill(request)
        return _Block(self._info, request, x, y)

    def measure(self, readout: Any, labels: Any, target: Any) -> list[float]:
        """The sums over the batch of the task's own metrics."""
        with _Kept(self._failures):
            values = self._task.measure(readout, _answers(labels, target, self._losses))
            missing = [each.name for each in self._info.metrics if each.name not in values]
            if missing:
                raise BrokenTask(f"measure() has no values of {missing[0]!r}")
            arrays = [np.asarray(values[each.name], dtype=np.float64) for each in self._info.metrics]
            for metric, array in zip(self._info.metrics, arrays, strict=True):
                if array.shape != labels.shape:
                    raise BrokenTask(
                        f"measure(): {metric.name} has shape {array.shape}; expected {labels.shape}, one of each sample"
                    )
            return [float(array.sum()) for array in arrays]

    def plots(self, readout: Any, labels: Any, target: Any) -> list[tuple[Any, ...]]:
        """The curves of the report, each as plot, name, labels of x and y, x, y."""
        with _Kept(self._failures):
            return [_curve(each) for each in self._task.plots(readout, _answers(labels, target, self._losses))]

    def loss(self, readout: Any, labels: Any, target: Any) -> tuple[float, NDArray[np.float32]]:
        with _Kept(self._failures):
            value, gradient = self._task.loss(readout, _answers(labels, target, self._losses))
            gradient = reals_of(gradient, "the gradient of loss()")
            if gradient.shape != readout.shape:
                raise BrokenTask(f"loss(): a gradient of shape {gradient.shape}; expected {readout.shape}")
            return float(value), gradient


def _whole(name: str, value: Any, most: int = 2**31) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or not 0 <= value <= most:
        raise BrokenTask(f"info(): {name} = {value!r}; expected an integer from 0 to {most}")
    return int(value)


def _real(name: str, value: Any) -> float:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise BrokenTask(f"info(): {name} = {value!r}; expected a number")
    return float(value)


def _metric(metric: Metric, rule: int, loss: int = 0, parameter: float = 0.0) -> dict[str, Any]:
    of = {"name": str(metric.name), "unit": str(metric.unit), "higher_is_better": bool(metric.higher_is_better)}
    return {**of, "id": rule, "loss": loss, "parameter": parameter}


def _curve(curve: Any) -> tuple[Any, ...]:
    if not isinstance(curve, Curve):
        raise BrokenTask(f"plots(): {curve!r}; expected hetsyn.Curve")
    x, y = (array_of(each, f"plots(): {curve.name}") for each in (curve.x, curve.y))
    if x.ndim != 1 or x.shape != y.shape or x.dtype.kind not in "biuf" or y.dtype.kind not in "biuf":
        raise BrokenTask(
            f"plots(): {curve.name}: x is {x.dtype} of shape {x.shape}, y {y.dtype} of {y.shape}; "
            "expected as many real numbers in both"
        )
    reals = [np.ascontiguousarray(each, dtype=np.float64) for each in (x, y)]
    return str(curve.plot), str(curve.name), str(curve.x_label), str(curve.y_label), *reals


def _answers(labels: Any, target: Any, losses: Sequence[Loss]) -> Any:
    if target is None:
        return labels
    classes = any(_LOSSES.index(each.kind) < _LOSSES.index("trace_mse") for each in losses)
    return (labels, target) if classes else target


class _Block:
    """The samples of a request, checked and in the form that the engine takes."""

    def __init__(self, info: TaskInfo, request: Request, x: Any, y: Any) -> None:
        n, shape = request.size, (request.size, request.steps, info.inputs)
        self.given: set[int] = set()  # samples that the engine got
        self._labels: NDArray[Any] = np.full(n, -1, np.int32)
        self._target: NDArray[Any] | None = None
        self._analog: NDArray[Any] | None = None
        self._units: NDArray[Any] | None = None
        for each in y if isinstance(y, tuple) else (y,):
            self._take(np.asarray(each), n, (n, request.steps, info.targets))
        if info.targets and self._target is None:
            raise BrokenTask(f"fill(): no targets; expected {(n, request.steps, info.targets)}, as info.targets says")
        if isinstance(x, Events):
            if (np.size(x.offsets) - 1, x.step_count, x.inputs) != shape:
                found = (np.size(x.offsets) - 1, x.step_count, x.inputs)
                raise BrokenTask(f"fill(): events of {found}; expected {shape}, samples, steps and inputs")
            if info.analog:
                raise BrokenTask("fill(): events, but info.analog is true")
            self._keep(x.offsets, x.units, x.steps)
            return
        array = np.asarray(x)
        if array.shape != shape:
            raise BrokenTask(f"fill(): x of shape {array.shape}; expected {shape}, samples, steps and inputs")
        if info.analog:
            self._analog = reals_of(array, "x")
            return
        if array.dtype.kind not in "biu":
            raise BrokenTask(f"fill(): x of {array.dtype}; expected booleans for spikes, or info.analog=True")
        places = np.flatnonzero(array)
        size = request.steps * info.inputs
        step, unit = np.divmod(places % size, info.inputs)
        self._keep(np.searchsorted(places, np.arange(n + 1) * size), unit, step)

    def _keep(self, offsets: Any, units: Any, steps: Any) -> None:
        self._offsets = [int(offset) for offset in np.asarray(offsets)]
        self._units = np.ascontiguousarray(units, dtype=np.uint32)
        self._steps = np.ascontiguousarray(steps, dtype=np.uint32)

    def _take(self, y: NDArray[Any], n: int, target: tuple[int, int, int]) -> None:
        if y.ndim == 1 and y.dtype.kind in "biu" and y.size == n:
            self._labels = y.astype(np.int64)
        elif y.ndim == 3 and y.shape == target and y.dtype.kind in "biuf":
            self._target = reals_of(y, "y")
        else:
            raise BrokenTask(
                f"fill(): y of {y.dtype} and shape {y.shape}; expected classes, integers [{n}]"
                + (f", or targets {list(target)}" if target[2] else "")
            )

    def sample(self, b: int) -> tuple[Any, ...]:
        units = steps = None
        if self._units is not None:
            part = slice(self._offsets[b], self._offsets[b + 1])
            units, steps = self._units[part], self._steps[part]
        return (
            int(self._labels[b]),
            units,
            steps,
            None if self._analog is None else self._analog[b],
            None if self._target is None else self._target[b],
        )
