"""hetsyn.nir: what the graphs compute by a simulator that knows only NIR, round trips, and what is refused."""

import subprocess
import sys
from pathlib import Path

import hetsyn as hs
import nir
import numpy as np
import pytest

SPIKING = (nir.LIF, nir.CubaLIF, nir.Threshold)
HET = {"tau_synapse_ms": {"lognormal": [20.0, 0.5]}}
FORMS = {  # one for each way in which a layer is written
    "lif": {"neuron": "hom_lif"},
    "lif_recurrent": {"neuron": "hom_lif", "recurrent": True},
    "lif_spiking_readout": {"neuron": "hom_lif", "recurrent": True, "spiking_readout": True, "threshold": 0.5},
    "lif_vector": {"neuron": "het_lif", "recurrent": True, "tie_reset_decay": True, **HET},
    "reset_of_its_own": {"neuron": "het_lif", "recurrent": True, "autapses": True, "tau_reset_ms": 5.0, **HET},
    "per_projection": {"neuron": "het_lif", "recurrent": True, "decay_per_projection": True, **HET},
    "adaptive": {"neuron": "hom_alif", "recurrent": True, "adaptation_strength": 0.2},
    "per_synapse": {"neuron": "hetsyn_lif", "recurrent": True, **HET},
    "per_synapse_adaptive": {"neuron": "hetsyn_lif", "adaptation": True, "spiking_readout": True, **HET},
}


def network(seed: int = 1, sizes: tuple[int, ...] = (12, 9, 7, 4), **options) -> hs.Network:
    return hs.Network(sizes, seed=seed, weight_gain=3.0, dt_ms=1.0, **options)


def spikes(inputs: int = 12) -> np.ndarray:
    return np.random.default_rng(5).random((3, 80, inputs)) < 0.2


