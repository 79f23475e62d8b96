"""The network of docs/model.md in plain PyTorch: one loop over time, autograd does the rest.

It shares no code with the engine, which is compared with it (make_golden.py); it also serves PyTorch users as the
readable definition of the model. Source: Deng et al., "HetSyn", NeurIPS 2025 (arXiv 2508.11644), Eq. 5-9.
Shapes: B samples, T steps, N neurons of a population, P presynaptic inputs.
"""
import math
from dataclasses import dataclass, field
from typing import NamedTuple, Optional, Tuple

import numpy as np
import torch
from torch import nn


def density(x, mean, sigma):
    return torch.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))


def multi_gaussian(s, x, threshold):
    """Yin, Corradi & Bohte 2021."""
    outer = s.scale * s.width
    lobes = density(x, s.width, outer) + density(x, -s.width, outer)
    return s.gamma * ((1 + s.height) * density(x, 0.0, s.width) - s.height * lobes)


def sigmoid(s, x, threshold):
    y = torch.sigmoid(s.slope * x)
    return s.gamma * s.slope * y * (1 - y)


# dz/dV at x = V - threshold
SURROGATES = {
    "triangular": lambda s, x, threshold: s.gamma * (1 - (x / (s.width * threshold)).abs()).clamp(min=0),
    "multi_gaussian": multi_gaussian,
    "atan": lambda s, x, threshold: s.gamma * s.slope / 2 / (1 + (math.pi / 2 * s.slope * x) ** 2),
    "fast_sigmoid": lambda s, x, threshold: s.gamma / (1 + s.slope * x.abs()) ** 2,
    "sigmoid": sigmoid,
    "boxcar": lambda s, x, threshold: s.gamma / (2 * s.width) * (x.abs() < s.width).to(x.dtype),
    "gaussian": lambda s, x, threshold: s.gamma * density(x, 0.0, s.width),
}


@dataclass(frozen=True)
class Surrogate:
    """Kind and parameters; each kind reads those that its formula names."""

    kind: str = "multi_gaussian"
    gamma: float = 0.5
    width: float = 0.5
    slope: float = 2.0
    scale: float = 6.0
    height: float = 0.15

    def derivative(self, potential, threshold):
        return SURROGATES[self.kind](self, potential - threshold, threshold)


class Spike(torch.autograd.Function):
    """z = 1 where V > threshold (strictly), with the surrogate's derivative."""

    @staticmethod
    def forward(ctx, potential, threshold, surrogate):
        ctx.save_for_backward(potential)
        ctx.threshold, ctx.surrogate = threshold, surrogate
        return (potential > threshold).to(potential.dtype)

    @staticmethod
    def backward(ctx, grad):
        (potential,) = ctx.saved_tensors
        return grad * ctx.surrogate.derivative(potential, ctx.threshold), None, None


@dataclass(frozen=True)
class Adlif:
    """What adLIF neurons have beside what others have."""

    membrane_adaptation: float = 0.0
    tau_adaptation_current_ms: float = 0.0  # 0: the adaptation current acts at once
    per_neuron: bool = False  # each neuron has its rho_a, b and m, else all share them
    trained: bool = True


@dataclass(frozen=True)
class Spec:
    """A network as the engine's [model] table describes it."""

    neuron: str = "hetsyn_lif"  # hom_lif | hom_alif | het_lif | hetsyn_lif
    inputs: int = 1
    hidden: Tuple[int, ...] = (100,)
    outputs: int = 1
    recurrent: bool = False
    spiking_readout: bool = False
    dt_ms: float = 1.0
    threshold: float = 1.0
    tau_reset_ms: float = 20.0
    tau_adaptation_ms: float = 100.0
    adaptation_strength: float = 0.05
    adaptation: bool = False  # hom_alif always adapts
    adlif: Optional[Adlif] = None
    decay_per_projection: bool = False  # het_lif: r_rec [N] beside r
    tie_reset_decay: bool = False
    autapses: Optional[bool] = None  # None: only hetsyn_lif has them
    surrogate: Surrogate = field(default_factory=Surrogate)
    dropout: float = 0.0


