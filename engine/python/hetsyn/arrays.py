"""Arrays of Python, as the engine takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine, datasets, sparse
from hetsyn.events import Events, integers_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def array_of(values: Any, what: str) -> NDArray[Any]:
    """A NumPy array of anything that is one: arrays, lists, tensors (`__array__`), and objects that export DLPack from
    the CPU. The memory is shared where that is possible.
    """
    try:
        if hasattr(values, "__dlpack__") and not hasattr(values, "__array__"):
            return np.from_dlpack(values)
        return np.asarray(values)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise _engine.DataError(f"{what}: {_uneven(values) or _first_sentence(error)}") from error


def _first_sentence(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return "cannot be read as an array: " + lines[0].split(". ")[0]


def _uneven(values: Any) -> str | None:
    """Which of several samples has another shape than the first; None where that is not what is wrong."""
    if not isinstance(values, (list, tuple)):
        return None
    try:
        shapes = [np.shape(each) for each in values]
    except ValueError:
        return None
    other = next((b for b, shape in enumerate(shapes) if shape != shapes[0]), None)
    return None if other is None else f"sample {other} has shape {shapes[other]}, but sample 0 has {shapes[0]}"


def samples_of(x: Any, what: str = "x", *, dt_ms: float = 1.0, inputs: int | None = None) -> _engine.Samples:
    """Input of networks.

    `Events`; a dense array [B][T][N]; sparse matrices (`sparse.read`); or a data set of (events, label) pairs
    (`Events.from_dataset` with steps of `dt_ms`, where a data set without a sensor size has `inputs` units). Boolean
    and integer arrays hold spikes, 0 or 1; real ones hold analog values.
    """
    if datasets.is_dataset(x):
        x, _ = datasets.read(x, dt_ms=dt_ms, default_size=inputs, what=what)
    if sparse.is_sparse(x):
        x = sparse.read(x, what)
    if isinstance(x, Events):
        return _engine.Samples.events(
            integers_of(x.offsets, np.uint64, f"{what}.offsets"),
            integers_of(x.units, np.uint32, f"{what}.units"),
            integers_of(x.steps, np.uint32, f"{what}.steps"),
            x.step_count,
            x.inputs,
        )
    return _dense(array_of(x, what), what)


def _dense(array: NDArray[Any], what: str) -> _engine.Samples:
    if array.ndim != 3:
        raise _engine.DataError(f"{what}: shape {array.shape}; expected [samples, steps, inputs]")
    if array.dtype.kind == "b":
        return _engine.Samples.spikes(np.ascontiguousarray(array).view(np.uint8))
    if array.dtype.kind in "iu":
        if array.size and (array.min() < 0 or array.max() > 1):
            b = int(np.argmax(((array < 0) | (array > 1)).any(axis=(1, 2))))
            raise _engine.DataError(
                f"{what}, sample {b}: integers from {array[b].min()} to {array[b].max()}; expected 0 and 1 for spikes, "
                "or real numbers"
            )
        return _engine.Samples.spikes(np.ascontiguousarray(array, dtype=np.uint8))
    if array.dtype.kind != "f":
        raise _engine.DataError(f"{what}: dtype {array.dtype}; expected booleans, integers or real numbers")
    with np.errstate(over="ignore"):  # what float32 cannot hold is refused as not finite
        return _engine.Samples.analog(np.ascontiguousarray(array, dtype=np.float32))


def labels_of(values: ArrayLike, what: str = "labels") -> NDArray[np.int32]:
    """Class numbers [B] from 0."""
    array = array_of(values, what)
    if array.ndim == 1 and array.dtype.kind in "iu" and array.size and array.min() < 0:
        b = int(np.argmax(array < 0))
        raise _engine.DataError(f"{what}: sample {b} has {array[b]}; expected 0 or more")
    return integers_of(array, np.int32, what)


def reals_of(values: ArrayLike, what: str) -> NDArray[np.float32]:
    """Real numbers, as the engine has them."""
    array = array_of(values, what)
    if array.dtype.kind not in "biuf":
        raise _engine.DataError(f"{what}: dtype {array.dtype}; expected real numbers")
    return np.ascontiguousarray(array, dtype=np.float32)


def answers_of(y: Any, what: str) -> dict[str, Any]:
    """Class numbers [B], or targets [B][T][K]: what the engine's data sets take besides the input."""
    array = array_of(y, what)
    classes = array.ndim == 1 and array.dtype.kind in "biu"
    if not classes and (array.ndim != 3 or array.dtype.kind != "f"):
        raise _engine.DataError(
            f"{what}: {array.dtype} of shape {array.shape}; expected integers [samples] or "
            "reals [samples, steps, outputs]"
        )
    return {
        "labels": labels_of(array.astype(np.int64), what) if classes else None,
        "target": None if classes else reals_of(array, what),
        "groups": None,
    }
