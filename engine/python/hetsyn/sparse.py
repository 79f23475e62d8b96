"""Sparse matrices as input: of SciPy, and what has the same form (PyTorch's sparse tensors, PyData's sparse arrays)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn.events import Events

if TYPE_CHECKING:
    from numpy.typing import NDArray


def is_sparse(x: Any) -> bool:
    """Whether `x` is a sparse array, or a sequence of such."""
    return _is_matrix(x) or (isinstance(x, (list, tuple)) and len(x) > 0 and _is_matrix(x[0]))


def _is_matrix(x: Any) -> bool:
    return _is_tensor(x) or (hasattr(x, "nnz") and (hasattr(x, "tocoo") or hasattr(x, "coords")))


def _is_tensor(x: Any) -> bool:
    return str(getattr(x, "layout", "")).startswith("torch.sparse")


def read(x: Any, what: str) -> Events | NDArray[np.float32]:
    """Input [B][T][N] of a list of matrices [T, N], one for each sample, or of an array [B, T, N].

    Where all stored values are 1, of whatever type, they are spikes. Other real numbers are analog values, in a dense
    array; other integers are refused.
    """
    shape, index, values = _stacked(x, what) if isinstance(x, (list, tuple)) else _entries(x, 3, what)
    if (values == 1).all():
        order = np.argsort(index[0], kind="stable")
        offsets = np.concatenate([[0], np.cumsum(np.bincount(index[0], minlength=shape[0]))])
        return Events(offsets, index[2][order], index[1][order], shape[1], shape[2])
    if values.dtype.kind != "f":
        at = int(np.argmax(values != 1))
        raise _engine.DataError(
            f"{what}, sample {index[0][at]}: a value {values[at]}; expected 0 and 1 for spikes, or real numbers"
        )
    dense = np.zeros(shape, dtype=np.float32)
    dense[index] = values
    return dense


_Entries = tuple[tuple[int, ...], tuple["NDArray[np.int64]", ...], "NDArray[Any]"]  # shape, an index per axis, values


def _stacked(matrices: list[Any] | tuple[Any, ...], what: str) -> _Entries:
    parts = []
    for b, matrix in enumerate(matrices):
        if not _is_matrix(matrix):
            raise _engine.DataError(f"{what}, sample {b}: expected a sparse matrix, as sample 0")
        parts.append(_entries(matrix, 2, f"{what}, sample {b}"))
        if parts[b][0] != parts[0][0]:
            raise _engine.DataError(f"{what}: sample {b} has shape {parts[b][0]}, but sample 0 has {parts[0][0]}")
    samples = np.repeat(np.arange(len(parts)), [values.size for _, _, values in parts])
    steps, units = (np.concatenate([index[axis] for _, index, _ in parts]) for axis in (0, 1))
    return (len(parts), *parts[0][0]), (samples, steps, units), np.concatenate([values for _, _, values in parts])


def _entries(x: Any, axes: int, what: str) -> _Entries:
    """What is stored in one sparse array, each place once and without zeros."""
    shape = tuple(int(size) for size in x.shape)
    if len(shape) != axes:
        expected = "[steps, inputs]" if axes == 2 else "a list of [steps, inputs], or [samples, steps, inputs]"
        raise _engine.DataError(f"{what}: a sparse array of shape {shape}; expected {expected}")
    if _is_tensor(x):
        tensor = x.detach().to_sparse_coo().coalesce()
        index, values = tensor.indices().numpy(), tensor.values().numpy()
    else:
        if hasattr(x, "tocsr") and axes == 2:
            x = x.tocsr()  # adds up what is stored twice
        coordinates = x.tocoo() if hasattr(x, "tocoo") else x
        if hasattr(coordinates, "sum_duplicates"):
            coordinates = coordinates.copy()
            coordinates.sum_duplicates()
        index, values = coordinates.coords, np.asarray(coordinates.data)
    if values.dtype.kind not in "biuf":
        raise _engine.DataError(f"{what}: dtype {values.dtype}; expected booleans, integers or real numbers")
    kept = values != 0
    return shape, tuple(np.asarray(each, dtype=np.int64)[kept] for each in index), values[kept]
