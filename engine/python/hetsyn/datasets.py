"""Data sets of (events, label) pairs, as Tonic has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn.events import Events

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_UNITS_PER_MS = {"ns": 1e6, "us": 1e3, "ms": 1.0, "s": 1e-3}


def is_dataset(x: Any) -> bool:
    """Whether `x` is a sequence of pairs that begin with a structured array."""
    if isinstance(x, (np.ndarray, Events)) or not (hasattr(x, "__len__") and hasattr(x, "__getitem__")):
        return False
    if hasattr(x, "__array__") or hasattr(x, "shape") or len(x) == 0:
        return False
    try:
        first = x[0]
    except KeyError:  # a mapping
        return False
    return isinstance(first, (tuple, list)) and len(first) == 2 and _is_structured(first[0])


def _is_structured(events: Any) -> bool:
    return isinstance(events, np.ndarray) and events.dtype.names is not None


def read(
    dataset: Any,
    *,
    dt_ms: float,
    sensor_size: int | Sequence[int] | None = None,
    default_size: int | None = None,
    duration_ms: float | None = None,
    crop: bool = False,
    time_unit: str = "us",
    what: str = "data set",
) -> tuple[Events, NDArray[np.int64]]:
    """See `Events.from_dataset`. `default_size` counts where neither the caller nor the data set knows a size."""
    if time_unit not in _UNITS_PER_MS:
        raise _engine.UsageError(f"time_unit={time_unit!r}; expected one of {', '.join(_UNITS_PER_MS)}")
    if not dt_ms > 0:
        raise _engine.UsageError(f"dt_ms={dt_ms}; expected a positive number")
    if sensor_size is None:
        sensor_size = _size_of(dataset) or default_size
    size = _checked_size(sensor_size)
    samples, labels = [], []
    for b, (events, label) in enumerate(_pairs(dataset, what)):
        times, units = _times_and_units(events, size, f"{what}, sample {b}")
        if times.size and not (times.min() >= 0 and np.isfinite(times.max())):
            raise _engine.DataError(
                f"{what}, sample {b}: times from {times.min()} to {times.max()}; expected 0 or more"
            )
        times_ms = times / _UNITS_PER_MS[time_unit]
        if crop and duration_ms is not None:
            units, times_ms = units[times_ms < duration_ms], times_ms[times_ms < duration_ms]
        samples.append((times_ms, units))
        labels.append(_label(label, f"{what}, sample {b}"))
    if duration_ms is None:
        last = max((float(times.max()) for times, _ in samples if times.size), default=0.0)
        duration_ms = dt_ms * (1 + np.floor(last / dt_ms + 1e-9))  # up to the end of the step of the last spike
    events = Events.from_times(samples, duration_ms=duration_ms, dt_ms=dt_ms, inputs=int(np.prod(size)))
    return events, np.array(labels, dtype=np.int64)


def labelled(x: Any, y: Any, *, dt_ms: float, default_size: int, what: str) -> tuple[Any, Any]:
    """`x` with `y`; those of `x` itself where it is a data set and `y` is None."""
    if y is not None:
        return x, y
    if not is_dataset(x):
        raise _engine.UsageError(f"{what}: has no labels; expected y, or a data set of (events, label) pairs")
    return read(x, dt_ms=dt_ms, default_size=default_size, what=what)


def equally_long(splits: dict[str, tuple[Events, Any]]) -> dict[str, tuple[Events, Any]]:
    """All splits with the steps of the longest."""
    steps = max(events.step_count for events, _ in splits.values())
    return {split: (replace(events, step_count=steps), labels) for split, (events, labels) in splits.items()}


def _pairs(dataset: Any, what: str) -> Iterator[tuple[Any, Any]]:
    # Data sets of PyTorch raise no IndexError at their end, which iter() would wait for.
    items = (dataset[b] for b in range(len(dataset))) if hasattr(dataset, "__len__") else iter(dataset)
    for b, item in enumerate(items):
        if not isinstance(item, (tuple, list)) or len(item) != 2:
            raise _engine.DataError(f"{what}, sample {b}: expected a pair (events, label), not {type(item).__name__}")
        yield item[0], item[1]


def _size_of(dataset: Any) -> Any:
    """The attribute sensor_size of a data set, or of the one that it is a part or a cache of."""
    while dataset is not None:
        size = getattr(dataset, "sensor_size", None)
        if size is not None:
            return size
        dataset = getattr(dataset, "dataset", None)
    return None


def _checked_size(size: Any) -> tuple[int, int, int]:
    if isinstance(size, (int, np.integer)):
        size = (size, 1, 1)
    wrong = size is None or len(size) != 3
    if wrong or any(not isinstance(each, (int, np.integer)) or each < 1 for each in size):
        raise _engine.UsageError(f"sensor_size={size}; expected (width, height, polarities), or a number of units")
    return int(size[0]), int(size[1]), int(size[2])


def _times_and_units(
    events: Any, size: tuple[int, int, int], what: str
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    if _is_structured(events):
        missing = [name for name in ("t", "x") if name not in events.dtype.fields]
        if missing:
            raise _engine.DataError(
                f"{what}: events with the fields {', '.join(events.dtype.fields)}; expected also {missing[0]}"
            )
        return np.asarray(events["t"], dtype=np.float64), _units(events, size, what)
    if not isinstance(events, (tuple, list)) or len(events) != 2:
        raise _engine.DataError(f"{what}: expected events with the fields t and x, or a pair (times, units)")
    times, units = np.asarray(events[0], dtype=np.float64), np.asarray(events[1])
    if times.ndim != 1 or times.shape != units.shape:
        raise _engine.DataError(f"{what}: times of shape {times.shape} for units of shape {units.shape}")
    return times, units


def _units(events: NDArray[Any], size: tuple[int, int, int], what: str) -> NDArray[np.int64]:
    """(p · height + y) · width + x."""
    width, height, polarities = size
    unit = np.zeros(len(events), dtype=np.int64)
    for name, count in (("p", polarities), ("y", height), ("x", width)):
        unit *= count
        if name not in (events.dtype.fields or ()) or (name == "p" and count == 1):
            continue  # Tonic's spikes of one polarity have p = 1
        values = np.asarray(events[name])
        if values.dtype.kind not in "biu":
            raise _engine.DataError(f"{what}: {name} of dtype {values.dtype}; expected integers")
        if values.size and (values.min() < 0 or values.max() >= count):
            worst = values.max() if values.max() >= count else values.min()
            raise _engine.DataError(f"{what}: an event with {name} = {worst}; the sensor size allows 0 to {count - 1}")
        unit += values.astype(np.int64)
    return unit


def _label(label: Any, what: str) -> int:
    array = np.asarray(label)
    if array.size != 1 or array.dtype.kind not in "biu" or int(array.item()) < 0:
        raise _engine.DataError(f"{what}: label {label!r}; expected a class number, 0 or more")
    return int(array.item())
