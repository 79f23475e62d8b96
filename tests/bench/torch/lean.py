#!/usr/bin/env python3
"""Measures a training step as a strong PyTorch user would write it; --check compares its gradients with plain's.

A custom autograd function per projection and per recurrent population; states are updated in place, the backward pass
uses the adjoint pair (docs/model.md): lambda = dL/dI and mu, its running sum against the decay, so that dL/dw and
dL/dr are sums at spike times and no current is stored. States are [P, B, N] (presynaptic, sample, postsynaptic): an
input spike touches one row of N. Populations with shared decays take plain's path, which is lean already.
"""
import sys

import numpy as np
import torch
from step import dropout_masks, measure_model
from common import parsed, parser
from torch_common import require_tcmalloc, softmax_sum

from model import Layer, Network, Spec  # tests/golden, on the path since step was imported


def events_by_step(x):
    """x [T, B, P] -> for each step (rows, values, inputs): rows of a state seen as [P * B, N], none twice."""
    steps, batch, _ = x.shape
    t, i, b = x.transpose(1, 2).nonzero(as_tuple=True)
    counts = torch.bincount(t, minlength=steps).tolist()
    return list(zip((i * batch + b).split(counts), x[t, b, i].unsqueeze(1).split(counts), i.split(counts)))


class Synapses:
    """Currents of one projection, forward in time."""

    def __init__(self, w, r, batch):
        self.w, self.r = w.T.contiguous(), r.T.contiguous().unsqueeze(1)  # [P, N], [P, 1, N]
        self.current = w.new_zeros(w.shape[1], batch, w.shape[0])
        self.rows = self.current.view(-1, w.shape[0])

    def step(self, events):
        """Returns sum_i I_ji[t], [B, N]."""
        rows, values, inputs = events
        self.current.mul_(self.r)
        self.rows[rows] += values * self.w[inputs]
        return self.current.sum(0)


class SynapsesBackward:
    """The adjoint pair of one projection, backward in time, and the gradients that it adds up."""

    def __init__(self, w, r, batch):
        self.w, self.r = w.T.contiguous(), r.T.contiguous().unsqueeze(1)
        shape = (w.shape[1], batch, w.shape[0])
        self.lam, self.mu, self.d_w, self.d_r = (w.new_zeros(shape) for _ in range(4))
        self.lam_rows, self.mu_rows, self.d_w_rows, self.d_r_rows = (
            state.view(-1, w.shape[0]) for state in (self.lam, self.mu, self.d_w, self.d_r))

    def step(self, events, g):
        """g = dL/dV[t], [B, N]."""
        rows, values, _ = events
        torch.addcmul(self.lam, self.r, self.mu, out=self.mu)  # mu[t] = lambda[t+1] + r mu[t+1]
        torch.addcmul(g, self.r, self.lam, out=self.lam)  # lambda[t] = g[t] + r lambda[t+1]
        self.d_w_rows[rows] += values * self.lam_rows[rows]
        self.d_r_rows[rows] += values * self.mu_rows[rows]

    def d_input(self):
        """dL/dx[t], [B, P]."""
        return (self.lam * self.w.unsqueeze(1)).sum(2).T  # bmm takes three times as long

    def gradients(self):
        return self.d_w.sum(1).T, (self.w * self.d_r.sum(1)).T


class Projection(torch.autograd.Function):
    """x [T, B, P] -> u[t] = sum_i I_ji[t], [T, B, N]."""

    @staticmethod
    def forward(ctx, x, w, r):
        ctx.save_for_backward(w, r)
        ctx.events = events_by_step(x)
        synapses = Synapses(w, r, x.shape[1])
        return torch.stack([synapses.step(events) for events in ctx.events])

    @staticmethod
    def backward(ctx, g):
        synapses = SynapsesBackward(*ctx.saved_tensors, g.shape[1])
        d_x = []
        for t in reversed(range(len(ctx.events))):
            synapses.step(ctx.events[t], g[t])
            if ctx.needs_input_grad[0]:
                d_x.append(synapses.d_input())
        return torch.stack(d_x[::-1]) if d_x else None, *synapses.gradients()


