"""Graphs of hetsyn.nir, read and run by snnTorch."""

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
    x = np.random.default_rng(5).random((3, 80, 12)) < 0.2
    state, found = None, []
    with torch.no_grad():
        for t in range(x.shape[1]):
            z, state = model(torch.tensor(x[:, t], dtype=torch.float32), state)
            found.append(z.numpy())
    expected = net.infer(x).readout()
    assert 0.05 < expected.mean() < 0.9
    np.testing.assert_array_equal(np.stack(found, axis=1), expected)
