"""The engine's built-in losses in PyTorch; all are means over the batch."""
import torch
from torch.nn.functional import cross_entropy, softmax


def softmax_sum(readout, labels, skip_steps=0):
    """CE(softmax(y), label), y = sum over t >= skip_steps of softmax(readout[t])."""
    return cross_entropy(softmax(readout[:, int(skip_steps):], -1).sum(1), labels)


def rate(activity, dt_ms, target_hz):
    """Mean over hidden neurons of ((rate - target) / target)^2; rates over all samples and steps."""
    hidden = [z for name, z in activity.spikes.items() if name != "readout"]
    rates_hz = torch.cat([z.mean((0, 1)) for z in hidden]) * (1000.0 / dt_ms)
    return (((rates_hz - target_hz) / target_hz) ** 2).mean()


def loss_terms(terms, activity, dt_ms, labels=None, target=None):
    """Weighted value of each term {kind, weight, parameter}."""
    readout = activity.readout
    value = {
        "softmax_sum": lambda parameter: softmax_sum(readout, labels, parameter),
        "last_step": lambda _: cross_entropy(readout[:, -1], labels),
        "spike_count": lambda parameter: cross_entropy(readout.sum(1) / parameter, labels),
        "trace_mse": lambda _: ((readout - target) ** 2).mean(),
        "rate": lambda parameter: rate(activity, dt_ms, parameter),
    }
    return torch.stack([term["weight"] * value[term["kind"]](term["parameter"]) for term in terms])
