"""Networks as layers of PyTorch, compared with PyTorch's own differentiation of the equations; losses of torch."""

import copy
import gc
import io
import math
import pickle
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hetsyn as hs
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
from torch import Tensor, nn  # noqa: E402

B, T = 3, 24
THRESHOLD, TAU_RESET, TAU_ADAPTATION, STRENGTH = 0.4, 8.0, 15.0, 0.2
MODEL = {
    "threshold": THRESHOLD,
    "tau_reset_ms": TAU_RESET,
    "tau_adaptation_ms": TAU_ADAPTATION,
    "adaptation_strength": STRENGTH,
    "tau_synapse_ms": {"uniform": [2.0, 12.0]},
    "surrogate": {"kind": "triangular", "gamma": 1.0, "width": 1.0},
}
MODELS = ["hom_lif", "hom_alif", "het_lif", "hetsyn_lif"]


class Spike(torch.autograd.Function):
    """1 where V > ϑ, with the derivative max(0, 1 − |V − ϑ| / ϑ)."""

    @staticmethod
    def forward(ctx: Any, v: Tensor) -> Tensor:
        ctx.save_for_backward(v)
        return (v > THRESHOLD).to(v.dtype)

    @staticmethod
    def backward(ctx: Any, d: Tensor) -> Tensor:
        (v,) = ctx.saved_tensors
        return d * (1 - (v - THRESHOLD).abs() / THRESHOLD).clamp(min=0)


def population(x: Tensor, p: dict[str, Tensor], neuron: str, spiking: bool) -> Tensor:
    """The equations of docs/model.md, step by step with one current per synapse: x [B, T, M] → [B, T, N]."""
    synapse = lambda name: p[name].expand(p["w" + name[1:]].shape)  # noqa: E731
    current = current_rec = reset = adaptation = 0.0
    z, out = x.new_zeros(x.shape[0], p["w"].shape[0]), []
    for t in range(x.shape[1]):
        current = synapse("r") * current + p["w"] * x[:, t, None, :]
        v = current.sum(-1)
        if "w_rec" in p:
            r_rec = synapse("r_rec") if "r_rec" in p else p["r"].expand(p["w_rec"].shape)
            present = torch.ones_like(r_rec) if neuron == "hetsyn_lif" else 1 - torch.eye(len(r_rec)).to(r_rec)
            current_rec = r_rec * current_rec + present * p["w_rec"] * z[:, None, :]  # others have no autapses
            v = v + current_rec.sum(-1)
        if spiking:
            reset = math.exp(-1 / TAU_RESET) * reset + THRESHOLD * z
            v = v - reset
            if neuron == "hom_alif":
                adaptation = math.exp(-1 / TAU_ADAPTATION) * adaptation + STRENGTH * z
                v = v - adaptation
            z = Spike.apply(v)
        out.append(z if spiking else v)
    return torch.stack(out, 1)


def plain(layer: nn.Module, parameters: dict[str, Tensor], x: Tensor, neuron: str, spiking: bool) -> Tensor:
    names = [name for name, _ in layer.named_children()]
    for name in names:
        of = {key.split(".")[1]: value for key, value in parameters.items() if key.startswith(name)}
        x = population(x, of, neuron, spiking or name != "readout")
    return x


def relative(found: Tensor, expected: Tensor) -> float:
    return float((found.double() - expected).norm() / expected.norm())


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        yield


