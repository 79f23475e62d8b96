#!/usr/bin/env python3
"""Measures a training step of the plain PyTorch model with each layer's step compiled by torch.compile.

Compiling the whole loop over time takes minutes, since it is unrolled.
"""
import torch
from step import measure_model
from common import parsed, parser
from torch_common import Spike, require_tcmalloc

from model import Layer  # tests/golden, on the path since step was imported


def advance(x, z, current, current_rec, reset, adaptation, w, r, w_rec, r_rec, constants):
    """One step of a layer with a decay per synapse, x [B, P]; or with shared decays, x = w x[t] [B, N]."""
    threshold, reset_decay, adaptation_decay, strength = constants
    if w is None:
        current = r * current + x
        if w_rec is not None:
            current = current + z @ w_rec.T
        v = current
    else:
        current = r * current + w * x[:, None, :]
        v = current.sum(-1)
        if w_rec is not None:
            current_rec = r_rec * current_rec + w_rec * z[:, None, :]
            v = v + current_rec.sum(-1)
    reset = reset_decay * reset + threshold * z
    adaptation = adaptation_decay * adaptation + strength * z
    return v - reset - adaptation, current, current_rec, reset, adaptation


torch._dynamo.config.recompile_limit = 100  # one for each layer, size of a pass, and whether gradients are needed
compiled = torch.compile(advance, dynamic=False)


class CompiledLayer(Layer):
    def forward(self, x):
        spec, batch = self.spec, x.shape[0]
        w_rec = self.recurrent_weight() if self.recurrent else None
        constants = (spec.threshold, self.reset_decay, self.adaptation_decay,
                     spec.adaptation_strength if self.adapts else 0.0)
        arrives = x if self.per_synapse else x @ self.w.T
        z = reset = adaptation = x.new_zeros(batch, self.size)
        current = x.new_zeros(batch, *self.w.shape) if self.per_synapse else z
        current_rec = x.new_zeros(batch, self.size, self.size) if self.per_synapse and self.recurrent else z
        potentials, spikes = [], []
        for now in arrives.unbind(1):
            v, current, current_rec, reset, adaptation = compiled(
                now, z, current, current_rec, reset, adaptation, self.w if self.per_synapse else None, self.r, w_rec,
                self.r_rec if self.per_synapse and self.recurrent else None, constants)
            potentials.append(v)
            if self.spiking:
                z = Spike.apply(v - spec.threshold)
                spikes.append(z)
        return torch.stack(potentials, 1), torch.stack(spikes, 1) if self.spiking else None


if __name__ == "__main__":
    options = parsed(parser(__doc__))
    require_tcmalloc(options.device)
    measure_model("compiled", CompiledLayer, options)
