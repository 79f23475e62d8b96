"""Graphs of hetsyn.nir, read and run by snnTorch."""

from collections.abc import Callable
from pathlib import Path

import hetsyn as hs
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs torch")
pytest.importorskip("nirtorch", reason="needs nirtorch")
snn = pytest.importorskip("snntorch", reason="needs snntorch")
nir = pytest.importorskip("nir", reason="needs nir")

SNNTORCH_DT_MS = 0.1  # the step that its reader assumes


def with_reset_by_subtraction(model: torch.nn.Module) -> torch.nn.Module:
    """snnTorch's reader makes neurons that are reset to zero, as NIR says. Those of Leaky's defaults subtract the
    threshold in the next step, as hetsyn's do.
    """
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, snn.Leaky):
                beta = torch.as_tensor(child.beta, dtype=torch.float32)
                setattr(parent, name, snn.Leaky(beta, float(child.threshold), init_hidden=True))
    return model


def run(model: Callable[[torch.Tensor], torch.Tensor], x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.stack([model(torch.tensor(x[:, t], dtype=torch.float32)).numpy() for t in range(x.shape[1])], axis=1)


X = np.random.default_rng(5).random((3, 80, 12)) < 0.2


def test_a_graph_of_snntorch_gives_the_same_spikes(tmp_path: Path) -> None:
    from snntorch.export_nir import export_to_nir

    torch.manual_seed(0)

    def lif(beta: torch.Tensor) -> snn.Leaky:
        return snn.Leaky(beta, threshold=torch.full_like(beta, 0.8), init_hidden=True)

    first, second = torch.nn.Linear(12, 9, bias=False), torch.nn.Linear(9, 4, bias=False)
    for layer in (first, second):
        layer.weight.data *= 3
    model = torch.nn.Sequential(first, lif(torch.linspace(0.7, 0.95, 9)), second, lif(torch.full((4,), 0.9)))
    nir.write(tmp_path / "theirs.nir", export_to_nir(model, torch.zeros(12)))
    for neuron in (model[1], model[3]):
        neuron.reset_mem()
    net = hs.nir.read(
        tmp_path / "theirs.nir", dt_ms=SNNTORCH_DT_MS, discretisation="euler", reset="next_step", surrogate="atan"
    )
    assert net.neuron == "het_lif"
    expected = run(model, X)
    assert 0.05 < expected.mean() < 0.9
    np.testing.assert_array_equal(net.infer(X).readout(), expected)


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neuron", ["hom_lif", "het_lif"])
def test_snntorch_gives_the_same_spikes(neuron: str, recurrent: bool, tmp_path: Path) -> None:
    from snntorch.import_nir import import_from_nir

    options = {"tie_reset_decay": True, "tau_synapse_ms": {"lognormal": [20.0, 0.5]}} if neuron == "het_lif" else {}
    net = hs.Network(
        [12, 9, 7, 4], neuron=neuron, recurrent=recurrent, spiking_readout=True, seed=2, weight_gain=3.0, **options
    )
    hs.nir.write(tmp_path / "net.nir", net, discretisation="euler", dt_ms=SNNTORCH_DT_MS)
    model = with_reset_by_subtraction(import_from_nir(nir.read(tmp_path / "net.nir")))
    state = None

    def step(x: torch.Tensor) -> torch.Tensor:
        nonlocal state
        z, state = model(x, state)
        return z

    expected = net.infer(X).readout()
    assert 0.05 < expected.mean() < 0.9
    np.testing.assert_array_equal(run(step, X), expected)