@pytest.mark.parametrize("neuron", MODELS)
@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize(
    ("sizes", "readout"), [([5, 7], None), ([5, 7, 4], None), ([5, 7, 4], False)], ids=["layer", "readout", "two"]
)
def test_training_between_linear_layers(neuron: str, recurrent: bool, sizes: list[int], readout: bool | None) -> None:
    """Each step of Adam: gradients of all parameters and of the input are those of PyTorch in double precision."""
    layer = hs.torch.Network(sizes, neuron=neuron, recurrent=recurrent, readout=readout, device="cpu", **MODEL)
    model = nn.Sequential(nn.Linear(6, sizes[0]), layer, nn.Linear(sizes[-1], 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    x, target = torch.randn(B, T, 6, requires_grad=True), torch.randn(B, T, 2)
    spiking, losses = readout is False or len(sizes) == 2, []
    for _ in range(4):
        optimizer.zero_grad()
        x.grad = None
        loss = (model(x) - target).square().mean()
        loss.backward()

        double = {name: value.detach().double().requires_grad_() for name, value in model.state_dict().items()}
        of_layer = {name[2:]: value for name, value in double.items() if name.startswith("1.")}
        x_double = x.detach().double().requires_grad_()
        hidden = plain(layer, of_layer, x_double @ double["0.weight"].T + double["0.bias"], neuron, spiking)
        (hidden @ double["2.weight"].T + double["2.bias"] - target).square().mean().backward()
        assert hidden.any()
        for name, parameter in [("x", x), *model.named_parameters()]:
            expected = (x_double if name == "x" else double[name]).grad
            assert relative(parameter.grad, expected) < 1e-4, name
            assert expected.norm() > 0, name
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def small(**options: Any) -> nn.Module:
    options = {"recurrent": True, "device": "cpu", "seed": 1, **MODEL, **options}
    return hs.torch.Network(options.pop("sizes", [4, 6, 3]), **options)


def gradients(layer: nn.Module) -> dict[str, Tensor]:
    return {name: parameter.grad.clone() for name, parameter in layer.named_parameters()}


@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_several_passes_before_one_backward(dropout: float) -> None:
    """The engine's network keeps one tape; the passes whose tape is gone are run again, with the same dropout."""
    layer = small(dropout=dropout)
    first, second = torch.randn(2, T, 4), torch.randn(5, T + 3, 4)
    separate: dict[str, Tensor] = {}
    torch.manual_seed(0)
    for x in (first, second):
        layer.zero_grad()
        layer(x).square().sum().backward()
        separate = {name: grad + separate.get(name, 0) for name, grad in gradients(layer).items()}
    layer.zero_grad()
    torch.manual_seed(0)
    loss = layer(first).square().sum() + layer(second).square().sum()
    layer(first)  # one more, whose graph is dropped
    with torch.no_grad():
        layer(second)
    loss.backward(retain_graph=True)
    for name, grad in gradients(layer).items():
        torch.testing.assert_close(grad, separate[name])
    loss.backward()  # the tapes are used up
    for name, grad in gradients(layer).items():
        torch.testing.assert_close(grad, 2 * separate[name])


def test_a_layer_may_come_twice_in_a_chain() -> None:
    layer = small(sizes=[4, 4])
    x = (torch.rand(2, T, 4) < 0.4).float().requires_grad_()
    layer(layer(x)).sum().backward()
    double = {name: value.detach().double().requires_grad_() for name, value in layer.state_dict().items()}
    x_double = x.detach().double().requires_grad_()
    plain(layer, double, plain(layer, double, x_double, "hetsyn_lif", True), "hetsyn_lif", True).sum().backward()
    assert relative(x.grad, x_double.grad) < 1e-4
    for name, grad in gradients(layer).items():
        assert relative(grad, double[name].grad) < 1e-4


def test_spikes_as_numbers_booleans_and_integers_are_the_same_input() -> None:
    layer = small()
    x = torch.rand(2, T, 4) < 0.3
    expected = layer(x)
    assert expected.detach().any()
    for same in (x.float(), x.int(), x.to(torch.uint8)):
        assert torch.equal(layer(same), expected)
    nearly = x.float()
    nearly[0, 0, 0] = 0.5
    assert not torch.equal(layer(nearly), expected)


def test_dropout_follows_train_eval_and_the_generator_of_torch() -> None:
    layer, x = small(dropout=0.5), torch.randn(2, T, 4)

    def seeded(seed: int) -> Tensor:
        torch.manual_seed(seed)
        return layer(x).detach()

    assert torch.equal(seeded(1), seeded(1))
    assert not torch.equal(seeded(1), seeded(2))
    with torch.no_grad():
        assert torch.equal(layer(x), layer(x)) is False
    layer.eval()
    evaluated = layer(x)
    assert torch.equal(layer(x), evaluated)
    evaluated.sum().backward()  # without dropout, with gradients
    with torch.no_grad():
        assert torch.equal(layer(x), evaluated)
    assert not layer(x.requires_grad_(False)).detach().requires_grad


def test_without_gradients_there_is_no_tape() -> None:
    layer, x = small(), torch.randn(2, T, 4)
    with torch.no_grad():
        assert not layer(x).requires_grad
    assert layer._engine.taped is None
    layer.requires_grad_(False)
    assert not layer(x).requires_grad
    assert layer._engine.taped is None
    out = layer(x.requires_grad_())  # only of the input
    out.sum().backward()
    assert x.grad.any()
    assert all(parameter.grad is None for parameter in layer.parameters())


ADLIF = {
    "adaptation": True,
    "adaptation_trained": True,
    "adaptation_per_neuron": True,
    "membrane_adaptation": {"uniform": [0.0, 0.5]},
    "tau_adaptation_current_ms": 5.0,
}


@pytest.mark.parametrize("options", [{}, ADLIF], ids=["lif", "adlif"])
def test_parameters_are_clamped_as_by_the_engine(options: dict[str, Any]) -> None:
    """SGD of torch and of the engine, whose step of 5 moves decays out of their range, make the same network."""
    net = hs.Network([4, 6, 3], recurrent=True, device="cpu", seed=1, **MODEL, **options)
    layer, x = small(**options), torch.rand(2, T, 4)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.05)
    out_of_range = 0
    for _ in range(3):
        optimizer.zero_grad()
        output = layer(x)
        output.sum().backward()
        optimizer.step()
        out_of_range += sum(int(((p < 0) | (p > 1)).sum()) for n, p in layer.named_parameters() if ".r" in n)
        net.zero_gradients()
        net.forward(x).backward(np.ones((2, T, 3), np.float32))
        net.update(optimizer="sgd", learning_rate=0.05)
        layer.clamp_()
        for name, parameter in layer.named_parameters():
            np.testing.assert_allclose(parameter.detach(), net.read(name), rtol=1e-5, atol=1e-6)
    assert out_of_range > 0


def test_parameters_are_those_of_torch() -> None:
    layer, other = small(neuron="hom_lif"), small(neuron="hom_lif", seed=2)
    assert set(layer.state_dict()) == set(hs.Network([4, 6, 3], neuron="hom_lif", recurrent=True).arrays)
    assert {name for name, _ in layer.named_parameters()} == {"hidden1.w", "hidden1.w_rec", "readout.w"}
    x = torch.randn(2, T, 4)
    assert not torch.equal(layer(x), other(x))
    other.load_state_dict(layer.state_dict())
    assert torch.equal(layer(x), other(x))
    stored = io.BytesIO()
    torch.save(layer, stored)
    stored.seek(0)
    for same in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer)), torch.load(stored, weights_only=False)):
        assert torch.equal(same(x), layer(x))
        same(x).sum().backward()
    layer.hidden1.w.data.zero_()  # without a word to torch
    assert not torch.equal(layer(x), other(x))
    torch.manual_seed(1)
    drawn = hs.torch.Network([4, 3]).state_dict()
    torch.manual_seed(1)
    assert torch.equal(hs.torch.Network([4, 3]).state_dict()["hidden1.w"], drawn["hidden1.w"])
    assert "hidden1" in repr(layer) and "4, 6, recurrent" in repr(layer)


