"""Networks of the engine as layers of PyTorch, and torch functions as losses of `hetsyn.Network.fit`.

>>> layer = hs.torch.Network([700, 128], neuron="hetsyn_lif", recurrent=True)
>>> model = torch.nn.Sequential(torch.nn.Linear(40, 700), layer, torch.nn.Linear(128, 20))

The engine computes forward and backward; torch owns the parameters. Tensors are float32 on the CPU.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn.arrays import samples_of
from hetsyn.context import new_context

try:
    import torch
except ImportError as error:
    raise ImportError("hetsyn.torch needs PyTorch, which is not installed: pip install torch") from error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["Network", "Population", "loss"]


class Population(torch.nn.Module):
    """The parameters of one population as in checkpoints: `w`, `r` [post][pre] and, if recurrent, `w_rec`, `r_rec`.

    Decays that are shared have one column or one value; those that are not trained are buffers.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__()
        self._text = f"{facts['inputs']}, {facts['neurons']}" + (", recurrent" if facts["recurrent"] else "")

    def extra_repr(self) -> str:
        return self._text


class Network(torch.nn.Module):
    """A network of spiking populations as a module: input [B, T, N] to output [B, T, K], both float32.

    `sizes`: with two numbers, the inputs and the neurons of one population, whose spikes (0 or 1) are the output; with
    more, inputs, hidden populations and a readout, as for `hetsyn.Network`. ``readout=False`` makes all of them
    populations, the last of which gives the output; `spiking_readout` makes the readout spike. Other keywords are those
    of `hetsyn.Network`: `device` is the engine's. Without a `seed`, torch's generator draws it.

    Parameters have the names of checkpoints ("hidden1.w", "hidden1.r", …) and [post][pre] order. Gradients are exact,
    of parameters and input; they cannot be differentiated again. `train` and `eval` switch the network's dropout, whose
    masks follow from torch's generator.

    Decays must be in 0 to 1, and adaptations in their ranges: an optimizer may move them out, and the next `forward`
    first moves them back to the nearest bound (`clamp_`). The gradient of frozen decays is 0, but an optimizer with
    weight decay still changes them.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        neuron: str = "hetsyn_lif",
        recurrent: bool = False,
        readout: bool | None = None,
        spiking_readout: bool = False,
        dt_ms: float = 1.0,
        seed: int | None = None,
        device: str = "auto",
        **model: Any,
    ) -> None:
        super().__init__()
        readout = len(sizes) > 2 if readout is None else readout
        if len(sizes) < (3 if readout else 2) or any(int(size) != size or size < 1 for size in sizes):
            raise _engine.UsageError(
                f"sizes {list(sizes)}; expected inputs and at least one population" + (", outputs" if readout else "")
            )
        self._engine = _Engine(
            inputs=int(sizes[0]),
            hidden=[int(size) for size in (sizes[1:-1] if readout else sizes[1:])],
            outputs=int(sizes[-1]),
            readout=readout,
            neuron=neuron,
            recurrent=recurrent,
            spiking_readout=spiking_readout,
            dt_ms=float(dt_ms),
            device=device,
            seed=int(torch.randint(2**31, ())) if seed is None else seed,
            more=model,
        )
        self._drops = model.get("dropout", 0.0) > 0.0
        facts = self._engine.network.facts
        for population in facts["populations"]:
            self.add_module(population["name"], Population(population))
        self._ranges = {
            each["name"]: each["range"] for each in facts["arrays"] if each["range"] != (-math.inf, math.inf)
        }
        for array in facts["arrays"]:
            module, name = self._place(array["name"])
            values = torch.from_numpy(self._engine.network.read(array["name"]))
            if array["trainable"]:
                module.register_parameter(name, torch.nn.Parameter(values))
            else:
                module.register_buffer(name, values)

    def extra_repr(self) -> str:
        return f"neuron={self._engine.options['neuron']!r}, dt_ms={self._engine.options['dt_ms']}"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The readout's potentials [B, T, K], or the spikes of the last population. `x` [B, T, N]: float32; booleans or
        integers 0 and 1 are spikes. A later pass may come before `backward`: what it needs is then computed again.
        """
        self.clamp_()
        arrays = [getattr(*self._place(name)) for name in self._engine.names]
        for name, tensor in zip(["x", *self._engine.names], [x, *arrays], strict=True):
            _check(name, tensor, any_dtype=tensor is x and not x.is_floating_point())
        mask = int(torch.randint(2**31, ())) if self.training and self._drops else None
        tape = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in [x, *arrays])
        return _Run.apply(_Pass(self._engine, mask), tape, x, *arrays)

    @torch.no_grad()
    def clamp_(self) -> Network:
        """Moves values outside their range, such as decays outside 0 to 1, to the nearest bound, in place, as the
        engine's own optimizers do after a step. Returns the module.
        """
        for name, (low, high) in self._ranges.items():
            values = getattr(*self._place(name))
            if values.is_leaf and ((values < low) | (values > high)).any():
                values.clamp_(low, high)
        return self

    def _place(self, array: str) -> tuple[torch.nn.Module, str]:
        population, name = array.split(".")
        return self.get_submodule(population), name


