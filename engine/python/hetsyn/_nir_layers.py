"""Networks as layers of synaptic currents: what hetsyn.nir writes and reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Currents:
    """Synapses whose currents add up in a layer: I_ji[t] = decay I_ji[t−1] + weight x_i[t]."""

    weight: NDArray[Any]  #: [post][pre]
    decay: NDArray[Any]  #: [1][1], [post][1], [1][pre] or [post][pre]

    def by_neuron(self) -> NDArray[Any] | None:
        """The decays [post] if all synapses of each neuron share one."""
        decay = self.decay
        if decay.shape[1] > 1 and not (decay == decay[:, :1]).all():
            return None
        return np.broadcast_to(decay[:, 0], self.weight.shape[:1])


@dataclass(frozen=True)
class Reset:
    """What a spike takes from the potential: J[t] = decay J[t−1] + threshold z[t−1], and with adaptation
    A[t] = adaptation_decay A[t−1] + adaptation_strength z[t−1].
    """

    threshold: float
    decay: NDArray[Any]  #: [post]
    adaptation_decay: float = 0.0
    adaptation_strength: float = 0.0


@dataclass(frozen=True)
class Layer:
    """A population: V = Σ currents − J − A. It spikes where V > threshold, or integrates if it has no `reset`."""

    name: str
    feed: Currents
    recurrent: Currents | None = None
    reset: Reset | None = None

    def membrane_decay(self) -> NDArray[Any] | None:
        """The decays [post] if the layer is a plain LIF or leaky integrator: one decay for all currents of a neuron,
        its reset included, and no adaptation.
        """
        parts = [self.feed.by_neuron()]
        if self.recurrent is not None:
            parts.append(self.recurrent.by_neuron())
        if self.reset is not None:
            parts.append(self.reset.decay if self.reset.adaptation_strength == 0 else None)
        first = parts[0]
        same = first is not None and all(part is not None and (part == first).all() for part in parts)
        return first if same else None


def layers_of(network: Network) -> list[Layer]:
    """The layers of a network, whose arrays are float32."""
    model = network.model
    adapts = model["adaptation"] or network.neuron == "hom_alif"
    if adapts:
        _check_adaptation(model)
    adaptation = {
        "adaptation_decay": _decay(model["tau_adaptation_ms"], network.dt_ms),
        "adaptation_strength": model["adaptation_strength"],
    }
    layers = []
    for population in network.populations:
        feed, recurrent, reset = Currents(population.weight, population.decay), None, None
        if f"{population.name}.w_rec" in network.arrays:
            own = f"{population.name}.r_rec"
            recurrent = Currents(
                population.recurrent.weight, network.read(own) if own in network.arrays else feed.decay
            )
        if population.spiking:
            own_decay = feed.decay[:, 0] if model["tie_reset_decay"] else _decay(model["tau_reset_ms"], network.dt_ms)
            decay = np.broadcast_to(np.float32(own_decay), (population.neurons,))
            reset = Reset(model["threshold"], decay, **(adaptation if adapts else {}))
        layers.append(Layer(population.name, feed, recurrent, reset))
    return layers


def _check_adaptation(model: dict[str, Any]) -> None:
    """Refuses an adaptation that is not the same leaky integrator of spikes in all neurons."""
    keys = ("tau_adaptation_ms", "adaptation_strength", "membrane_adaptation")
    if model["adaptation_trained"] or any(isinstance(model[key], dict) for key in keys):
        raise _engine.UsageError(
            "a graph of NIR cannot hold an adaptation that neurons draw or train; expected numbers, and "
            "adaptation_trained=False"
        )
    if model["membrane_adaptation"] > 0 or model["tau_adaptation_current_ms"] > 0:
        raise _engine.UsageError(
            "a graph of NIR cannot hold an adaptation by the potential or with a filter; expected "
            "membrane_adaptation=0 and tau_adaptation_current_ms=0"
        )


def network_of(layers: list[Layer], inputs: int, dt_ms: float, neuron: str | None, options: dict[str, Any]) -> Network:
    """The network of these layers, of which all but the last spike. `neuron`: a model that has at least the decays
    that are needed; by default the one with the fewest. `options`: further keys of [model].
    """
    resets = [layer.reset for layer in layers if layer.reset is not None]
    kappas = {float(np.float32(decay)) for reset in resets for decay in reset.decay}
    own = [layer.feed.by_neuron() for layer in layers]
    per_projection = any(_differs(layer) for layer in layers)
    per_synapse = any(_by_synapse(layer) for layer in layers)
    uniform = (
        not per_synapse and not per_projection and all(len(set(each.tolist())) == 1 for each in own if each is not None)
    )
    if neuron is None:
        neuron = "hetsyn_lif" if per_synapse else "hom_lif" if uniform else "het_lif"
    if (per_synapse and neuron != "hetsyn_lif") or (not uniform and neuron not in ("het_lif", "hetsyn_lif")):
        raise _engine.UsageError(f"neuron {neuron!r}: the graph has more time constants than this model")
    values: dict[str, Any] = {"threshold": resets[0].threshold}
    if len(kappas) == 1:
        values["tau_reset_ms"] = _tau_ms(kappas.pop(), dt_ms)
    elif neuron == "hetsyn_lif" or per_projection or not all(_tied(layer) for layer in layers):
        raise _engine.DataError("neurons with different decays of the reset; expected one, or that of their synapses")
    else:
        values["tie_reset_decay"] = True
    if per_projection and neuron == "het_lif":
        values["decay_per_projection"] = True
    if resets[0].adaptation_strength > 0:
        values |= {"adaptation_strength": resets[0].adaptation_strength}
        values |= {"tau_adaptation_ms": _tau_ms(resets[0].adaptation_decay, dt_ms)}
        values |= {} if neuron == "hom_alif" else {"adaptation": True}
    recurrent = [layer.recurrent for layer in layers if layer.recurrent is not None]
    if recurrent:
        values["autapses"] = any(np.diagonal(each.weight).any() for each in recurrent)
    network = Network(
        [inputs, *(len(layer.feed.weight) for layer in layers)],
        neuron=neuron,
        recurrent=bool(recurrent),
        spiking_readout=layers[-1].reset is not None,
        dt_ms=dt_ms,
        **(values | options),
    )
    for population, layer in zip(network.populations, layers, strict=True):
        _fill(network, population.name, "", layer.feed)
        if f"{population.name}.w_rec" in network.arrays:
            none = Currents(np.zeros([population.neurons] * 2), layer.feed.decay[:, :1])
            _fill(network, population.name, "_rec", layer.recurrent or none)
    return network


def scaled(layer: Layer, factors: NDArray[Any]) -> Layer:
    """The layer with all weights of each neuron multiplied by its factor [post]."""

    def by(currents: Currents) -> Currents:
        return replace(currents, weight=currents.weight * factors[:, None])

    return replace(layer, feed=by(layer.feed), recurrent=None if layer.recurrent is None else by(layer.recurrent))


def _fill(network: Network, population: str, suffix: str, currents: Currents) -> None:
    network.write(f"{population}.w{suffix}", currents.weight)
    name = f"{population}.r{suffix}"
    if name in network.arrays:
        rows, columns = network.arrays[name]
        network.write(name, np.broadcast_to(currents.decay, currents.weight.shape)[:rows, :columns])


def _decay(tau_ms: float, dt_ms: float) -> float:
    return float(np.float32(np.exp(-dt_ms / tau_ms)))


def _tau_ms(decay: float, dt_ms: float) -> float:
    """The shortest number of ms whose decay, as float32, is this one."""
    with np.errstate(divide="ignore"):
        tau = float(np.clip(-dt_ms / np.log(np.float64(decay)), 0.001, 1e7)) if decay < 1 else 1e7
    for digits in range(1, 18):
        candidate = float(f"{tau:.{digits}g}")
        if candidate > 0 and _decay(candidate, dt_ms) == decay:
            return candidate
    raise _engine.DataError(f"a reset or adaptation that decays by {decay} a step; expected time constants to 1e7 ms")


def _by_synapse(layer: Layer) -> bool:
    currents = (layer.feed, layer.recurrent)
    return any(each is not None and each.by_neuron() is None for each in currents)


def _differs(layer: Layer) -> bool:
    """Whether a neuron's recurrent synapses have another decay than those from below."""
    if layer.recurrent is None or _by_synapse(layer):
        return False
    return not np.array_equal(np.asarray(layer.recurrent.by_neuron()), np.asarray(layer.feed.by_neuron()))


def _tied(layer: Layer) -> bool:
    return layer.reset is None or np.array_equal(layer.reset.decay, np.asarray(layer.feed.by_neuron()))
