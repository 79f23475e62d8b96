"""Layers as nodes of NIR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hetsyn._nir_layers import Currents, Layer, Reset

#: The largest decay that is written: in float32 it is 1, and its time constant is finite.
_NEARLY_ONE = 1 - 2.0**-26
#: The smallest: in float32 it is 0.
_NEARLY_ZERO = 1e-60

RESET = "subtract"
RESET_TIMING = "next_step"


def graph_of(
    nir: Any, layers: list[Layer], inputs: int, tau_of: Callable[[NDArray[Any]], NDArray[Any]], metadata: dict[str, Any]
) -> Any:
    """A NIRGraph of the layers. `tau_of`: time constants in s of decays per step."""
    builder = _Builder(nir, tau_of)
    source = builder.add("input", nir.Input(input_type=np.array([inputs])))
    for layer in layers:
        source = builder.layer(layer, source)
    builder.add("output", nir.Output(output_type=np.array([len(layers[-1].feed.weight)])), source)
    return nir.NIRGraph(nodes=builder.nodes, edges=builder.edges, metadata=metadata)


class _Builder:
    def __init__(self, nir: Any, tau_of: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        self._nir, self._tau_of = nir, tau_of
        self.nodes: dict[str, Any] = {}
        self.edges: list[tuple[str, str]] = []

    def add(self, name: str, node: Any, *sources: str) -> str:
        self.nodes[name] = node
        self.edges += [(source, name) for source in sources]
        return name

    def layer(self, layer: Layer, source: str) -> str:
        """Adds the nodes of a layer, and returns the name of the last one. In alphabetical order, in which files are
        read, the nodes of a chain follow each other: nirtorch needs that before nested graphs.
        """
        decay = layer.membrane_decay()
        if decay is None:
            return self._currents_and_threshold(layer, source)
        weighted = self.add(f"{layer.name}_in", self._nir.Linear(layer.feed.weight), source)
        if layer.reset is None:
            return self.add(f"{layer.name}_out", self._integrator(decay), weighted)
        lif = self._lif(decay, layer.reset)
        node = lif if layer.recurrent is None else self._recurrent(lif, layer.recurrent.weight)
        return self.add(f"{layer.name}_out", node, weighted)

    def _lif(self, decay: NDArray[Any], reset: Reset) -> Any:
        tau, gain = self._constants(decay)
        return self._nir.LIF(
            tau=tau,
            r=gain,
            v_leak=np.zeros_like(tau),
            v_threshold=np.full_like(tau, reset.threshold),
            v_reset=np.zeros_like(tau),
            metadata={"reset": RESET, "reset_timing": RESET_TIMING},
        )

    def _recurrent(self, lif: Any, weight: NDArray[Any]) -> Any:
        """The nested graph by which readers know a recurrent layer."""
        shape = np.array([len(weight)])
        return self._nir.NIRGraph(
            nodes={
                "input": self._nir.Input(input_type=shape),
                "lif": lif,
                "w_rec": self._nir.Linear(weight),
                "output": self._nir.Output(output_type=shape),
            },
            edges=[("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")],
        )

    def _currents_and_threshold(self, layer: Layer, source: str) -> str:
        """Each current as a leaky integrator; a threshold, or for a readout a Scale by 1, adds them up."""
        name, out, neurons = layer.name, f"{layer.name}_out", len(layer.feed.weight)
        currents = self._currents(f"{name}_in", layer.feed, source)
        if layer.reset is None:
            return self.add(out, self._nir.Scale(np.ones(neurons)), *currents)
        self.add(out, self._nir.Threshold(np.full(neurons, layer.reset.threshold)), *currents)
        loops = [] if layer.recurrent is None else self._currents(f"{name}_rec", layer.recurrent, out)
        fall = self._integrator(layer.reset.decay, -layer.reset.threshold)
        loops.append(self.add(f"{name}_reset", fall, out))
        if layer.reset.adaptation_strength > 0:
            decay = np.full(neurons, layer.reset.adaptation_decay)
            adaptation = self._integrator(decay, -layer.reset.adaptation_strength)
            loops.append(self.add(f"{name}_adaptation", adaptation, out))
        self.edges += [(loop, out) for loop in loops]
        return out

    def _currents(self, name: str, currents: Currents, source: str) -> list[str]:
        """The nodes whose outputs add up to the currents of the neurons."""
        shared = currents.by_neuron()
        if shared is not None:
            weighted = self.add(f"{name}_w", self._nir.Linear(currents.weight), source)
            return [self.add(f"{name}_i", self._integrator(shared), weighted)]
        neurons, inputs = currents.weight.shape
        decay = np.broadcast_to(currents.decay, currents.weight.shape)
        ends = []
        for j in range(neurons):
            traces = self.add(f"{name}_i{j}", self._integrator(decay[j]), source)
            total = self.add(f"{name}_w{j}", self._nir.Linear(currents.weight[j].reshape(1, inputs)), traces)
            place = np.zeros((neurons, 1), dtype=np.float32)
            place[j] = 1
            ends.append(self.add(f"{name}_to{j}", self._nir.Linear(place), total))
        return ends

    def _integrator(self, decay: NDArray[Any], factor: float = 1.0) -> Any:
        """A leaky integrator that multiplies its input by `factor`."""
        tau, gain = self._constants(decay)
        return self._nir.LI(tau=tau, r=gain * factor, v_leak=np.zeros_like(tau))

    def _constants(self, decay: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Time constants, and the resistances R = 1/(1 − r) with which an input of 1 adds 1."""
        r = np.clip(decay.astype(np.float64), _NEARLY_ZERO, _NEARLY_ONE)
        return self._tau_of(r), 1 / (1 - r)