class Layer(nn.Module):
    """One population with its feed-forward and, if recurrent, its recurrent projection."""

    def __init__(self, spec, inputs, size, recurrent, spiking):
        super().__init__()
        self.spec, self.size, self.recurrent, self.spiking = spec, size, recurrent, spiking
        self.per_synapse = spec.neuron == "hetsyn_lif"
        self.autapses = self.per_synapse if spec.autapses is None else spec.autapses
        self.adapts = spec.neuron == "hom_alif" or spec.adaptation
        self.reset_decay = math.exp(-spec.dt_ms / spec.tau_reset_ms)
        self.adaptation_decay = math.exp(-spec.dt_ms / spec.tau_adaptation_ms)
        if spec.adlif and spiking:
            shape = (size if spec.adlif.per_neuron else 1,)
            self.rho_a, self.b, self.m = (nn.Parameter(torch.zeros(shape), requires_grad=spec.adlif.trained)
                                          for _ in range(3))

        self.w = nn.Parameter(torch.zeros(size, inputs))
        decay_shape = {"hetsyn_lif": (size, inputs), "het_lif": (size,)}.get(spec.neuron, (1,))
        self.r = nn.Parameter(torch.zeros(decay_shape), requires_grad=not spec.neuron.startswith("hom_"))
        self.two_decays = recurrent and spec.decay_per_projection
        if recurrent:
            self.w_rec = nn.Parameter(torch.zeros(size, size))
            if self.per_synapse or self.two_decays:
                self.r_rec = nn.Parameter(torch.zeros((size, size) if self.per_synapse else size))

    def adapt(self, v, z, adaptation, filtered):
        """A[t] and Q[t] from V, z, A and Q of the step before."""
        spec = self.spec
        if spec.adlif is None:
            adaptation = self.adaptation_decay * adaptation + spec.adaptation_strength * z
            return adaptation, adaptation
        tau = spec.adlif.tau_adaptation_current_ms
        filter_decay = math.exp(-spec.dt_ms / tau) if tau > 0 else 0.0
        adaptation = self.rho_a * adaptation + self.b * z + self.m * v
        return adaptation, filter_decay * filtered + (1 - filter_decay) * adaptation

    def recurrent_weight(self):
        return self.w_rec if self.autapses else self.w_rec * (1 - torch.eye(self.size, dtype=self.w_rec.dtype))

    def forward(self, x):
        """x [B, T, P] -> potential [B, T, N], spike [B, T, N] (None for a leaky-integrator readout)."""
        spec = self.spec
        w_rec = self.recurrent_weight() if self.recurrent else None
        if not self.per_synapse:
            drive = x @ self.w.T  # a shared decay needs only the summed input
        reset_decay = self.r if spec.tie_reset_decay else self.reset_decay
        z = previous = reset = adaptation = filtered = x.new_zeros(x.shape[0], self.size)
        current = current_rec = 0.0
        potentials, spikes = [], []
        for t in range(x.shape[1]):
            if self.per_synapse:
                current = self.r * current + self.w * x[:, t, None, :]  # I [B, N, P]
                v = current.sum(-1)
                if self.recurrent:
                    current_rec = self.r_rec * current_rec + w_rec * z[:, None, :]  # I' [B, N, N]
                    v = v + current_rec.sum(-1)
            else:
                current = self.r * current + drive[:, t]  # U [B, N]
                if self.two_decays:
                    current_rec = self.r_rec * current_rec + z @ w_rec.T  # U' [B, N]
                elif self.recurrent:
                    current = current + z @ w_rec.T
                v = current + current_rec
            if self.spiking:
                reset = reset_decay * reset + spec.threshold * z
                v = v - reset
                if self.adapts:
                    adaptation, filtered = self.adapt(previous, z, adaptation, filtered)
                    v = v - filtered
                previous = v
                z = Spike.apply(v, spec.threshold, spec.surrogate)
                spikes.append(z)
            potentials.append(v)
        return torch.stack(potentials, 1), torch.stack(spikes, 1) if self.spiking else None


# theta of a decay r, and r of a theta, for a time step dt
DECAY_PARAMETERS = {
    "tau": (lambda r, dt: -dt / torch.log(r), lambda theta, dt: torch.exp(-dt / theta)),
    "log_tau": (lambda r, dt: torch.log(-dt / torch.log(r)), lambda theta, dt: torch.exp(-dt / torch.exp(theta))),
    "logit": (lambda r, dt: torch.logit(r), lambda theta, dt: torch.sigmoid(theta)),
}


class TrainedDecays:
    """What an optimizer changes in place of the decays r of a network; autograd differentiates r(theta)."""

    def __init__(self, network, parameter):
        self.decays, self.dt = network.trained("r"), network.spec.dt_ms
        self.of_decay, self.decay = DECAY_PARAMETERS.get(parameter, (None, None))
        self.thetas = self.decays  # "decay": themselves
        if self.decay:
            self.thetas = [nn.Parameter(self.of_decay(r.detach(), self.dt)) for r in self.decays]

    def backward(self):
        """dL/dtheta from dL/dr."""
        if not self.decay:
            return
        for r, theta in zip(self.decays, self.thetas):
            theta.grad = None
            self.decay(theta, self.dt).backward(r.grad)
            r.grad = None

    @torch.no_grad()
    def apply(self):
        """Gives the network the decays of the thetas."""
        if not self.decay:
            return
        for r, theta in zip(self.decays, self.thetas):
            r.copy_(self.decay(theta, self.dt))


