"""Networks without a task: forward, backward and training on arrays."""

from __future__ import annotations

import os
import sys
import tomllib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine, datasets
from hetsyn.arrays import answers_of, reals_of, samples_of
from hetsyn.callbacks import Callback, Calls, History
from hetsyn.context import new_context
from hetsyn.run import tau_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Loss = Callable[[NDArray[np.float32], Any], tuple[float, NDArray[np.float32]]]

_DECISIONS = ("softmax_sum", "last_step", "spike_count")  # losses that compare classes


class Projection:
    """The synapses onto a population from the one below, or from itself. Arrays are copies [post][pre]; assign to
    change the network.
    """

    def __init__(self, network: Network, population: str, suffix: str) -> None:
        self._network, self._weight, self._decay = network, f"{population}.w{suffix}", f"{population}.r{suffix}"

    @property
    def weight(self) -> NDArray[np.float32]:
        return self._network.read(self._weight)

    @weight.setter
    def weight(self, values: ArrayLike) -> None:
        self._network.write(self._weight, values)

    @property
    def decay(self) -> NDArray[np.float32]:
        """r = exp(−Δt/τ) per step; one column or one value where synapses share them."""
        return self._network.read(self._decay)

    @decay.setter
    def decay(self, values: ArrayLike) -> None:
        self._network.write(self._decay, values)

    @property
    def tau_ms(self) -> NDArray[np.float64]:
        """Time constants τ = −Δt/ln r in ms."""
        return tau_ms(self.decay, self._network.dt_ms)

    @tau_ms.setter
    def tau_ms(self, values: ArrayLike) -> None:
        with np.errstate(divide="ignore"):
            self.decay = np.exp(-self._network.dt_ms / np.asarray(values, dtype=np.float64)).astype(np.float32)


class Population(Projection):
    """A population: its synapses from below, and `recurrent` those from itself."""

    def __init__(self, network: Network, facts: Mapping[str, Any]) -> None:
        super().__init__(network, facts["name"], "")
        self.name: str = facts["name"]
        self.neurons: int = facts["neurons"]
        self.spiking: bool = facts["spiking"]
        self._recurrent = Projection(network, self.name, "_rec") if facts["recurrent"] else None

    @property
    def recurrent(self) -> Projection:
        if self._recurrent is None:
            raise _engine.UsageError(f"population {self.name!r} has no recurrent synapses")
        return self._recurrent


