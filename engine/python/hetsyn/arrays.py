"""Arrays and events of Python, as the engine takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine

if TYPE_CHECKING:
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
        samples: list[tuple[ArrayLike, ArrayLike]], *, duration_ms: float, dt_ms: float, inputs: int
    ) -> Events:
        """Of a pair (times in ms, units) for each sample. A spike at time t falls in step floor(t / dt); those from
        `duration_ms` on are refused.
        """
        count = int(np.ceil(duration_ms / dt_ms - 1e-9))
        units = [np.asarray(pair[1]) for pair in samples]
        steps = [np.floor(np.asarray(pair[0], dtype=np.float64) / dt_ms + 1e-9) for pair in samples]
        for b, (each, of) in enumerate(zip(steps, units, strict=True)):
            if each.shape != of.shape:
                raise _engine.DataError(f"sample {b}: {each.size} times for {of.size} units")
            if each.size and not (each.min() >= 0 and each.max() < count):
                raise _engine.DataError(f"sample {b}: a time outside 0 to {duration_ms} ms")
        offsets = np.concatenate([[0], np.cumsum([of.size for of in units])]) if units else np.zeros(1)
        return Events(_joined(offsets), _joined(*units), _joined(*steps), count, inputs)


def _joined(*parts: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


def _whole(values: ArrayLike, dtype: type, what: str) -> NDArray[Any]:
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise _engine.DataError(f"{what}: expected a list of integers, not {array.dtype} of shape {array.shape}")
    if array.size and (array.min() < 0 or array.max() > np.iinfo(dtype).max):
        raise _engine.DataError(f"{what}: a value outside 0 to {np.iinfo(dtype).max}")
    return np.ascontiguousarray(array, dtype=dtype)


def samples_of(x: Any, what: str = "x") -> _engine.Samples:
    """Input of networks: `Events`, or a dense array [B][T][N]. Boolean and integer arrays hold spikes, 0 or 1; real
    ones hold analog values.
    """
    if isinstance(x, Events):
        return _engine.Samples.events(
            _whole(x.offsets, np.uint64, f"{what}.offsets"),
            _whole(x.units, np.uint32, f"{what}.units"),
            _whole(x.steps, np.uint32, f"{what}.steps"),
            x.step_count,
            x.inputs,
        )
    array = np.asarray(x)
    if array.ndim != 3:
        raise _engine.DataError(f"{what}: shape {array.shape}; expected [samples, steps, inputs]")
    if array.dtype.kind == "b":
        return _engine.Samples.spikes(np.ascontiguousarray(array).view(np.uint8))
    if array.dtype.kind in "iu":
        if array.size and (array.min() < 0 or array.max() > 1):
            raise _engine.DataError(
                f"{what}: integers from {array.min()} to {array.max()}; expected 0 and 1 for spikes, or real numbers"
            )
        return _engine.Samples.spikes(np.ascontiguousarray(array, dtype=np.uint8))
    if array.dtype.kind != "f":
        raise _engine.DataError(f"{what}: dtype {array.dtype}; expected booleans, integers or real numbers")
    return _engine.Samples.analog(np.ascontiguousarray(array, dtype=np.float32))


def labels_of(values: ArrayLike, what: str = "labels") -> NDArray[np.int32]:
    """Class numbers [B] from 0."""
    return _whole(values, np.int32, what)


def reals_of(values: ArrayLike, what: str) -> NDArray[np.float32]:
    """Real numbers, as the engine has them."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise _engine.DataError(f"{what}: dtype {array.dtype}; expected real numbers")
    return np.ascontiguousarray(array, dtype=np.float32)
