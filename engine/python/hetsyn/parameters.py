"""Files of parameters, from which networks start (the key model.initial)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hetsyn import _engine
from hetsyn.arrays import reals_of
from hetsyn.network import Network
from hetsyn.run import Parameters

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def save_parameters(
    path: str | os.PathLike[str],
    arrays: Network | Parameters | Mapping[str, ArrayLike],
    *,
    dt_ms: float | None = None,
) -> None:
    """Writes parameter arrays to a file, atomically; docs/checkpoints.md has its layout.

    `arrays` is a network, the parameters of a run, or a dict of arrays [post][pre] by name ("hidden1.w", …), which need
    not be all of a network. Decays per step ("hidden1.r", "hidden1.r_rec") of a dict need `dt_ms`, their time step in
    ms. A training starts from the file with ``set={"model.initial": path}``, a `Network` with ``initial=path``; `load`
    gives back a whole network. Raises `UsageError` for a name or shape that no network has, `DataError` for a value
    that is not finite or a decay outside 0 to 1, `RunError` if the file cannot be written.
    """
    if not isinstance(arrays, (Network, Mapping)):
        raise _engine.UsageError(
            f"{type(arrays).__name__}; expected a network, parameters of a run, or a dict of arrays"
        )
    own = arrays.dt_ms if isinstance(arrays, (Network, Parameters)) else dt_ms
    if dt_ms not in (None, own):
        raise _engine.UsageError(f"dt_ms={dt_ms}; these parameters are for steps of {own} ms")
    if isinstance(arrays, Network):
        return arrays.save(path)
    model: dict[str, Any] = arrays.model if isinstance(arrays, Parameters) else {}
    if own is not None:
        model["dt_ms"] = own
    values = {f"model.{key}": value for key, value in model.items()}
    _engine.save_parameters(Path(path), {name: reals_of(array, name) for name, array in arrays.items()}, values)