class RecurrentPopulation(torch.autograd.Function):
    """u [T, B, N] -> z, V [T, B, N]: recurrent currents, reset, adaptation and spikes."""

    @staticmethod
    def forward(ctx, u, w_rec, r_rec, layer):
        synapses = Synapses(w_rec, r_rec, u.shape[1])
        potential, z = torch.empty_like(u), torch.zeros(u.shape[0] + 1, *u.shape[1:], dtype=u.dtype)  # z[t-1] at t
        reset, adaptation = torch.zeros_like(u[0]), torch.zeros_like(u[0])
        ctx.events = []
        for t in range(u.shape[0]):
            ctx.events += events_by_step(z[t : t + 1])
            reset.mul_(layer.reset_decay).add_(z[t], alpha=layer.spec.threshold)
            torch.sub(u[t] + synapses.step(ctx.events[t]), reset, out=potential[t])
            if layer.adapts:
                adaptation.mul_(layer.adaptation_decay).add_(z[t], alpha=layer.spec.adaptation_strength)
                potential[t] -= adaptation
            torch.gt(potential[t], layer.spec.threshold, out=z[t + 1])
        ctx.layer = layer
        ctx.save_for_backward(w_rec, r_rec, potential)
        ctx.mark_non_differentiable(potential)
        return z[1:], potential

    @staticmethod
    def backward(ctx, d_z, _):
        w_rec, r_rec, potential = ctx.saved_tensors
        layer, spec = ctx.layer, ctx.layer.spec
        synapses = SynapsesBackward(w_rec, r_rec, d_z.shape[1])
        g = spec.surrogate.derivative(potential, spec.threshold)  # becomes dL/dV step by step
        nu, alpha = torch.zeros_like(g[0]), torch.zeros_like(g[0])  # dL/dJ, dL/dA
        for t in reversed(range(g.shape[0])):
            g[t] *= (d_z[t] + synapses.d_input()).add_(nu, alpha=spec.threshold).add_(
                alpha, alpha=spec.adaptation_strength)
            nu.mul_(layer.reset_decay).sub_(g[t])
            if layer.adapts:
                alpha.mul_(layer.adaptation_decay).sub_(g[t])
            synapses.step(ctx.events[t], g[t])
        return g, *synapses.gradients(), None


class LeanLayer(Layer):
    def forward(self, x):
        if not self.per_synapse or (self.spiking and not self.recurrent):
            return super().forward(x)
        u = Projection.apply(x.transpose(0, 1), self.w, self.r)
        if not self.spiking:
            return u.transpose(0, 1), None
        z, potential = RecurrentPopulation.apply(u, self.recurrent_weight(), self.r_rec, self)
        return potential.transpose(0, 1), z.transpose(0, 1)


def check():
    """Gradients of lean and plain on small networks, in float64, where they differ by the order of sums only."""
    torch.manual_seed(0)
    worst = 0.0
    for adaptation in (False, True):
        spec = Spec("hetsyn_lif", 40, (17, 9), 5, recurrent=True, dropout=0.2, adaptation=adaptation)
        x, labels = (torch.rand(4, 50, 40) < 0.1).double(), torch.randint(5, (4,))
        masks = dropout_masks(Network(spec), 4, 50)
        gradients = []
        for layer_type in (Layer, LeanLayer):
            network = Network(spec, layer_type).double().initialise(np.random.default_rng(1), gain=1.5)
            softmax_sum(network(x, masks).readout, labels).backward()
            gradients.append({name: p.grad for name, p in network.named_parameters()})
        for name, expected in gradients[0].items():
            error = ((gradients[1][name] - expected).norm() / expected.norm()).item()
            worst = max(worst, error)
            print(f"{name}{' (adapting)' if adaptation else ''}: relative difference {error:.1e}")
    return worst <= 1e-9


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--check", action="store_true", help="compare with plain instead of measuring")
    arguments = parsed(options)
    if arguments.check:
        sys.exit(0 if check() else "the gradients of lean and plain differ")
    require_tcmalloc()
    measure_model("lean", LeanLayer, arguments)