def loss(
    function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], *, steps: str | None = None
) -> Callable[[NDArray[np.float32], NDArray[Any]], tuple[float, NDArray[np.float32]]]:
    """`function`, differentiated by torch, as a `loss` of `hetsyn.Network.fit`.

    It takes the readout and y of the batch as tensors (classes as int64 [B], targets as float32 [B, T, K]) and returns
    one number, the mean over the batch. `steps`: "sum", "mean" or "last" gives it the readout [B, K] over the steps or
    of the last one, as `torch.nn.CrossEntropyLoss` expects; otherwise the readout is [B, T, K].
    """
    reductions: dict[str | None, Callable[[torch.Tensor], torch.Tensor]] = {
        None: lambda readout: readout,
        "sum": lambda readout: readout.sum(1),
        "mean": lambda readout: readout.mean(1),
        "last": lambda readout: readout[:, -1],
    }
    if steps not in reductions:
        raise _engine.UsageError(f"steps={steps!r}; expected sum, mean, last or None")

    def value_and_gradient(readout: NDArray[np.float32], y: NDArray[Any]) -> tuple[float, NDArray[np.float32]]:
        answer = torch.from_numpy(np.array(y))
        with torch.enable_grad():
            tensor = torch.from_numpy(np.array(readout)).requires_grad_()
            value = function(reductions[steps](tensor), answer if answer.is_floating_point() else answer.long())
        if not isinstance(value, torch.Tensor) or value.numel() != 1:
            found = tuple(value.shape) if isinstance(value, torch.Tensor) else type(value).__name__
            raise _engine.UsageError(f"loss: returned {found}; expected a tensor of one number")
        (gradient,) = torch.autograd.grad(value, tensor)
        return value.item(), gradient.numpy()

    return value_and_gradient


def _check(name: str, tensor: torch.Tensor, *, any_dtype: bool) -> None:
    """Refuses what the engine cannot read in place."""
    if tensor.device.type != "cpu" or tensor.layout != torch.strided:
        raise _engine.UsageError(f"{name}: {tensor.layout} on {tensor.device}; expected a dense tensor on the CPU")
    if tensor.dtype != torch.float32 and not any_dtype:
        raise _engine.UsageError(f"{name}: {tensor.dtype}; expected torch.float32")


