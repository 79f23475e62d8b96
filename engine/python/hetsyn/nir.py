"""Networks as graphs of NIR, the Neuromorphic Intermediate Representation; docs/python/nir.md has the equations.

>>> hs.nir.write("net.nir", net)
>>> net = hs.nir.read("net.nir")

``python -m hetsyn.nir RUN OUT.nir`` writes the best network of a run. The package `nir` is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine, _nir_export
from hetsyn._nir_import import Reader
from hetsyn._nir_layers import layers_of, network_of
from hetsyn._optional import needed
from hetsyn.network import Network
from hetsyn.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Conversion = Callable[[NDArray[Any]], NDArray[Any]]

__all__ = ["from_graph", "read", "to_graph", "write"]

DISCRETISATIONS = ("exponential", "euler")
RESETS = ("next_step", "same_step")


def to_graph(network: Network, *, discretisation: str = "exponential", dt_ms: float | None = None) -> Any:
    """The ``nir.NIRGraph`` of a network.

    `discretisation`: how readers get the decay r of a step Δt from τ: "exponential", r = exp(−Δt/τ), as hetsyn does, or
    "euler", r = 1 − Δt/τ. `dt_ms`: the step that the time constants are meant for, by default the network's; a reader
    with a fixed one (snnTorch: 0.1 ms) needs its own. Both, and the reset, are in the graph's metadata. Time constants
    and resistances are float64, weights float32.
    """
    step = _seconds(network.dt_ms if dt_ms is None else dt_ms)
    metadata = {
        "writer": f"hetsyn {_engine.version}",
        "neuron": network.neuron,
        "dt": step,
        "discretisation": discretisation,
        "reset": _nir_export.RESET,
        "reset_timing": _nir_export.RESET_TIMING,
    }
    tau_of = _conversions(discretisation, step)[0]
    return _nir_export.graph_of(needed("nir", "hetsyn.nir"), layers_of(network), network.inputs, tau_of, metadata)


def from_graph(
    graph: Any,
    *,
    discretisation: str | None = None,
    dt_ms: float | None = None,
    reset: str | None = None,
    neuron: str | None = None,
    **model: Any,
) -> Network:
    """The network of a ``nir.NIRGraph``.

    `discretisation` and `dt_ms` are as in `to_graph`. `reset`: a spike subtracts the threshold in the "next_step", as
    in hetsyn and snnTorch, or in the "same_step", as in Norse and SpikingJelly. `neuron`: "hom_lif", "hom_alif",
    "het_lif" or "hetsyn_lif"; by default the smallest that has the graph's time constants. What is not given is taken
    from the graph's metadata. Further keywords are keys of [model], such as ``surrogate="atan"``. Raises DataError,
    with the name of the node, for what hetsyn cannot compute exactly.
    """
    said = _said(graph)
    discretisation = discretisation or said.get("discretisation")
    if dt_ms is None:
        dt_ms = said.get("dt_ms")
    if discretisation is None or dt_ms is None:
        raise _engine.UsageError("the graph does not say its discretisation and time step; expected both as arguments")
    step = _seconds(dt_ms)
    if reset is None and said.get("reset") == _nir_export.RESET:
        reset = said.get("reset_timing")
    if reset is not None and reset not in RESETS:
        raise _engine.UsageError(f"reset {reset!r}; expected {' or '.join(RESETS)}")
    layers, inputs = Reader(graph, _conversions(discretisation, step)[1], step, reset).layers()
    return network_of(layers, inputs, dt_ms, neuron or said.get("neuron"), model)


def write(
    path: str | os.PathLike[str],
    network: Network | Run | str | os.PathLike[str],
    *,
    checkpoint: str = "best",
    discretisation: str = "exponential",
    dt_ms: float | None = None,
) -> None:
    """Writes the graph of a network, or of a checkpoint of a run, which may be given by its directory. Keywords are
    those of `to_graph`.
    """
    if not isinstance(network, Network):
        network = (network if isinstance(network, Run) else Run(network)).network(checkpoint)
    graph = to_graph(network, discretisation=discretisation, dt_ms=dt_ms)
    try:
        needed("nir", "hetsyn.nir").write(os.fspath(path), graph)
    except OSError as error:
        raise _engine.RunError(f"{os.fspath(path)}: cannot be written: {error}") from error


def read(path: str | os.PathLike[str], **options: Any) -> Network:
    """`from_graph` of a file."""
    file = Path(path)
    if not file.is_file():
        raise _engine.DataError(f"{file}: no such file")
    package = needed("nir", "hetsyn.nir")
    try:
        graph = package.read(file, type_check=False)  # the reader checks sizes itself, and names the node
    except Exception as error:  # whatever h5py and nir come across
        raise _engine.DataError(f"{file}: is not a graph of NIR: {error}") from error
    try:
        return from_graph(graph, **options)
    except _engine.DataError as error:
        raise _engine.DataError(f"{file}: {error}") from None


def _said(graph: Any) -> dict[str, Any]:
    """The metadata of a graph that hetsyn has written, with `dt_ms`; those of others mean what they say elsewhere."""
    said = dict(getattr(graph, "metadata", None) or {})
    if not str(said.get("writer", "")).startswith("hetsyn"):
        return {}
    try:
        return said | {"dt_ms": float(f"{float(said['dt']) * 1000:.12g}")}
    except (KeyError, TypeError, ValueError):
        raise _engine.DataError(f"metadata: dt is {said.get('dt')!r}; expected a number of seconds") from None


def _seconds(dt_ms: float) -> float:
    if not 0.001 <= dt_ms <= 1000:
        raise _engine.UsageError(f"dt_ms={dt_ms}; expected a number from 0.001 to 1000")
    return dt_ms / 1000


def _conversions(discretisation: str, dt: float) -> tuple[Conversion, Conversion]:
    """Time constants of decays, and decays of time constants."""
    if discretisation == "exponential":
        return (lambda r: -dt / np.log(r)), (lambda tau: np.exp(-dt / tau))
    if discretisation == "euler":
        return (lambda r: dt / (1 - r)), (lambda tau: 1 - dt / tau)
    raise _engine.UsageError(f"discretisation {discretisation!r}; expected {' or '.join(DISCRETISATIONS)}")


def main() -> int:
    """The command ``python -m hetsyn.nir``."""
    parser = argparse.ArgumentParser("python -m hetsyn.nir", description="Writes the network of a run as a NIR graph.")
    parser.add_argument("run", help="the run directory")
    parser.add_argument("out", help="the file to write, OUT.nir")
    parser.add_argument("--checkpoint", default="best", help="best, last, or step-N of a snapshot")
    parser.add_argument("--discretisation", default="exponential", choices=DISCRETISATIONS)
    parser.add_argument("--dt-ms", type=float, help="time step of the reader, by default the network's")
    options = vars(parser.parse_args())
    try:
        write(options.pop("out"), options.pop("run"), **options)
    except (_engine.Error, ModuleNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
