"""The examples of docs/python/coming_from.md: other libraries, and networks with the same spikes."""

import hetsyn as hs
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch")

X = np.random.default_rng(0).random((3, 100, 12)) < 0.2


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(1)


def linear(inputs: int, outputs: int, gain: float) -> torch.nn.Linear:
    layer = torch.nn.Linear(inputs, outputs, bias=False)
    layer.weight.data *= gain
    return layer


def weights(layer: torch.nn.Module) -> np.ndarray:
    return layer.weight.detach().numpy()


def run(step) -> np.ndarray:
    """Spikes [B][T][N] of a function of the input of one step."""
    with torch.no_grad():
        return np.stack([step(torch.tensor(X[:, t], dtype=torch.float32)).numpy() for t in range(X.shape[1])], axis=1)


def equal(found: np.ndarray, expected: np.ndarray) -> None:
    assert 0.02 < expected.mean() < 0.9
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("one_beta", [True, False])
def test_snntorch(one_beta: bool, recurrent: bool) -> None:
    snn = pytest.importorskip("snntorch", reason="needs snntorch")
    beta = 0.9 if one_beta else torch.linspace(0.7, 0.95, 9)
    fc1, fc2 = linear(12, 9, 3), linear(9, 4, 3)
    common = {"threshold": 0.8, "init_hidden": True}
    lif1 = snn.RLeaky(beta, linear_features=9, **common) if recurrent else snn.Leaky(beta, **common)
    lif2 = snn.Leaky(beta=0.9, threshold=0.8, init_hidden=True)
    tau = -1 / np.log(0.9)
    if one_beta:
        kind = {"neuron": "hom_lif", "tau_homogeneous_ms": tau, "tau_reset_ms": tau}
    else:
        kind = {"neuron": "het_lif", "tie_reset_decay": True, "tau_synapse_ms": tau}
    if recurrent:
        lif1.recurrent.bias.data.zero_()
        kind |= {"recurrent": True, "autapses": True}
    net = hs.Network([12, 9, 4], spiking_readout=True, dt_ms=1.0, threshold=0.8, surrogate="atan", **kind)
    net["hidden1"].weight, net["readout"].weight = weights(fc1), weights(fc2)
    if recurrent:
        net["hidden1"].recurrent.weight = weights(lif1.recurrent)
    if not one_beta:
        net["hidden1"].decay = beta[:, None].numpy()
    equal(net.infer(X).readout(), run(lambda x: lif2(fc2(lif1(fc1(x))))))


def same_step(fc: torch.nn.Module, r: float) -> hs.Network:
    """A LIF of decay r and gain 1 − r that subtracts its threshold in the step of the spike."""
    tau = -1 / np.log(r)
    surrogate = {"kind": "fast_sigmoid", "slope": 1.0}
    kind = {"neuron": "hom_lif", "recurrent": True, "autapses": True, "surrogate": surrogate}
    net = hs.Network([12, 9, 4], dt_ms=1.0, tau_homogeneous_ms=tau, tau_reset_ms=tau, **kind)
    net["hidden1"].weight = (1 - r) * weights(fc)
    net["hidden1"].recurrent.weight = (1 - r) * np.eye(9)
    return net


def test_norse() -> None:
    pytest.importorskip("norse", reason="needs norse")
    from norse.torch.functional.reset import reset_subtract
    from norse.torch.module.lif_box import LIFBoxCell, LIFBoxParameters

    fc = linear(12, 9, 40)
    p = LIFBoxParameters(tau_mem_inv=torch.tensor(50.0), v_th=torch.tensor(1.0), reset_method=reset_subtract)
    lif, state = LIFBoxCell(p, dt=0.001), None

    def step(x: torch.Tensor) -> torch.Tensor:
        nonlocal state
        z, state = lif(fc(x), state)
        return z

    equal(same_step(fc, 1 - 0.001 * 50.0).infer(X).spikes("hidden1"), run(step))


def test_spikingjelly() -> None:
    neuron = pytest.importorskip("spikingjelly.activation_based.neuron", reason="needs spikingjelly")
    fc, lif = linear(12, 9, 40), neuron.LIFNode(tau=20.0, v_reset=None)
    equal(same_step(fc, 1 - 1 / 20.0).infer(X).spikes("hidden1"), run(lambda x: lif(fc(x))))