class Simulator:
    """A graph step by step in float64. A node sees what nodes before it give in the same step; where a loop closes,
    into a spiking node, what they gave in the previous step.
    """

    def __init__(self, graph: nir.NIRGraph) -> None:
        self.dt = float(graph.metadata["dt"])
        self.euler = graph.metadata["discretisation"] == "euler"
        assert (graph.metadata["reset"], graph.metadata["reset_timing"]) == ("subtract", "next_step")
        self.nodes: dict[str, nir.NIRNode] = {}
        self.sources: dict[str, list[str]] = {}
        self.flatten(graph, "")
        self.order: list[str] = []
        for name in self.nodes:
            self.visit(name)
        self.state: dict[str, np.ndarray] = {}

    def flatten(self, graph: nir.NIRGraph, prefix: str) -> None:
        for name, node in graph.nodes.items():
            if isinstance(node, nir.NIRGraph):
                self.flatten(node, f"{prefix}{name}.")
            else:
                self.nodes[prefix + name] = node
        for source, target in graph.edges:
            source += ".output" if isinstance(graph.nodes[source], nir.NIRGraph) else ""
            target += ".input" if isinstance(graph.nodes[target], nir.NIRGraph) else ""
            self.sources.setdefault(prefix + target, []).append(prefix + source)

    def closes_a_loop(self, source: str, target: str) -> bool:
        seen, todo = set(), [source]
        while todo:
            name = todo.pop()
            if name == target:
                return isinstance(self.nodes[target], SPIKING)
            if name not in seen:
                seen.add(name)
                todo += self.sources.get(name, [])
        return False

    def visit(self, name: str) -> None:
        if name not in self.order:
            for source in self.sources.get(name, []):
                if not self.closes_a_loop(source, name):
                    self.visit(source)
            self.order.append(name)

    def leak(self, tau: np.ndarray) -> np.ndarray:
        return 1 - self.dt / tau if self.euler else np.exp(-self.dt / tau)

    def apply(self, name: str, x: np.ndarray) -> np.ndarray:
        node = self.nodes[name]
        if isinstance(node, nir.Linear):
            return x @ node.weight.astype(np.float64).T
        if isinstance(node, nir.Scale):
            return x * node.scale
        if isinstance(node, nir.Threshold):
            return (x > node.threshold).astype(np.float64)
        if isinstance(node, nir.LI | nir.LIF):
            r = self.leak(node.tau)
            v, z = self.state.get(name, np.zeros_like(x)), self.state.get(name + " spikes", np.zeros_like(x))
            v = r * v + (1 - r) * node.r * x
            if isinstance(node, nir.LI):
                self.state[name] = v
                return v
            v = v - node.v_threshold * z
            z = (v > node.v_threshold).astype(np.float64)
            self.state[name], self.state[name + " spikes"] = v, z
            return z
        return x

    def run(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """[B][T][N] of each node."""
        self.state = {}
        values: dict[str, np.ndarray] = {}
        out: dict[str, list[np.ndarray]] = {name: [] for name in self.nodes}
        for t in range(x.shape[1]):
            for name in self.order:
                total = x[:, t].astype(np.float64) if name == "input" else 0.0
                for source in self.sources.get(name, []):  # not yet given in this step: of the previous one
                    total = total + values.get(source, 0.0)
                values[name] = self.apply(name, total)
            for name, value in values.items():
                out[name].append(value)
        return {name: np.stack(each, axis=1) for name, each in out.items()}


def agree(net: hs.Network, graph: nir.NIRGraph) -> None:
    """The simulator on the graph, and the engine: the same spikes, and the same readout but for float32."""
    x = spikes()
    found = Simulator(graph).run(x)
    done = net.infer(x)
    for population in net.populations:
        if population.spiking:
            name = f"{population.name}_out"
            name = name if name in found else f"{name}.output"
            expected = done.spikes(population.name)
            assert 0.01 < expected.mean() < 0.9
            np.testing.assert_array_equal(found[name], expected)
    np.testing.assert_allclose(found["output"], done.readout(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("discretisation", ["exponential", "euler"])
@pytest.mark.parametrize("form", FORMS)
def test_a_simulator_of_nir_gives_the_same_spikes(form: str, discretisation: str, tmp_path: Path) -> None:
    net = network(**FORMS[form])
    hs.nir.write(tmp_path / "net.nir", net, discretisation=discretisation)
    agree(net, nir.read(tmp_path / "net.nir"))  # checks its types as well


@pytest.mark.parametrize("discretisation", ["exponential", "euler"])
@pytest.mark.parametrize("form", FORMS)
def test_a_round_trip_gives_the_same_bits(form: str, discretisation: str, tmp_path: Path) -> None:
    net = network(**FORMS[form])
    hs.nir.write(tmp_path / "net.nir", net, discretisation=discretisation)
    back = hs.nir.read(tmp_path / "net.nir")
    assert (back.neuron, back.dt_ms, back.arrays) == (net.neuron, net.dt_ms, net.arrays)
    for name in net.arrays:
        np.testing.assert_array_equal(back.read(name), net.read(name), err_msg=name)
    for key in (
        "threshold",
        "tau_reset_ms",
        "tie_reset_decay",
        "decay_per_projection",
        "spiking_readout",
        "adaptation",
    ):
        if key != "tau_reset_ms" or not net.model["tie_reset_decay"]:
            assert back.model[key] == net.model[key], key
    np.testing.assert_array_equal(back.infer(spikes()).readout(), net.infer(spikes()).readout())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"membrane_adaptation": 0.5}, "by the potential or with a filter"),
        ({"tau_adaptation_current_ms": 10}, "by the potential or with a filter"),
        ({"adaptation_trained": True}, "that neurons draw or train"),
        ({"adaptation_per_neuron": True, "adaptation_strength": {"uniform": [0, 1]}}, "that neurons draw or train"),
    ],
)
def test_adlif_neurons_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(hs.UsageError, match=f"a graph of NIR cannot hold an adaptation {message}"):
        hs.nir.to_graph(network(neuron="hom_alif", **options))


def test_decays_at_their_bounds_survive(tmp_path: Path) -> None:
    net = network(neuron="hetsyn_lif")
    decay = net["hidden1"].decay
    decay[0], decay[1], decay[2], decay[3] = 0.0, 1.0, np.float32(1) - np.float32(2.0**-24), 1e-30
    net["hidden1"].decay = decay
    weight = net["hidden1"].weight
    weight[4], weight[5, 3] = 0.0, 0.0  # the decays of absent synapses too
    net["hidden1"].weight = weight
    for discretisation in ("exponential", "euler"):
        hs.nir.write(tmp_path / "net.nir", net, discretisation=discretisation)
        back = hs.nir.read(tmp_path / "net.nir")["hidden1"]
        np.testing.assert_array_equal(back.weight, weight)
        if discretisation == "exponential":
            np.testing.assert_array_equal(back.decay, decay)
        else:  # r = 1 − Δt/τ is known to 1e-16 only
            np.testing.assert_array_equal(back.decay[decay != 1e-30], decay[decay != 1e-30])
            assert (back.decay[3] < 1e-15).all()