class _Engine:
    """The engine's network of a module. Copies and pickles are made anew from its options: torch has the parameters."""

    def __init__(self, **options: Any) -> None:
        self.network = _engine.Network(new_context(), **options)
        options["more"].pop("initial", None)  # a file that copies do not need
        self.options = options
        self.names: list[str] = [each["name"] for each in self.network.facts["arrays"]]
        self.lock = threading.Lock()
        self.taped: tuple[object, _engine.TrainingPass] | None = None  #: the `key` of the last pass, which has the tape

    def __getstate__(self) -> dict[str, Any]:
        return self.options

    def __setstate__(self, options: dict[str, Any]) -> None:
        self.__init__(**options)  # type: ignore[misc]


class _Pass:
    """One pass through an engine: without dropout if `mask` is None, else with the mask of that number."""

    def __init__(self, engine: _Engine, mask: int | None) -> None:
        self.engine, self.mask = engine, mask
        self.key = object()  # not the pass itself, which would keep the engine alive in a circle

    def run(self, x: torch.Tensor, arrays: Sequence[torch.Tensor], *, tape: bool) -> NDArray[np.float32]:
        """The output; call it with the engine locked."""
        engine = self.engine
        engine.taped = None
        named = {name: tensor.detach().numpy() for name, tensor in zip(engine.names, arrays, strict=True)}
        engine.network.write_arrays(named)
        samples = _samples(x)
        if not tape and self.mask is None:
            return engine.network.infer(samples).readout()
        done = engine.network.forward(samples, dropout=self.mask is not None, mask=self.mask)
        engine.taped = self.key, done
        return done.readout()

    def back(
        self, d_output: torch.Tensor, x: torch.Tensor, arrays: Sequence[torch.Tensor], *, input: bool
    ) -> tuple[torch.Tensor | None, ...]:
        """dL/dx, if `input`, and the gradients of the arrays. A pass that was not the network's last is run again."""
        engine = self.engine
        with engine.lock:
            if engine.taped is None or engine.taped[0] is not self.key:
                self.run(x, arrays, tape=True)
            assert engine.taped is not None
            done, engine.taped = engine.taped[1], None
            engine.network.zero_gradients()
            start = np.ascontiguousarray(d_output.detach().numpy())
            d_x = None
            if input:
                d_x = torch.from_numpy(done.backward_to_input(start))
            else:
                done.backward(start)
            return d_x, *(torch.from_numpy(engine.network.read(name, "gradient")) for name in engine.names)


def _samples(x: torch.Tensor) -> _engine.Samples:
    """Numbers that are all 0 or 1 are spikes, which the engine computes faster."""
    values = x.detach().numpy()
    if values.dtype == np.float32 and np.count_nonzero(values) == np.count_nonzero(values == 1):
        return samples_of(values.astype(np.bool_))
    return samples_of(values)


class _Run(torch.autograd.Function):
    """One pass; its derivative is `_Back`."""

    @staticmethod
    def forward(ctx: Any, run: _Pass, tape: bool, x: torch.Tensor, *arrays: torch.Tensor) -> torch.Tensor:
        ctx.run = run
        ctx.save_for_backward(x, *arrays)
        with run.engine.lock:
            return torch.from_numpy(run.run(x, arrays, tape=tape))

    @staticmethod
    def backward(ctx: Any, d_output: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        wanted = ctx.needs_input_grad[2:]
        gradients = _Back.apply(ctx.run, wanted[0], d_output, *ctx.saved_tensors)
        return None, None, *(gradient if each else None for gradient, each in zip(gradients, wanted, strict=True))


class _Back(torch.autograd.Function):
    """The gradients of `_Run`: a function of its own, so that a second derivative is refused where it is asked for."""

    @staticmethod
    def forward(
        ctx: Any, run: _Pass, input: bool, d_output: torch.Tensor, x: torch.Tensor, *arrays: torch.Tensor
    ) -> tuple[torch.Tensor | None, ...]:
        return run.back(d_output, x, arrays, input=input)

    @staticmethod
    def backward(ctx: Any, *_: torch.Tensor) -> None:
        raise _engine.UsageError("a layer of hetsyn has first derivatives only; its gradients cannot be differentiated")