class Network:
    """A network of spiking populations and a readout.

    >>> net = hs.Network([700, 128, 20], neuron="hetsyn_lif", recurrent=True, dt_ms=1.0, seed=0)
    >>> net.fit(x, labels, epochs=20, learning_rate=2e-3)  # x: [samples, steps, 700], or hs.Events

    `sizes`: inputs, neurons of each hidden population, outputs. `neuron`: "hom_lif", "hom_alif", "het_lif" or
    "hetsyn_lif". Further keywords are the keys of [model] in docs/configuration.md (``threshold=0.5``,
    ``tau_synapse_ms={"lognormal": [20.0, 0.5]}``). `initial`: a checkpoint, or what `save` or `save_parameters` wrote,
    with some or all arrays to start from; the seed draws the others. A network is used by one thread at a time.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        neuron: str = "hetsyn_lif",
        recurrent: bool = False,
        spiking_readout: bool = False,
        dt_ms: float = 1.0,
        seed: int = 0,
        device: str = "auto",
        initial: str | os.PathLike[str] | None = None,
        **model: Any,
    ) -> None:
        if len(sizes) < 3 or any(int(size) != size or size < 1 for size in sizes):
            raise _engine.UsageError(f"sizes {list(sizes)}; expected inputs, at least one hidden population, outputs")
        self._sizes = [int(size) for size in sizes]
        self._options: dict[str, Any] = {
            "neuron": neuron,
            "recurrent": recurrent,
            "spiking_readout": spiking_readout,
            "dt_ms": float(dt_ms),
        }
        self._model, self._seed, self._device = dict(model), seed, device
        self.decision = "softmax_sum"  #: the loss by which `predict` decides; `fit` sets it. Not in files.
        self._engine = _engine.Network(
            new_context(),
            inputs=self._sizes[0],
            hidden=self._sizes[1:-1],
            outputs=self._sizes[-1],
            seed=seed,
            device=device,
            more=self._model if initial is None else {**self._model, "initial": initial},
            **self._options,
        )
        self._facts: dict[str, Any] = self._engine.facts
        self._populations = {each["name"]: Population(self, each) for each in self._facts["populations"]}

    def __repr__(self) -> str:
        return f"<Network {self._facts['neuron']} {'-'.join(map(str, self._sizes))}, {self.parameters} parameters>"

    def __reduce__(self) -> Any:
        """For pickle and copy: what made the network, and its parameters."""
        options = self._options | self._model | {"seed": self._seed, "device": self._device}
        return _restored, (self._sizes, options, {name: self.read(name) for name in self.arrays}, self.decision)

    def __getitem__(self, population: str) -> Population:
        """A population by name: "hidden1", …, "readout"."""
        if population not in self._populations:
            raise KeyError(f"no population {population!r}; there are {', '.join(self._populations)}")
        return self._populations[population]

    @property
    def populations(self) -> list[Population]:
        return list(self._populations.values())

    @property
    def parameters(self) -> int:
        """Number of trained parameters."""
        return int(self._facts["parameters"])

    @property
    def dt_ms(self) -> float:
        return float(self._facts["dt_ms"])

    @property
    def neuron(self) -> str:
        return str(self._facts["neuron"])

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return self._sizes[0]

    @cached_property
    def model(self) -> dict[str, Any]:
        """All keys of [model] that the network was made with, defaults included."""
        return dict(tomllib.loads(self._engine.config_text)["model"])

    def _values(self) -> dict[str, Any]:
        """The configuration of the network, by key."""
        model = {"hidden": self._sizes[1:-1], **self._options, **self._model}
        return {f"model.{key}": value for key, value in model.items()} | {"run.device": self._device}

    @property
    def arrays(self) -> dict[str, tuple[int, int]]:
        """Names of the parameter arrays, with their shapes [post][pre]."""
        return {each["name"]: each["shape"] for each in self._facts["arrays"]}

    def read(self, name: str) -> NDArray[np.float32]:
        """A copy of a parameter array."""
        return self._engine.read(name)

    def write(self, name: str, values: ArrayLike) -> None:
        """Replaces a parameter array."""
        self._engine.write(name, reals_of(values, name))

    def view(self, name: str, quantity: str = "parameter") -> NDArray[np.float32]:
        """A parameter array in the network's own memory: read-only, without a copy, always with the present values.
        `quantity` may also be "gradient", "moment1" or "moment2". Only on the device "cpu"; others refuse.
        """
        return self._engine.view(name, quantity)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes parameters and model to a file (docs/checkpoints.md), atomically: `load` gives the network back, and
        ``model.initial`` starts a training from its parameters.
        """
        self._engine.save(Path(path))

    def gradient(self, name: str) -> NDArray[np.float32]:
        """A copy of the gradient of a parameter array: the sum over all `backward` since `zero_gradients`."""
        return self._engine.read(name, "gradient")

    def zero_gradients(self) -> None:
        self._engine.zero_gradients()

    def forward(self, x: Any) -> _engine.TrainingPass:
        """Runs all steps of all samples from rest, with dropout, and keeps what ``backward(d_readout)`` of the returned
        pass needs. The pass also has ``readout()`` [B][T][K], ``spikes(population)`` and ``potential(population)``
        [B][T][N].
        """
        return self._engine.forward(self._samples(x))

    def infer(self, x: Any) -> _engine.ForwardPass:
        """The same without dropout and without backward."""
        return self._engine.infer(self._samples(x))

    def update(
        self,
        *,
        learning_rate: float,
        optimizer: str = "adamw",
        decay_parameter: str = "decay",
        decay_learning_rate_scale: float = 1.0,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        gradient_clip: float = 0.0,
    ) -> None:
        """One step of an optimizer ("adamw", "adam", "sgd") from the gradients, which stay until `zero_gradients`.
        `decay_parameter` is what it changes in place of the decays: "decay" (themselves), "tau", "log_tau" or "logit".
        """
        self._engine.update(
            optimizer=optimizer,
            learning_rate=learning_rate,
            decay_parameter=decay_parameter,
            decay_learning_rate_scale=decay_learning_rate_scale,
            weight_decay=weight_decay,
            momentum=momentum,
            gradient_clip=gradient_clip,
        )

    def fit(
        self,
        x: Any,
        y: ArrayLike | None = None,
        *,
        validation: tuple[Any, ArrayLike] | Any = None,
        epochs: int = 100,
        batch: int = 32,
        learning_rate: float = 1e-3,
        loss: Loss | str | None = None,
        keep: str = "best",
        callbacks: Sequence[Callback] = (),
        out: str | os.PathLike[str] | None = None,
        **train: Any,
    ) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Trains the network from its present parameters.

        `y`: class numbers [B], or targets [B][T][K]; a data set of (events, label) pairs as `x` has its own.
        `validation`: a pair (x, y), or such a data set, that selects the best epoch; without it, a tenth of the samples
        does (``validation_fraction=0.1``). `loss`: the name of one ("softmax_sum", "last_step", "trace_mse", …), or a
        function of (readout [B][T][K], y of the batch) that returns the mean over the batch and its gradient, or one of
        torch (`hetsyn.torch.loss`); by default softmax_sum for classes, trace_mse for targets. `keep`: the network is
        then that of the "best" or the "last" epoch. `out`: a directory for the run's files. Further keywords are the
        keys of [train] in docs/configuration.md. Returns metrics by split and name, one value for each epoch.
        """
        if keep not in ("best", "last"):
            raise _engine.UsageError(f"keep={keep!r}; expected best or last")
        loss = _with_gradient(loss)
        named = [(loss, 1.0)] if isinstance(loss, str) else []
        data = _engine.DataSet(
            name="arrays",
            outputs=self._sizes[-1],
            dt_ms=self.dt_ms,
            losses=named,
            own_loss=loss if callable(loss) else None,
            class_names=[],
        )
        splits = {"train": self._labelled(x, y, "x")}
        if validation is not None:
            xv, yv = (validation, None) if datasets.is_dataset(validation) else validation
            splits["validation"] = self._labelled(xv, yv, "validation x")
            if y is None and yv is None:
                splits = datasets.equally_long(splits)
        for split, (input, answers) in splits.items():
            what = "" if split == "train" else f"{split} "
            data.add(split, self._samples(input, f"{what}x"), **answers_of(answers, f"{what}y"))
        values = self._values() | {"train.seed": self._seed}
        values |= {"train.epochs": epochs, "train.batch": batch, "train.learning_rate": learning_rate}
        values |= {f"train.{key}": value for key, value in train.items()}
        context, history = new_context(), History()
        session = _engine.Session(context, None, values, data)
        calls = Calls([history, *callbacks], context.stop)
        initial = {name: self.read(name) for name in self.arrays}
        session.train(
            context, None if out is None else Path(out), "refuse", calls.on_step, None, calls.on_epoch, initial
        )
        for name in self.arrays:
            self.write(name, session.read(name, keep))
        if loss in _DECISIONS:
            self.decision = loss
        calls.on_end()
        return history.metrics()

    def _samples(self, x: Any, what: str = "x") -> _engine.Samples:
        return samples_of(x, what, dt_ms=self.dt_ms, inputs=self._sizes[0])

    def _labelled(self, x: Any, y: Any, what: str) -> tuple[Any, Any]:
        return datasets.labelled(x, y, dt_ms=self.dt_ms, default_size=self._sizes[0], what=what)

    def evaluate(self, x: Any, y: ArrayLike | None = None) -> dict[str, float]:
        """The accuracy of `predict` for classes [B], the mean squared error of the readout for targets [B][T][K]. A
        data set of (events, label) pairs has its own `y`.
        """
        x, y = self._labelled(x, y, "x")
        answers = answers_of(y, "y")
        classes = answers["labels"] is not None
        expected = answers["labels" if classes else "target"]
        found: NDArray[Any] = self.predict(x) if classes else self.infer(x).readout()
        if found.shape != expected.shape:
            raise _engine.DataError(f"y: shape {expected.shape}; expected {found.shape}")
        if classes:
            if (expected >= self._sizes[-1]).any():
                b = int(np.argmax(expected >= self._sizes[-1]))
                raise _engine.DataError(f"y: sample {b} has {expected[b]}; expected 0 to {self._sizes[-1] - 1}")
            return {"accuracy": float((found == expected).mean())}
        return {"mse": float(((found - expected) ** 2).mean())}

    def predict(self, x: Any) -> NDArray[np.int64]:
        """Classes [B]: those of the largest of the `scores`."""
        return np.asarray(self.scores(x).argmax(axis=1), dtype=np.int64)

    def scores(self, x: Any) -> NDArray[np.float64]:
        """Of each class [B][K], what the loss `decision` compares: the sum of softmax(readout) over the steps
        ("softmax_sum"), the readout of the last step ("last_step"), or the number of spikes ("spike_count").
        """
        readout = self.infer(x).readout().astype(np.float64)
        if self.decision == "last_step":
            return np.asarray(readout[:, -1])
        return np.asarray((readout if self.decision == "spike_count" else softmax(readout)).sum(axis=1))

    def record(self, x: Any, what: Sequence[str] = ("spikes",)) -> dict[str, dict[str, NDArray[np.float32]]]:
        """Of each population, "spikes" and "potential" [B][T][N], without dropout only where model.dropout is 0."""
        unknown = [name for name in what if name not in ("spikes", "potential")]
        if unknown:
            raise _engine.UsageError(f"cannot record {unknown[0]!r}; expected spikes or potential")
        done = self.forward(x)
        out: dict[str, dict[str, NDArray[np.float32]]] = {}
        for population in self.populations:
            if "spikes" in what and population.spiking:
                out.setdefault("spikes", {})[population.name] = done.spikes(population.name)
            if "potential" in what:
                out.setdefault("potential", {})[population.name] = done.potential(population.name)
        return out


def softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the last axis."""
    exponentials = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def _restored(
    sizes: list[int], options: dict[str, Any], arrays: dict[str, NDArray[np.float32]], decision: str
) -> Network:
    network = Network(sizes, **options)
    network.decision = decision
    for name, values in arrays.items():
        network.write(name, values)
    return network


def _with_gradient(loss: Any) -> Any:
    """Modules and functions of torch are differentiated by torch; anything else is returned as it is."""
    torch = sys.modules.get("torch")  # nothing of torch exists without it
    if torch is None or not callable(loss):
        return loss
    name = getattr(loss, "__module__", None) or ""
    if not isinstance(loss, torch.nn.Module) and name.split(".")[0] != "torch":
        return loss
    from hetsyn.torch import loss as differentiated

    return differentiated(loss)


def load(path: str | os.PathLike[str]) -> Network:
    """The network of a file that `Network.save` wrote, or of a checkpoint ("runs/a/checkpoints/best.h5").

    Raises `RunError` where the file is damaged or has arrays without the model that they belong to.
    """
    saved = _engine.SavedNetwork(path)
    facts, model = saved.facts, dict(tomllib.loads(saved.config_text)["model"])
    hidden = [each["neurons"] for each in facts["populations"][:-1]]
    for key in ("hidden", "initial"):
        model.pop(key, None)
    return Network([facts["inputs"], *hidden, facts["outputs"]], initial=path, **model)