def test_it_starts_from_a_saved_network(tmp_path: Path) -> None:
    net = hs.Network([4, 6, 3], recurrent=True, device="cpu", seed=5, **MODEL)
    net.save(tmp_path / "net.h5")
    layer, x = small(initial=str(tmp_path / "net.h5")), torch.randn(2, T, 4)
    np.testing.assert_array_equal(layer(x).detach(), net.infer(x).readout())
    (tmp_path / "net.h5").unlink()
    assert torch.equal(copy.deepcopy(layer)(x), layer(x))


def test_layers_are_freed_when_they_are_dropped() -> None:
    gc.collect()
    gc.disable()
    try:
        layer = small()
        engine = weakref.ref(layer._engine)
        out = layer(torch.randn(2, T, 4))
        del layer
        assert engine() is not None
        out.sum().backward()
        del out
        assert engine() is None
        unused = small()
        engine = weakref.ref(unused._engine)
        unused(torch.randn(2, T, 4))
        del unused
        assert engine() is None
    finally:
        gc.enable()


def test_two_threads_train_two_layers_and_one() -> None:
    x = torch.randn(2, T, 4)
    layers = [small(), small()]
    layers.append(layers[1])
    found: list[Tensor | None] = [None] * 3

    def train(k: int) -> None:
        for _ in range(10):
            (found[k],) = torch.autograd.grad(layers[k](x).square().sum(), [layers[k].hidden1.w])

    threads = [threading.Thread(target=train, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torch.equal(found[0], found[1]) and torch.equal(found[1], found[2])


def second_order(layer: nn.Module, x: Tensor) -> None:
    (grad,) = torch.autograd.grad(layer(x).square().sum(), [layer.hidden1.w], create_graph=True)
    grad.sum().backward()


def changed_in_place(layer: nn.Module, x: Tensor) -> None:
    out = layer(x).sum()
    with torch.no_grad():
        layer.hidden1.w.add_(1)
    out.backward()


def not_finite(layer: nn.Module, x: Tensor) -> None:
    with torch.no_grad():
        layer.hidden1.w[1, 2] = math.nan
    layer(x)


REFUSALS: dict[str, tuple[Callable[[nn.Module, Tensor], Any], type[Exception], str]] = {
    "second order": (second_order, hs.UsageError, "first derivatives only"),
    "double": (lambda layer, x: layer(x.double()), hs.UsageError, "x: torch.float64; expected torch.float32"),
    "parameters": (lambda layer, x: layer.double()(x), hs.UsageError, "hidden1.w: torch.float64; expected"),
    "device": (
        lambda layer, x: layer(x.to("meta")),
        hs.UsageError,
        "x: torch.strided on meta; expected a dense tensor",
    ),
    "sparse": (lambda layer, x: layer(x.to_sparse()), hs.UsageError, "expected a dense tensor on the CPU"),
    "shape": (lambda layer, x: layer(x[0]), hs.DataError, r"x: shape \(24, 4\); expected \[samples, steps, inputs\]"),
    "inputs": (lambda layer, x: layer(x[..., :3]), hs.DataError, "samples of 3 inputs; expected 4"),
    "NaN": (lambda layer, x: layer(x * math.nan), hs.DataError, "not finite"),
    "integers": (lambda layer, x: layer(torch.full((1, 2, 4), 3)), hs.DataError, "expected 0 and 1 for spikes"),
    "changed in place": (changed_in_place, RuntimeError, "modified by an inplace operation"),
    "NaN parameter": (not_finite, hs.DataError, r"hidden1.w\[1\]\[2\] is nan; expected a finite number"),
    "sizes": (lambda layer, x: hs.torch.Network([4]), hs.UsageError, "expected inputs and at least one population"),
    "key": (lambda layer, x: small(treshold=1.0), hs.ConfigError, "did you mean"),
    "steps": (lambda layer, x: hs.torch.loss(nn.MSELoss(), steps="first"), hs.UsageError, "expected sum, mean, last"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_refusals(what: str) -> None:
    call, error, text = REFUSALS[what]
    with pytest.raises(error, match=text):
        call(small(), torch.randn(2, T, 4))


def test_hetsyn_imports_torch_only_when_it_is_used() -> None:
    program = """
import sys, hetsyn
assert "torch" not in sys.modules
sys.modules["torch"] = None
try:
    hetsyn.torch
except ImportError as error:
    assert str(error).startswith("hetsyn.torch needs PyTorch"), error
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_losses_of_torch_in_fit() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 60)
    x = rng.random((60, 20, 6)) < 0.1
    for b, c in enumerate(y):
        x[b, :, 2 * c : 2 * c + 2] |= rng.random((20, 2)) < 0.4

    def trained(loss: Any, target: Any) -> dict[str, np.ndarray]:
        net = hs.Network([6, 10, 3], seed=2, device="cpu", threshold=0.4)
        net.fit(x, target, epochs=2, batch=20, loss=loss, learning_rate=5e-3)
        return {name: net.read(name) for name in net.arrays}

    def entropy(readout: Tensor, labels: Tensor) -> Tensor:
        return nn.functional.cross_entropy(readout.sum(1), labels)

    def entropy_by_hand(readout: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
        scores = readout.sum(1, dtype=np.float64)
        p = np.exp(scores - scores.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        rows = np.arange(len(labels))
        value = -np.log(p[rows, labels]).mean()
        p[rows, labels] -= 1
        gradient = np.repeat(p[:, None, :] / len(labels), readout.shape[1], axis=1)
        return float(value), gradient.astype(np.float32)

    expected = trained(entropy_by_hand, y)
    for loss in (hs.torch.loss(entropy), hs.torch.loss(nn.CrossEntropyLoss(), steps="sum")):
        for name, values in trained(loss, y).items():
            np.testing.assert_allclose(values, expected[name], rtol=1e-3, atol=1e-4)

    target = rng.standard_normal((60, 20, 3)).astype(np.float32)

    def squares(readout: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
        difference = readout - target
        return float((difference**2).mean()), (2 * difference / difference.size).astype(np.float32)

    class Mine(nn.Module):
        def forward(self, readout: Tensor, target: Tensor) -> Tensor:
            return (readout - target).square().mean()

    expected = trained(squares, target)
    for loss in (nn.MSELoss(), nn.functional.mse_loss, Mine()):
        for name, values in trained(loss, target).items():
            np.testing.assert_allclose(values, expected[name], rtol=1e-3, atol=1e-4)

    with pytest.raises(hs.UsageError, match=r"returned \(20, 20, 3\); expected a tensor of one number"):
        trained(nn.MSELoss(reduction="none"), target)


def test_views_and_tensors_share_memory() -> None:
    net = hs.Network([6, 5, 2], seed=1, device="cpu", threshold=0.3)
    view = net.view("readout.w")
    tensor = torch.from_dlpack(net.read("readout.w"))  # out
    assert torch.equal(tensor, torch.from_numpy(np.array(view)))
    assert not view.flags.writeable and not view.flags.owndata
    net.write("readout.w", torch.ones(2, 5))  # in
    assert (view == 1).all()
    x = torch.rand(3, 10, 6) < 0.4
    np.testing.assert_array_equal(net.infer(x).readout(), net.infer(x.numpy()).readout())
    d_input = net.forward(x).backward_to_input(np.ones((3, 10, 2), np.float32))
    assert d_input.shape == (3, 10, 6) and d_input.any()
    gradient = net.view("readout.w", "gradient")
    np.testing.assert_array_equal(gradient, net.gradient("readout.w"))
    del net
    assert (view == 1).all() and gradient.any()  # the arrays keep the network
    with pytest.raises(hs.UsageError, match="expected cpu for a view"):
        hs.Network([6, 5, 2], device="reference").view("readout.w")
