"""Networks on arrays: forward, backward, training, and what is refused."""

import gc
import pickle
import resource

import hetsyn as hs
import numpy as np
import pytest

RNG = np.random.default_rng(0)


def spikes(samples: int = 4, steps: int = 30, inputs: int = 6) -> np.ndarray:
    return RNG.random((samples, steps, inputs)) < 0.3


def labelled(samples: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Class c: the inputs 2c and 2c + 1 spike more."""
    y = RNG.integers(0, 3, samples)
    x = RNG.random((samples, 20, 6)) < 0.1
    for b, c in enumerate(y):
        x[b, :, 2 * c : 2 * c + 2] |= RNG.random((20, 2)) < 0.3
    return x, y


def test_the_gradient_is_that_of_finite_differences() -> None:
    net = hs.Network([6, 5, 2], seed=1, device="reference", neuron="het_lif", threshold=100.0)  # no spikes: smooth
    x, d = spikes(), RNG.standard_normal((4, 30, 2)).astype(np.float32)
    net.forward(x).backward(d)
    for name in ("readout.w", "readout.r"):
        assert not net.gradient(name).any()  # nothing arrives
    net = hs.Network([6, 5, 2], seed=1, device="reference", neuron="het_lif")
    net.forward(x).backward(d)
    weights, gradient = net.read("readout.w"), net.gradient("readout.w")  # the readout is smooth in its weights
    h = 1e-3
    for index in [(0, 0), (1, 3)]:
        values = []
        for sign in (1, -1):
            moved = weights.copy()
            moved[index] += sign * h
            net.write("readout.w", moved)
            values.append(float((net.infer(x).readout().astype(np.float64) * d).sum()))
        assert gradient[index] == pytest.approx((values[0] - values[1]) / (2 * h), rel=1e-2)


def test_kinds_of_input_agree() -> None:
    net = hs.Network([6, 5, 2], seed=1, device="cpu")
    x = spikes()
    b, t, n = np.nonzero(x)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(b, minlength=len(x)))])
    events = hs.Events(offsets, n, t, step_count=x.shape[1], inputs=6)
    times = [(np.nonzero(each)[0] + 0.5, np.nonzero(each)[1]) for each in x]
    timed = hs.Events.from_times(times, duration_ms=30.0, dt_ms=1.0, inputs=6)
    expected = net.infer(x).readout()
    assert expected.any()
    for same in (x.astype(np.int64), x.astype(np.uint8), events, timed):
        np.testing.assert_array_equal(net.infer(same).readout(), expected)
    np.testing.assert_allclose(net.infer(x.astype(np.float64)).readout(), expected, rtol=1e-4, atol=1e-5)


def test_a_network_learns_classes_and_goes_on_from_where_it_is() -> None:
    x, y = labelled()
    net = hs.Network([6, 20, 3], seed=1)
    history = net.fit(x, y, epochs=8, learning_rate=5e-3)
    assert history["validation"]["accuracy"].shape == (8,)
    assert net.evaluate(x, y)["accuracy"] > 0.9
    before = net["hidden1"].weight
    net.fit(x, y, epochs=1, learning_rate=1e-12, optimizer="sgd", keep="last")
    np.testing.assert_allclose(net["hidden1"].weight, before, rtol=1e-5)


def test_a_loss_of_ones_own_is_that_of_the_engine() -> None:
    def mean_squared_error(readout, target):
        difference = readout.astype(np.float64) - target
        return float((difference**2).mean()), (2 * difference / difference.size).astype(np.float32)

    x, target = spikes(40), RNG.random((40, 30, 2))
    losses = []
    for loss in ("trace_mse", mean_squared_error):
        net = hs.Network([6, 20, 2], seed=1, device="cpu")
        losses.append(net.fit(x, target, epochs=3, learning_rate=1e-3, loss=loss)["train"]["loss"])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-3)


def test_targets_are_followed() -> None:
    x = spikes(32)
    target = np.repeat(np.sin(np.linspace(0, 3, 30))[None, :, None], 32, axis=0)
    net = hs.Network([6, 20, 1], seed=1)
    history = net.fit(x, target, epochs=10, learning_rate=5e-3)
    assert history["train"]["loss"][-1] < 0.7 * history["train"]["loss"][0]
    assert net.evaluate(x, target)["mse"] < 1.0


def test_time_constants_are_read_and_written() -> None:
    net = hs.Network([6, 5, 2], recurrent=True, tau_synapse_ms={"lognormal": [20.0, 0.5]})
    assert 5 < np.median(net["hidden1"].tau_ms) < 80
    net["hidden1"].recurrent.tau_ms = np.full((5, 5), 40.0)
    np.testing.assert_allclose(net["hidden1"].recurrent.tau_ms, 40.0, rtol=1e-4)
    recorded = net.record(spikes(), ["spikes", "potential"])
    assert recorded["spikes"]["hidden1"].shape == (4, 30, 5)
    assert recorded["potential"]["readout"].shape == (4, 30, 2)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda net: net.infer(np.zeros((5, 6))), hs.DataError, r"x: shape \(5, 6\)"),
        (lambda net: net.infer(np.full((1, 5, 6), np.nan)), hs.DataError, "not finite"),
        (lambda net: net.infer(np.full((1, 5, 6), 2)), hs.DataError, "integers from 2 to 2"),
        (lambda net: net.infer(np.zeros((1, 5, 7))), hs.DataError, "samples of 7 inputs; expected 6"),
        (lambda net: net.infer(np.zeros((1, 5, 6), dtype=complex)), hs.DataError, "dtype complex128"),
        (lambda net: net.infer(hs.Events([0, 1], [9], [0], 5, 6)), hs.DataError, "an event of unit 9"),
        (lambda net: net.infer(hs.Events([0, 2], [0], [0], 5, 6)), hs.DataError, "offsets of events must ascend"),
        (lambda net: net.infer(hs.Events([0, 1], [-1], [0], 5, 6)), hs.DataError, "x.units: a value outside"),
        (lambda net: net.write("hidden1.w", np.zeros((2, 2))), hs.UsageError, r"expected an array of shape \(5, 6\)"),
        (lambda net: net.write("hidden1.r", np.full((5, 6), 1.5)), hs.DataError, "expected a decay, 0 to 1"),
        (lambda net: net.read("hiden1.w"), hs.UsageError, "did you mean"),
        (lambda net: net.fit(spikes(), [0, 1]), hs.DataError, "2 values; expected one for each of 4 samples"),
        (lambda net: net.fit(spikes(), [0, 1, 0, 2]), hs.DataError, "sample 3 has 2; expected 0 to 1"),
        (lambda net: net.fit(spikes(20), [0, 1] * 10, epohcs=3), hs.ConfigError, "epohcs"),
        (lambda net: net.fit(spikes(20), [0, 1] * 10, loss="mse"), hs.UsageError, "unknown loss"),
        (lambda net: net.fit(spikes(20), [0, 1] * 10, loss=lambda y, t: 1.0), hs.DataError, "the loss function"),
        (lambda net: net.fit(spikes(20), [0, 1] * 10, loss=lambda y, t: 1 / 0), ZeroDivisionError, "division"),
        (lambda net: hs.Network([3, 4]), hs.UsageError, "sizes"),
        (lambda net: hs.Network([3, 4, 2], thresold=1.0), hs.ConfigError, "did you mean"),
        (lambda net: hs.Network([3, 4, 2], neuron="lif"), hs.ConfigError, "neuron"),
        (lambda net: hs.load("no.h5"), hs.RunError, "no.h5"),
        (lambda net: hs.set_threads(-1), hs.UsageError, "-1 threads"),
    ],
)
def test_what_is_wrong_is_one_sentence(call, error, text) -> None:
    with pytest.raises(error, match=text):
        call(hs.Network([6, 5, 2]))


def test_an_old_pass_is_refused() -> None:
    net = hs.Network([6, 5, 2])
    first = net.forward(spikes())
    net.infer(spikes())
    with pytest.raises(hs.UsageError, match="another pass"):
        first.readout()


def test_a_pass_keeps_its_network() -> None:
    done = hs.Network([6, 5, 2]).infer(spikes())
    gc.collect()
    assert done.readout().shape == (4, 30, 2)


def test_networks_leave_no_memory_behind() -> None:
    def make(count: int) -> None:
        for seed in range(count):
            net = hs.Network([20, 50, 5], seed=seed)
            net.forward(np.zeros((2, 10, 20), dtype=bool)).backward(np.zeros((2, 10, 5), dtype=np.float32))

    make(100)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    make(1000)
    gc.collect()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8192  # kB; the networks hold 30 MB


@pytest.mark.parametrize("loss", ["softmax_sum", "last_step", "spike_count"])
def test_predictions_are_decided_as_the_loss_decides(loss: str) -> None:
    rng = np.random.default_rng(3)
    x, y = rng.random((40, 12, 6)) < 0.3, rng.integers(0, 3, 40)
    net = hs.Network([6, 10, 3], spiking_readout=loss == "spike_count", seed=1)
    history = net.fit(x, y, validation=(x, y), epochs=2, keep="last", loss=loss)
    assert net.evaluate(x, y)["accuracy"] == pytest.approx(history["validation"]["accuracy"][-1])
    assert pickle.loads(pickle.dumps(net)).decision == loss