class Activity(NamedTuple):
    readout: torch.Tensor  # [B, T, K]: V of a leaky-integrator readout, z of a spiking one
    potentials: dict  # population -> V [B, T, N]
    spikes: dict  # spiking population -> z [B, T, N]


class Network(nn.Module):
    """A chain of populations hidden1, hidden2, ..., readout; parameters are named as in the engine's checkpoints."""

    def __init__(self, spec, layer_type=Layer):
        super().__init__()
        self.spec = spec
        self.names = [f"hidden{i + 1}" for i in range(len(spec.hidden))] + ["readout"]
        sizes = [spec.inputs, *spec.hidden, spec.outputs]
        for i, name in enumerate(self.names):
            hidden = name != "readout"
            layer = layer_type(spec, sizes[i], sizes[i + 1], spec.recurrent and hidden, hidden or spec.spiking_readout)
            self.add_module(name, layer)

    def forward(self, x, masks=None):
        """x [B, T, inputs]; masks[population] [B, T, N]: 0 or 1/(1-p), multiplies its spikes on their way up."""
        potentials, spikes = {}, {}
        for name in self.names:
            potential, z = getattr(self, name)(x)
            potentials[name] = potential
            if z is not None:
                spikes[name] = z
            x = potential if z is None else z
            if masks is not None and name != "readout":
                x = x * masks[name]
        return Activity(x, potentials, spikes)

    @torch.no_grad()
    def initialise(self, rng, tau_ms=(5.0, 20.0), gain=1.0):
        """w ~ N(0, gain / sqrt(fan_in)); tau_s ~ U(tau_ms), r = exp(-dt / tau_s); 0 for absent autapses. tau_a, b and
        m of adLIF neurons: as given, times U(0.5, 1.5) if each neuron has its own.

        rng: numpy.random.Generator.
        """
        for name, parameter in self.named_parameters():
            layer, kind = name.split(".")
            if kind in ("w", "w_rec"):
                value = rng.normal(0.0, gain / math.sqrt(parameter.shape[1]), parameter.shape)
            elif kind in ("rho_a", "b", "m"):
                value = self.adaptation(kind, rng.uniform(0.5, 1.5, parameter.shape))
            else:
                value = np.exp(-self.spec.dt_ms / rng.uniform(*tau_ms, parameter.shape))
            if kind.endswith("_rec") and value.ndim == 2 and not getattr(self, layer).autapses:
                np.fill_diagonal(value, 0.0)
            parameter.copy_(torch.from_numpy(value))
        return self

    def adaptation(self, kind, spread):
        """Initial rho_a, b or m of adLIF neurons."""
        spec = self.spec
        factor = spread if spec.adlif.per_neuron else np.ones_like(spread)
        if kind == "rho_a":
            return np.exp(-spec.dt_ms / (spec.tau_adaptation_ms * factor))
        return factor * (spec.adaptation_strength if kind == "b" else spec.adlif.membrane_adaptation)

    def trained(self, letter):
        """The trained parameters that are weights ("w"), decays ("r", rho_a included), b or m."""
        return [p for name, p in self.named_parameters() if p.requires_grad and name.split(".")[1].startswith(letter)]

    def adamw(self, learning_rate, weight_decay, decay_learning_rate_scale=1.0, decays=None,
              adaptation_learning_rate_scale=1.0):
        """AdamW in groups: weights, decays (or what is trained in their place), and the strengths of the adaptation, the
        last two with their own learning rates.
        """
        weights, decays = self.trained("w"), self.trained("r") if decays is None else decays
        groups = [{"params": weights, "scale": 1.0}]
        if decays:
            groups.append({"params": decays, "scale": decay_learning_rate_scale})
        strengths = self.trained("b") + self.trained("m")
        if strengths:
            groups.append({"params": strengths, "scale": adaptation_learning_rate_scale})
        for group in groups:
            group["lr"] = learning_rate * group["scale"]
        return torch.optim.AdamW(groups, weight_decay=weight_decay)

    @torch.no_grad()
    def clamp(self):
        """After each optimizer step: decays in [0, 1], b at least 0, and m in the range that is stable."""
        for name, parameter in self.named_parameters():
            kind = name.split(".")[1]
            if kind.startswith("r"):
                parameter.clamp_(0.0, 1.0)
            elif kind == "b":
                parameter.clamp_(min=0.0)
            elif kind == "m":
                tau = self.spec.adlif.tau_adaptation_current_ms
                decay = math.exp(-self.spec.dt_ms / tau) if tau > 0 else 0.0
                parameter.clamp_(0.0, (1 + decay) / (1 - decay))