def test_forms_of_layers() -> None:
    graph = hs.nir.to_graph(network(**FORMS["lif_recurrent"]))
    assert [type(node).__name__ for node in graph.nodes.values()] == [
        "Input", "Linear", "NIRGraph", "Linear", "NIRGraph", "Linear", "LI", "Output",
    ]  # fmt: skip
    assert list(graph.nodes["hidden1_out"].nodes) == ["input", "lif", "w_rec", "output"]
    np.testing.assert_allclose(graph.nodes["hidden1_out"].nodes["lif"].tau, 0.020, rtol=1e-5)
    expanded = hs.nir.to_graph(network(**FORMS["per_synapse"]))
    kinds = [type(node).__name__ for node in expanded.nodes.values()]
    currents = 9 + 9 + 7 + 7 + 4  # neurons of the projections
    assert kinds.count("LI") == currents + 2 and kinds.count("Threshold") == 2
    assert kinds.count("Linear") == 2 * currents


def test_the_time_step_of_a_reader_changes_time_constants_alone() -> None:
    net = network(**FORMS["lif_vector"])
    ours, theirs = hs.nir.to_graph(net), hs.nir.to_graph(net, dt_ms=0.1)
    lif, other = (graph.nodes["hidden1_out"].nodes["lif"] for graph in (ours, theirs))
    np.testing.assert_allclose(other.tau, lif.tau / 10)
    np.testing.assert_array_equal(other.r, lif.r)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> hs.Run:
    small = {"model.hidden": [6], "train.iterations": 2, "train.iterations_per_epoch": 1, "train.evaluation_samples": 4}
    return hs.train(task="dms", set=small, out=tmp_path_factory.mktemp("runs") / "run")


