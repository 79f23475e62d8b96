"""Layers from nodes of NIR. What the engine cannot compute exactly is refused, with the name of the node."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn._nir_layers import Currents, Layer, Reset, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SPIKING = ("LIF", "CubaLIF", "IF", "Threshold")


@dataclass(frozen=True, eq=False)
class Path:
    """A linear way from the spikes of a population, or from the input, to a node."""

    source: str
    matrix: NDArray[Any]  #: [post][source]
    decay: NDArray[Any] | None = None  #: of the leaky integrator in it, [1][source] or [post][1] or [post][source]
    rows: NDArray[Any] | None = None  #: [post], where the path ends; None: everywhere
    weighted: bool = False  #: whether it has a Linear


def refuse(node: str, why: str) -> _engine.DataError:
    return _engine.DataError(f"node {node!r}: {why}")


class Reader:
    """Reads one graph. `decay_of`: decays per step of time constants in s; `dt`: the step in s; `reset`: "next_step",
    "same_step" or None where the graph does not say it.
    """

    def __init__(
        self, graph: Any, decay_of: Callable[[NDArray[Any]], NDArray[Any]], dt: float, reset: str | None
    ) -> None:
        self._decay_of, self._dt, self._reset = decay_of, dt, reset
        self._nodes: dict[str, Any] = {}
        self._sources: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._flatten(graph, "")
        self._input = self._only("Input")
        self._output = self._only("Output")

    def layers(self) -> tuple[list[Layer], int]:
        """The populations from the input to the output, and the number of inputs."""
        units = [name for name in self._nodes if self._type(name) in SPIKING]
        fed = {name: self._layer(name) for name in units}
        layers, source = [], self._input
        while following := [name for name in units if fed[name][0] == source]:
            if len(following) > 1:
                raise refuse(following[1], f"gets the same input as {following[0]!r}; expected a chain of populations")
            source = following[0]
            layers.append(fed.pop(source)[1])
            units.remove(source)
        if units:
            raise refuse(units[0], f"gets its input from {fed[units[0]][0]!r}, which is not the population below it")
        layers += self._readout(source)
        if len(layers) < 2:
            raise refuse(self._output, "expected at least one population of spiking neurons before the readout")
        if layers[-1].recurrent is not None:
            raise refuse(layers[-1].name, "is recurrent; the readout of hetsyn is not")
        return self._normalised(layers), self._size(self._input)

    def _readout(self, last: str) -> list[Layer]:
        paths = self._arriving(self._output)
        wrong = [path.source for path in paths if path.source != last]
        if wrong or not paths:
            raise refuse(self._output, f"expected the output of {last!r} alone")
        if len(paths) == 1 and not paths[0].weighted and paths[0].decay is None:
            return []
        return [Layer(self._output, _sum(self._output, paths))]

    def _normalised(self, layers: list[Layer]) -> list[Layer]:
        """With the same threshold everywhere: weights are in units of it."""
        first = next(layer.reset for layer in layers if layer.reset is not None)
        out = []
        for layer in layers:
            if layer.reset is not None:
                factor = first.threshold / layer.reset.threshold
                same = (layer.reset.adaptation_decay, layer.reset.adaptation_strength * factor) == (
                    first.adaptation_decay,
                    first.adaptation_strength,
                )
                if not same:
                    raise refuse(layer.name, f"adapts otherwise than {layers[0].name!r}; hetsyn has one adaptation")
                layer = replace(layer, reset=replace(layer.reset, threshold=first.threshold))
                layer = layer if factor == 1 else scaled(layer, np.full(len(layer.feed.weight), factor))
            out.append(layer)
        return out

    # populations

    def _layer(self, name: str) -> tuple[str, Layer]:
        """The source of a population, and the population."""
        node, kind, paths = self._nodes[name], self._type(name), self._arriving(name)
        below = [path for path in paths if path.source != name]
        if not below:
            raise refuse(name, "has no input")
        sources = sorted({path.source for path in below})
        if len(sources) > 1:
            raise refuse(name, f"gets input from {sources[0]!r} and {sources[1]!r}; expected one population below")
        size = len(below[0].matrix)
        own = [path for path in paths if path.source == name]
        if kind == "Threshold":
            threshold = self._threshold(name, node.threshold, size)
            loops = [path for path in own if not path.weighted and path.decay is not None]
            reset = self._reset_of_loops(name, loops, threshold)
            own = [path for path in own if path not in loops]
        else:
            gain, decay, reset_decay = self._membrane(name, node, size)
            below, own = ([self._through_membrane(name, path, gain, decay) for path in some] for some in (below, own))
            threshold = self._threshold(name, node.v_threshold, size)
            reset = Reset(1.0, reset_decay)
            own += self._same_step(name, kind, threshold, reset_decay)
        recurrent = _sum(name, own) if own else None
        layer = Layer(name, _sum(name, below), recurrent, replace(reset, threshold=float(threshold[0])))
        factors = threshold[0] / threshold
        return sources[0], layer if (factors == 1).all() else scaled(layer, factors)

    def _threshold(self, name: str, values: Any, size: int) -> NDArray[Any]:
        threshold = self._vector(name, "threshold", values, size)
        if not (threshold > 0).all():
            raise refuse(name, "a threshold that is not positive")
        return threshold

    def _reset_of_loops(self, name: str, loops: list[Path], threshold: NDArray[Any]) -> Reset:
        """The reset and the adaptation of a Threshold: leaky integrators of its own spikes."""
        gains = [np.diagonal(path.matrix) for path in loops]
        is_reset = [np.allclose(gain, -threshold, rtol=1e-6) for gain in gains]
        if True not in is_reset:
            raise refuse(name, "has no reset; expected an LI from it to itself that subtracts the threshold")
        at = is_reset.index(True)
        reset = Reset(1.0, np.ravel(np.asarray(loops[at].decay)))
        others = [i for i in range(len(loops)) if i != at]
        if not others:
            return reset
        strength = -gains[others[0]] / threshold * threshold[0]
        decay = np.ravel(np.asarray(loops[others[0]].decay)).astype(np.float32)
        alike = np.allclose(strength, strength[0], rtol=1e-6) and (decay == decay[0]).all()
        if len(others) > 1 or not alike or strength[0] < 0:
            raise refuse(name, "has more than a reset and one adaptation that is the same for all neurons")
        shortest = float(f"{strength[0]:.12g}")
        return replace(reset, adaptation_decay=float(decay[0]), adaptation_strength=shortest)

    def _membrane(self, name: str, node: Any, size: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Of each neuron: the gain of its input, the decay of its currents and that of its reset."""
        if self._reset is None:
            raise refuse(
                name,
                "NIR resets the potential to v_reset, hetsyn subtracts the threshold; if the network was trained with "
                'such a reset, say so: reset="next_step" (snnTorch) or "same_step" (Norse, SpikingJelly)',
            )
        self._zero(name, "v_reset", node.v_reset)
        resistance = self._vector(name, "r", node.r, size)
        if self._type(name) == "IF":
            return resistance * self._dt, np.ones(size), np.ones(size)
        self._zero(name, "v_leak", node.v_leak)
        if self._type(name) == "LIF":
            decay = self._decays(name, "tau", node.tau, size)
            return resistance * (1 - decay), decay, decay
        synapse = self._decays(name, "tau_syn", node.tau_syn, size)
        membrane = self._decays(name, "tau_mem", node.tau_mem, size)
        gain = self._vector(name, "w_in", node.w_in, size) * (1 - synapse) * resistance * (1 - membrane)
        if (np.float32(synapse) == 0).all():
            return gain, membrane, membrane
        if (np.float32(membrane) == 0).all():
            return gain, synapse, np.zeros(size)
        raise refuse(
            name,
            "a CubaLIF filters its input twice, by tau_syn and by tau_mem; a synapse of hetsyn has one time constant, "
            "so one of the two must end within a step",
        )

    def _through_membrane(self, name: str, path: Path, gain: NDArray[Any], decay: NDArray[Any]) -> Path:
        if path.decay is not None:
            raise refuse(name, "a leaky integrator before it filters the input twice; expected a Threshold")
        return Path(path.source, gain[:, None] * path.matrix, decay[:, None], path.rows, path.weighted)

    def _same_step(self, name: str, kind: str, threshold: NDArray[Any], decay: NDArray[Any]) -> list[Path]:
        """A reset in the step of the spike: V[t] = r (V[t−1] − ϑ z[t−1]) + …, where ours does not decay ϑ. The
        difference is what an autapse of weight (1 − r) ϑ gives back.
        """
        if self._reset == "next_step":
            return []
        if kind == "CubaLIF":
            raise refuse(name, 'reset="same_step" has no counterpart for a CubaLIF')
        return [Path(name, np.diag((1 - decay) * threshold), decay[:, None])]

    # linear nodes

    def _arriving(self, name: str) -> list[Path]:
        """What arrives at a node."""
        if name in self._open:
            raise refuse(name, "is in a loop without a spiking neuron")
        self._open.append(name)
        paths = [path for source in self._sources.get(name, []) for path in self._leaving(source)]
        self._open.pop()
        return paths

    def _leaving(self, name: str) -> list[Path]:
        """What a node gives."""
        node, kind = self._nodes[name], self._type(name)
        if kind == "Input":
            return [Path(name, np.eye(self._size(name)))]
        if kind in SPIKING:
            return [Path(name, np.eye(self._unit_size(name)))]
        if kind == "pass":
            return self._arriving(name)
        if kind in ("Linear", "Affine"):
            if kind == "Affine":
                self._zero(name, "bias", node.bias)
            return [self._linear(name, np.asarray(node.weight), path) for path in self._arriving(name)]
        if kind == "Scale":
            return [self._scale(name, node, path) for path in self._arriving(name)]
        if kind in ("LI", "I"):
            return [self._integrator(name, node, path) for path in self._arriving(name)]
        raise refuse(name, f"a {kind}, which hetsyn does not have; expected Linear, Affine, Scale, LI, LIF or CubaLIF")

    def _linear(self, name: str, weight: NDArray[Any], path: Path) -> Path:
        if weight.ndim != 2 or weight.shape[1] != len(path.matrix):
            raise refuse(name, f"weights of shape {weight.shape} for {len(path.matrix)} signals")
        if not np.isfinite(weight).all():
            raise refuse(name, "a weight that is not finite")
        used = weight != 0
        rows = used.any(axis=1) if path.weighted else None
        matrix = weight @ path.matrix if path.weighted or path.decay is not None else weight * np.diagonal(path.matrix)
        decay = path.decay
        if decay is not None and len(decay) > 1:
            first = decay[used.argmax(axis=1)]
            if not all((decay[used[n]] == first[n]).all() for n in range(len(weight))):
                raise refuse(name, "mixes currents of several time constants")
            decay = first
        return Path(path.source, matrix, decay, rows, weighted=True)

    def _scale(self, name: str, node: Any, path: Path) -> Path:
        return replace(path, matrix=self._vector(name, "scale", node.scale, len(path.matrix))[:, None] * path.matrix)

    def _integrator(self, name: str, node: Any, path: Path) -> Path:
        if path.decay is not None:
            raise refuse(name, "the second leaky integrator in a row; a synapse of hetsyn has one time constant")
        size = len(path.matrix)
        gain = self._vector(name, "r", node.r, size)
        if self._type(name) == "I":
            gain, decay = gain * self._dt, np.ones(size)
        else:
            self._zero(name, "v_leak", node.v_leak)
            decay = self._decays(name, "tau", node.tau, size)
            gain = gain * (1 - decay)
        return replace(path, matrix=gain[:, None] * path.matrix, decay=decay[:, None] if path.weighted else decay[None])

    # values of nodes

    def _vector(self, name: str, field: str, values: Any, size: int) -> NDArray[Any]:
        array = np.asarray(values, dtype=np.float64).ravel()
        if array.size not in (1, size) or not np.isfinite(array).all():
            raise refuse(name, f"{field} of shape {np.shape(values)}; expected {size} finite numbers")
        return np.broadcast_to(array, (size,))

    def _decays(self, name: str, field: str, values: Any, size: int) -> NDArray[Any]:
        tau = self._vector(name, field, values, size)
        decay = self._decay_of(np.where(tau > 0, tau, np.nan))
        if not (decay >= 0).all():
            raise refuse(name, f"a {field} of {tau[~(decay >= 0)][0]:g} s is too short for steps of {self._dt:g} s")
        return decay

    def _zero(self, name: str, field: str, values: Any) -> None:
        if np.any(np.asarray(values) != 0):
            raise refuse(name, f"{field} is not 0; hetsyn has none")

    def _unit_size(self, name: str) -> int:
        node = self._nodes[name]
        values = node.threshold if self._type(name) == "Threshold" else node.v_threshold
        following = [n for n, sources in self._sources.items() if name in sources and hasattr(self._nodes[n], "weight")]
        if np.size(values) == 1 and following:  # parameters may be one for all neurons
            return int(self._nodes[following[0]].weight.shape[1])
        return int(np.size(values))

    def _size(self, name: str) -> int:
        shape = np.ravel(next(iter(self._nodes[name].output_type.values())))
        if (shape != 1).sum() > 1:  # exporters keep a batch of one
            raise refuse(name, f"an input of shape {shape.tolist()}; expected one dimension")
        return int(shape.prod())

    # the graph

    def _type(self, name: str) -> str:
        nested = "/" in name and type(self._nodes[name]).__name__ in ("Input", "Output")
        return "pass" if nested else type(self._nodes[name]).__name__

    def _only(self, kind: str) -> str:
        names = [name for name in self._nodes if self._type(name) == kind]
        if len(names) != 1:
            raise _engine.DataError(f"{len(names)} nodes of type {kind}; expected one")
        return names[0]

    def _flatten(self, graph: Any, prefix: str) -> None:
        """Nodes of nested graphs by "graph/node", with their inputs and outputs as nodes that pass everything on."""
        inside: dict[str, tuple[str, str]] = {}
        for name, node in graph.nodes.items():
            if type(node).__name__ == "NIRGraph":
                self._flatten(node, f"{prefix}{name}/")
                ends = [self._end(prefix + name, node, kind) for kind in ("Input", "Output")]
                inside[name] = (ends[0], ends[1])
            else:
                self._nodes[prefix + name] = node
                inside[name] = (prefix + name, prefix + name)
        for source, target in graph.edges:
            if source not in inside or target not in inside:
                raise refuse(source if source not in inside else target, "an edge names it, and it is not there")
            self._sources.setdefault(inside[target][0], []).append(inside[source][1])

    def _end(self, name: str, graph: Any, kind: str) -> str:
        ends = [key for key, node in graph.nodes.items() if type(node).__name__ == kind]
        if len(ends) != 1:
            raise refuse(name, f"{len(ends)} nodes of type {kind}; expected one")
        return f"{name}/{ends[0]}"


def _sum(name: str, paths: list[Path]) -> Currents:
    """The currents of all paths from one source."""
    shape = paths[0].matrix.shape
    weight, decay, known = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    if len(paths) == 1 and paths[0].decay is not None:
        return Currents(paths[0].matrix, paths[0].decay)
    for path in paths:
        if path.matrix.shape != shape:
            raise refuse(name, f"gets {len(path.matrix)} signals and {shape[0]} signals")
        own = np.broadcast_to(0.0 if path.decay is None else path.decay, shape)
        present = path.matrix != 0
        if (present & (weight != 0) & (np.float32(own) != np.float32(decay))).any():
            raise refuse(name, "two currents between the same neurons with different time constants")
        rows = np.ones(shape[0], dtype=bool) if path.rows is None else path.rows
        take = present | (rows[:, None] & ~known)
        decay[take] = own[take]
        known |= take
        weight += path.matrix
    return Currents(weight, decay)
