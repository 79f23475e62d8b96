"""Spikes as lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Events:
    """The spikes of B samples as lists: those of sample b are ``units[i]``, ``steps[i]`` for i from ``offsets[b]`` up
    to ``offsets[b + 1]``, in any order. Several in one unit and step count once.
    """

    offsets: ArrayLike  #: [B + 1], ascending from 0
    units: ArrayLike  #: [events], below `inputs`
    steps: ArrayLike  #: [events], below `step_count`
    step_count: int  #: T, steps of each sample
    inputs: int  #: N, units

    @staticmethod
    def from_times(
        samples: Sequence[tuple[ArrayLike, ArrayLike]], *, duration_ms: float, dt_ms: float, inputs: int
    ) -> Events:
        """Of a pair (times in ms, units) for each sample. A spike at time t falls in step floor(t / dt); those from
        `duration_ms` on are refused.
        """
        if not (dt_ms > 0 and duration_ms > 0):
            raise _engine.UsageError(f"duration_ms={duration_ms}, dt_ms={dt_ms}; expected positive numbers")
        count = int(np.ceil(duration_ms / dt_ms - 1e-9))
        steps, units = [], []
        for b, (times, of) in enumerate(samples):
            units.append(integers_of(of, np.uint32, f"sample {b}, units"))
            steps.append(np.floor(np.asarray(times, dtype=np.float64) / dt_ms + 1e-9))
            if steps[b].shape != units[b].shape:
                raise _engine.DataError(f"sample {b}: {steps[b].size} times for {units[b].size} units")
            if units[b].size and units[b].max() >= inputs:
                raise _engine.DataError(f"sample {b}: a spike of unit {units[b].max()}; expected 0 to {inputs - 1}")
            if steps[b].size and not (steps[b].min() >= 0 and steps[b].max() < count):
                raise _engine.DataError(f"sample {b}: a time outside 0 to {duration_ms} ms")
        offsets = np.cumsum([0, *(of.size for of in units)])
        return Events(offsets, _joined(units), _joined(steps), count, inputs)

    @staticmethod
    def from_dataset(
        dataset: Any,
        *,
        dt_ms: float,
        sensor_size: int | Sequence[int] | None = None,
        duration_ms: float | None = None,
        crop: bool = False,
        time_unit: str = "us",
    ) -> tuple[Events, NDArray[np.int64]]:
        """Of a Tonic data set, or of any sequence of (events, label) pairs; also returns the labels [B].

        Events are structured arrays with the fields ``t`` and ``x``, and optionally ``y`` and ``p`` (polarity), or
        pairs (times, units). Times are in `time_unit` ("ns", "us", "ms" or "s"; Tonic has µs) and count from 0.
        `sensor_size`: (width, height, polarities), or the number of units; by default that of the data set. The unit
        of an event is (p · height + y) · width + x, the order of Tonic's frames. A sample lasts `duration_ms`, by
        default as long as the longest one; later events are refused, or left out with `crop`.
        """
        from hetsyn import datasets

        return datasets.read(
            dataset, dt_ms=dt_ms, sensor_size=sensor_size, duration_ms=duration_ms, crop=crop, time_unit=time_unit
        )


def _joined(parts: list[NDArray[Any]]) -> NDArray[np.int64]:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


def integers_of(values: ArrayLike, dtype: type, what: str) -> NDArray[Any]:
    """A list of integers that `dtype` can hold and that are not negative."""
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise _engine.DataError(f"{what}: expected a list of integers, not {array.dtype} of shape {array.shape}")
    if array.size and (array.min() < 0 or array.max() > np.iinfo(dtype).max):
        raise _engine.DataError(f"{what}: a value outside 0 to {np.iinfo(dtype).max}")
    return np.ascontiguousarray(array, dtype=dtype)