def test_the_command_writes_the_network_of_a_run(run: hs.Run, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "hetsyn.nir"]
    subprocess.run([*command, run.path, tmp_path / "out.nir", "--checkpoint", "last"], check=True)
    back = hs.nir.read(tmp_path / "out.nir")
    for name, values in run.parameters("last").items():
        np.testing.assert_array_equal(back.read(name), values)
    wrong = subprocess.run([*command, tmp_path, tmp_path / "out.nir"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1 and "is not a run directory" in wrong.stderr and "Traceback" not in wrong.stderr


# Graphs of others

LIF_TAU, DT = 0.020, 0.001
RNG = np.random.default_rng(3)
W1, W2 = RNG.normal(0, 1, (5, 4)).astype(np.float32), RNG.normal(0, 1, (3, 5)).astype(np.float32)


def lif(size: int = 5, threshold: float | np.ndarray = 1.0, gain: float = 1.0, **changed) -> nir.LIF:
    ones = np.ones(size)
    values = {"tau": LIF_TAU * ones, "r": gain * ones, "v_leak": 0 * ones, "v_threshold": threshold * ones}
    return nir.LIF(**(values | changed))


def chain(*nodes: nir.NIRNode) -> nir.NIRGraph:
    return nir.NIRGraph.from_list(*nodes, type_check=False)


def simple(**changed) -> nir.NIRGraph:
    readout = nir.LI(tau=np.full(3, 0.01), r=np.ones(3), v_leak=np.zeros(3))
    return chain(nir.Linear(W1), lif(**changed), nir.Linear(W2), readout)


def read(graph: nir.NIRGraph, **options) -> hs.Network:
    return hs.nir.from_graph(graph, **({"dt_ms": 1.0, "discretisation": "euler", "reset": "next_step"} | options))


def test_gains_and_thresholds_go_into_the_weights() -> None:
    thresholds = np.array([0.5, 1.0, 1.0, 2.0, 4.0])
    net = read(simple(threshold=thresholds, gain=20.0))
    assert net.neuron == "hom_lif" and net.model["threshold"] == 0.5
    np.testing.assert_allclose(net["hidden1"].weight, W1 * (0.5 / thresholds)[:, None], rtol=1e-6)
    np.testing.assert_allclose(net["hidden1"].decay, 1 - DT / LIF_TAU)
    np.testing.assert_allclose(net["readout"].weight, W2 / 10, rtol=1e-6)  # R Δt/τ = 0.1
    np.testing.assert_allclose(net["readout"].decay, 0.9)
    assert net.model["tie_reset_decay"] is False
    exact = read(simple(), discretisation="exponential", surrogate="atan")
    np.testing.assert_allclose(exact["hidden1"].decay, np.exp(-DT / LIF_TAU))
    assert exact.model["surrogate"]["kind"] == "atan"


@pytest.mark.parametrize("recurrent", [False, True])
def test_a_reset_in_the_step_of_the_spike(recurrent: bool) -> None:
    """V[t] = r (V[t−1] − ϑ z[t−1]) + x[t], of Norse and SpikingJelly."""
    rec = RNG.normal(0, 0.4, (5, 5)).astype(np.float32)
    graph = simple(gain=20.0)
    if recurrent:
        graph.nodes["rec"] = nir.Linear(rec)
        graph.edges += [("lif", "rec"), ("rec", "lif")]
    net = read(graph, reset="same_step", device="reference")
    x = np.random.default_rng(8).random((2, 100, 4)) < 0.3
    r, v, z, expected = 1 - DT / LIF_TAU, np.zeros((2, 5)), np.zeros((2, 5)), []
    for t in range(100):
        v = r * v + x[:, t] @ W1.T.astype(np.float64) + (z @ rec.T if recurrent else 0)
        z = (v > 1).astype(np.float64)
        v = v - z
        expected.append(z)
    found = net.infer(x).spikes("hidden1")
    assert 0.05 < found.mean() < 0.9
    np.testing.assert_array_equal(found, np.stack(expected, axis=1))


def cuba(tau_syn: float, tau_mem: float) -> nir.CubaLIF:
    one = np.ones(5)
    return nir.CubaLIF(tau_syn=tau_syn * one, tau_mem=tau_mem * one, r=one, v_leak=0 * one, v_threshold=one, w_in=one)


def test_a_cuba_lif_with_one_time_constant() -> None:
    fast_synapse = read(chain(nir.Linear(W1), cuba(DT, LIF_TAU), nir.Linear(W2)))
    assert fast_synapse.neuron == "hom_lif"
    np.testing.assert_allclose(fast_synapse["hidden1"].weight, W1 * (DT / LIF_TAU), rtol=1e-6)
    assert fast_synapse.model["tau_reset_ms"] == pytest.approx(-1 / np.log(0.95), rel=1e-6)
    fast_membrane = read(chain(nir.Linear(W1), cuba(LIF_TAU, DT), nir.Linear(W2)))
    np.testing.assert_allclose(fast_membrane["hidden1"].decay, 0.95)
    assert np.exp(-1 / fast_membrane.model["tau_reset_ms"]) < 1e-30
    np.testing.assert_array_equal(fast_membrane["readout"].decay, 0)  # no LI: the readout has no memory


def expanded(*edges: tuple[str, str], **nodes: nir.NIRNode) -> nir.NIRGraph:
    all_nodes = {"input": nir.Input(np.array([4])), "output": nir.Output(np.array([3])), **nodes}
    return nir.NIRGraph(all_nodes, list(edges), type_check=False)


def li(size: int, tau: float = 0.01) -> nir.LI:
    return nir.LI(tau=np.full(size, tau), r=np.full(size, 1.0), v_leak=np.zeros(size))


def branched() -> nir.NIRGraph:
    edges = [("input", "w"), ("w", "a"), ("w", "b"), ("a", "to"), ("b", "to"), ("to", "output")]
    return expanded(*edges, w=nir.Linear(W1), a=lif(), b=lif(), to=nir.Linear(W2))


def skipping() -> nir.NIRGraph:
    edges = [("input", "w"), ("w", "a"), ("a", "to"), ("skip", "output"), ("to", "output"), ("input", "skip")]
    return expanded(*edges, w=nir.Linear(W1), a=lif(), to=nir.Linear(W2), skip=nir.Linear(W1[:3]))


def unsprung() -> nir.NIRGraph:
    edges = [("input", "w"), ("w", "a"), ("a", "to"), ("to", "output")]
    return expanded(*edges, w=nir.Linear(W1), a=nir.Threshold(np.ones(5)), to=nir.Linear(W2))


def looping() -> nir.NIRGraph:
    edges = [("input", "w"), ("w", "l"), ("l", "m"), ("m", "l"), ("l", "a"), ("a", "to"), ("to", "output")]
    square = nir.Linear(np.eye(5))
    return expanded(*edges, w=nir.Linear(W1), l=nir.Linear(np.eye(5)), m=square, a=lif(), to=nir.Linear(W2))


NO_BIAS, BIAS = np.zeros(5), np.eye(5)[0]


@pytest.mark.parametrize(
    ("graph", "options", "text"),
    [
        (simple(), {"reset": None}, r"node 'lif': NIR resets the potential to v_reset"),
        (simple(v_reset=np.full(5, -1.0)), {}, r"node 'lif': v_reset is not 0"),
        (simple(v_leak=np.full(5, 0.1)), {}, r"node 'lif': v_leak is not 0"),
        (simple(threshold=-1.0), {}, r"node 'lif': a threshold that is not positive"),
        (simple(tau=np.full(5, 0.0005)), {}, r"node 'lif': a tau of 0\.0005 s is too short for steps of 0\.001 s"),
        (simple(tau=np.full(5, -1.0)), {}, r"node 'lif': a tau of -1 s is too short"),
        (simple(tau=np.full(5, np.nan)), {}, r"node 'lif': tau of shape \(5,\); expected 5 finite numbers"),
        (chain(nir.Linear(W1 * np.nan), lif(), nir.Linear(W2)), {}, "node 'linear': a weight that is not finite"),
        (chain(nir.Affine(W1, BIAS), lif(), nir.Linear(W2)), {}, "node 'affine': bias is not 0"),
        (chain(nir.Linear(W1), cuba(0.01, 0.02), nir.Linear(W2)), {}, "node 'cubalif': a CubaLIF filters"),
        (chain(nir.Linear(W1), cuba(DT, 0.02), nir.Linear(W2)), {"reset": "same_step"}, "no counterpart for a CubaLIF"),
        (chain(nir.Linear(W1), li(5), lif(), nir.Linear(W2)), {}, "node 'lif': a leaky integrator before it"),
        (chain(nir.Linear(W1), lif(), nir.Linear(W2), li(3), li(3)), {}, "node 'li_1': the second leaky integrator"),
        (chain(nir.Linear(W1), lif(), nir.Linear(W1)), {}, r"node 'linear_1': weights of shape \(5, 4\) for 5 signals"),
        (chain(nir.Linear(W1), lif(), nir.Delay(np.ones(5)), nir.Linear(W2)), {}, "node 'delay': a Delay, which"),
        (chain(nir.Linear(W1), li(5)), {}, "node 'output': expected at least one population"),
        (branched(), {}, "node 'b': gets the same input as 'a'"),
        (skipping(), {}, "node 'output': expected the output of 'a' alone"),
        (unsprung(), {}, "node 'a': has no reset"),
        (looping(), {}, "node 'l': is in a loop without a spiking neuron"),
    ],
)  # fmt: skip
def test_what_cannot_be_exact_is_refused_by_node(graph: nir.NIRGraph, options: dict, text: str) -> None:
    with pytest.raises(hs.DataError, match=text):
        read(graph, **options)


def test_arguments_and_files_that_are_wrong(tmp_path: Path) -> None:
    with pytest.raises(hs.UsageError, match="does not say its discretisation and time step"):
        hs.nir.from_graph(simple())
    foreign = simple()
    foreign.metadata = {"dt": "0.1 ms", "discretisation": "none of ours"}
    with pytest.raises(hs.UsageError, match="does not say its discretisation and time step"):
        hs.nir.from_graph(foreign)
    ours = hs.nir.to_graph(network(neuron="hom_lif"))
    ours.metadata["dt"] = "soon"
    with pytest.raises(hs.DataError, match="metadata: dt is 'soon'; expected a number of seconds"):
        hs.nir.from_graph(ours)
    with pytest.raises(hs.UsageError, match="reset 'zero'; expected next_step or same_step"):
        read(simple(), reset="zero")
    with pytest.raises(hs.UsageError, match="discretisation 'midpoint'"):
        hs.nir.to_graph(network(neuron="hom_lif"), discretisation="midpoint")
    with pytest.raises(hs.UsageError, match="dt_ms=0"):
        hs.nir.to_graph(network(neuron="hom_lif"), dt_ms=0)
    with pytest.raises(hs.UsageError, match="neuron 'hom_lif': the graph has more time constants"):
        hs.nir.from_graph(hs.nir.to_graph(network(**FORMS["lif_vector"])), neuron="hom_lif")
    with pytest.raises(hs.DataError, match=r"no\.nir: no such file"):
        hs.nir.read(tmp_path / "no.nir")
    (tmp_path / "text.nir").write_text("text")
    with pytest.raises(hs.DataError, match=r"text\.nir: is not a graph of NIR"):
        hs.nir.read(tmp_path / "text.nir")
    nir.write(tmp_path / "leaky.nir", simple(v_leak=np.ones(5)))
    with pytest.raises(hs.DataError, match=r"leaky\.nir: node 'lif': v_leak"):
        hs.nir.read(tmp_path / "leaky.nir", dt_ms=1.0, discretisation="euler", reset="next_step")
    with pytest.raises(hs.RunError, match="cannot be written"):
        hs.nir.write(tmp_path / "no" / "net.nir", network(neuron="hom_lif"))
