"""Inputs of networks: real types, sparse matrices, DLPack, data sets of events, and what is refused."""

from typing import Any, ClassVar

import hetsyn as hs
import numpy as np
import pytest
from numpy.typing import NDArray

sparse = pytest.importorskip("scipy.sparse", reason="SciPy")
RNG = np.random.default_rng(0)
TONIC = np.dtype([("t", int), ("x", int), ("p", int)])  # of Tonic's spiking speech
CAMERA = np.dtype([("x", int), ("y", int), ("t", int), ("p", int)])  # and of its cameras


@pytest.fixture(scope="module")
def net() -> hs.Network:
    return hs.Network([6, 5, 2], seed=1, device="cpu")


@pytest.fixture(scope="module")
def spikes() -> NDArray[np.bool_]:
    return RNG.random((4, 30, 6)) < 0.3


class Recordings:
    """A map-style data set, as those of Tonic: it raises no IndexError at its end."""

    sensor_size: ClassVar = (6, 1, 1)

    def __init__(self, x: NDArray[np.bool_], labels: Any) -> None:
        self.x, self.labels = x, labels

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, b: int) -> tuple[NDArray[Any], int]:
        steps, units = np.nonzero(self.x[b % len(self.x)])
        events = np.zeros(len(steps), TONIC)
        events["t"], events["x"], events["p"] = steps * 1000 + 500, units, 1
        return events, self.labels[b % len(self.x)]


class Exported:
    """Has DLPack alone."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


def test_all_forms_of_spikes_agree(net: hs.Network, spikes: NDArray[np.bool_]) -> None:
    expected = net.infer(spikes).readout()
    assert expected.any()
    forms = {
        "csr of booleans": [sparse.csr_array(each) for each in spikes],
        "csc of ones": [sparse.csc_matrix(each.astype(np.float64)) for each in spikes],
        "DLPack": Exported(spikes.astype(np.uint8)),
        "list": spikes.astype(int).tolist(),
        "data set": Recordings(spikes, [0, 1, 0, 1]),
        "Fortran order": np.asfortranarray(spikes),
        "64 bits, unsigned": spikes.astype(np.uint64),
    }
    for name, form in forms.items():
        if name == "data set":
            last = 1 + np.nonzero(spikes)[1].max()
            np.testing.assert_array_equal(net.infer(form).readout(), expected[:, :last], name)
        else:
            np.testing.assert_array_equal(net.infer(form).readout(), expected, name)


def test_a_sparse_array_of_three_dimensions(net: hs.Network, spikes: NDArray[np.bool_]) -> None:
    if not hasattr(sparse.coo_array(np.eye(2)), "coords"):
        pytest.skip("this SciPy has no arrays of three dimensions")
    x = sparse.coo_array(spikes.astype(np.int8))
    np.testing.assert_array_equal(net.infer(x).readout(), net.infer(spikes).readout())


def test_real_types_agree(net: hs.Network) -> None:
    x = RNG.integers(-8, 8, (3, 20, 6)) / 8  # exact in all types
    expected = net.infer(x).readout()
    for dtype in (np.float16, np.float32, np.longdouble):
        np.testing.assert_array_equal(net.infer(x.astype(dtype)).readout(), expected)
    matrices = [sparse.csr_array(each) for each in x]
    np.testing.assert_array_equal(net.infer(matrices).readout(), expected)


def test_a_place_stored_twice_counts_as_the_sum(net: hs.Network) -> None:
    halves = sparse.coo_array(([0.5, 0.5, 1.0], ([3, 3, 7], [2, 2, 5])), shape=(20, 6))
    whole = np.zeros((1, 20, 6), bool)
    whole[0, 3, 2] = whole[0, 7, 5] = True
    np.testing.assert_array_equal(net.infer([halves]).readout(), net.infer(whole).readout())


def test_events_of_a_data_set(spikes: NDArray[np.bool_]) -> None:
    data = Recordings(spikes, np.array([0, 1, 1, 0]))
    events, labels = hs.Events.from_dataset(data, dt_ms=1.0, duration_ms=30.0)
    assert (events.step_count, events.inputs) == (30, 6)
    assert labels.tolist() == [0, 1, 1, 0]
    b = np.repeat(np.arange(4), np.diff(events.offsets))
    dense = np.zeros_like(spikes)
    dense[b, events.steps, events.units] = True
    np.testing.assert_array_equal(dense, spikes)
    half, _ = hs.Events.from_dataset(data, dt_ms=2.0, duration_ms=15.0, crop=True)
    assert half.step_count == 8
    assert len(half.units) == spikes[:, :15].sum()
    longest, _ = hs.Events.from_dataset([data[b] for b in range(4)], dt_ms=1.0, sensor_size=6)
    assert longest.step_count == 1 + np.nonzero(spikes)[1].max()


def test_the_units_of_a_camera_are_those_of_frames() -> None:
    size = (4, 3, 2)  # width, height, polarities
    events = np.zeros(50, CAMERA)
    events["x"], events["y"] = RNG.integers(0, 4, 50), RNG.integers(0, 3, 50)
    events["p"], events["t"] = RNG.integers(0, 2, 50), np.sort(RNG.integers(0, 20_000, 50))
    read, _ = hs.Events.from_dataset([(events, 0)], dt_ms=1.0, sensor_size=size)
    frames = np.zeros((20, 2, 3, 4), int)
    frames[events["t"] // 1000, events["p"], events["y"], events["x"]] = 1
    dense = np.zeros((20, 24), int)
    dense[read.steps, read.units] = 1
    np.testing.assert_array_equal(dense, frames.reshape(20, 24))


def test_pairs_of_times_and_units() -> None:
    pairs = [(([0.5, 2.0], [1, 0]), 1), (([], []), 0)]
    events, labels = hs.Events.from_dataset(pairs, dt_ms=0.5, sensor_size=2, time_unit="ms", duration_ms=3.0)
    assert events.steps.tolist() == [1, 4]
    assert events.offsets.tolist() == [0, 2, 2]
    assert labels.tolist() == [1, 0]


def test_a_network_learns_a_data_set() -> None:
    y = RNG.integers(0, 2, 80)
    x = RNG.random((80, 20, 6)) < 0.05
    for b, c in enumerate(y):
        x[b, :, 3 * c : 3 * c + 3] |= RNG.random((20, 3)) < 0.4
    data = Recordings(x[:60], y[:60])
    net = hs.Network([6, 10, 2], seed=1)
    net.fit(data, validation=Recordings(x[60:], y[60:]), epochs=10, learning_rate=1e-2)
    assert net.evaluate(data)["accuracy"] > 0.9
    assert net.predict(data).shape == (60,)


def test_a_data_set_of_tonic(spikes: NDArray[np.bool_]) -> None:
    tonic = pytest.importorskip("tonic", reason="Tonic")

    class Made(tonic.Dataset):  # type: ignore[misc]
        sensor_size = (6, 1, 1)

        def __init__(self) -> None:
            super().__init__("")
            self.inner = Recordings(spikes, [0, 1, 1, 0])

        def __len__(self) -> int:
            return 4

        def __getitem__(self, b: int) -> Any:
            return self.inner[b]

    for data in (Made(), tonic.MemoryCachedDataset(Made())):
        events, labels = hs.Events.from_dataset(data, dt_ms=1.0)
        assert labels.tolist() == [0, 1, 1, 0]
        frames = tonic.transforms.ToFrame(
            sensor_size=(6, 1, 1), time_window=1000, include_incomplete=True, start_time=0
        )
        for b in range(4):
            dense = np.zeros((events.step_count, 6), int)
            part = slice(events.offsets[b], events.offsets[b + 1])
            dense[events.steps[part], events.units[part]] = 1
            frame = frames(data[b][0]).reshape(-1, 6)
            np.testing.assert_array_equal(dense[: len(frame)], frame)
            assert not dense[len(frame) :].any()


def test_tensors_of_torch(net: hs.Network, spikes: NDArray[np.bool_]) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch")
    expected = net.infer(spikes).readout()
    x = torch.from_numpy(spikes)
    for form in (x, x.to(torch.int8).to_sparse(), x.float().to_sparse(), Exported(x.to(torch.uint8))):
        np.testing.assert_array_equal(net.infer(form).readout(), expected)
    with pytest.raises(hs.DataError, match=r"x: cannot be read as an array: .*BFloat16"):
        net.infer(x.bfloat16())
    with pytest.raises(hs.DataError, match="requires grad"):
        net.infer(x.float().requires_grad_())


def _with(**fields: Any) -> list[tuple[NDArray[Any], int]]:
    events = np.zeros(1, CAMERA)
    for name, value in fields.items():
        events[name] = value
    return [(np.zeros(0, CAMERA), 0), (events, 1)]


def _read(data: Any, **options: Any) -> Any:
    return hs.Events.from_dataset(data, **({"dt_ms": 1.0, "sensor_size": (4, 3, 2)} | options))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda net: net.infer([np.zeros((5, 6)), np.zeros((4, 6))]), hs.DataError, r"x: sample 1 has shape \(4, 6\)"),
        (lambda net: net.infer(np.full((2, 5, 6), "a")), hs.DataError, "x: dtype <U1"),
        (lambda net: net.infer(np.full((2, 5, 6), 1e300)), hs.DataError, "sample 0: a value is not finite"),
        (
            lambda net: net.infer(np.eye(6, dtype=int)[None] * [[[1], [1], [1], [3], [1], [1]]]),
            hs.DataError,
            "sample 0",
        ),
        (lambda net: net.infer(sparse.csr_array((30, 6))), hs.DataError, r"shape \(30, 6\); expected a list"),
        (lambda net: net.infer([sparse.csr_array((5, 6)), sparse.csr_array((4, 6))]), hs.DataError, "x: sample 1 has"),
        (
            lambda net: net.infer([sparse.csr_array((5, 6)), np.zeros((5, 6))]),
            hs.DataError,
            "x, sample 1: expected a sp",
        ),
        (
            lambda net: net.infer([sparse.csr_array(k * np.eye(6, dtype=int)) for k in (1, 2)]),
            hs.DataError,
            "x, sample 1: a value 2;",
        ),
        (
            lambda net: net.infer([sparse.csr_array(np.nan * np.eye(6))]),
            hs.DataError,
            "sample 0: a value is not finite",
        ),
        (lambda net: net.infer([sparse.csr_array(1j * np.eye(6))]), hs.DataError, "sample 0: dtype complex128"),
        (lambda net: net.infer([sparse.csr_array((5, 7))]), hs.DataError, "samples of 7 inputs; expected 6"),
        (lambda net: net.fit(np.zeros((4, 5, 6), bool)), hs.UsageError, "x: has no labels; expected y"),
        (
            lambda net: net.fit(np.zeros((4, 5, 6), bool), [0, 1, -1, 0]),
            hs.DataError,
            "y: sample 2 has -1; expected 0 or",
        ),
        (
            lambda net: net.evaluate(np.zeros((4, 5, 6), bool), [0, 1, 1]),
            hs.DataError,
            r"y: shape \(3,\); expected \(4,\)",
        ),
        (lambda net: net.evaluate(np.zeros((4, 5, 6)), np.zeros((4, 5, 1))), hs.DataError, r"expected \(4, 5, 2\)"),
        (
            lambda net: net.evaluate(np.zeros((4, 5, 6)), [0, 1, 2, 0]),
            hs.DataError,
            "y: sample 2 has 2; expected 0 to 1",
        ),
        (
            lambda net: net.infer(_with(x=6)),
            hs.DataError,
            "x, sample 1: an event with x = 6; the sensor size allows 0 to 5",
        ),
        (lambda net: _read(_with(y=3)), hs.DataError, "data set, sample 1: an event with y = 3; .* 0 to 2"),
        (lambda net: _read(_with(p=-1)), hs.DataError, "an event with p = -1"),
        (lambda net: _read(_with(t=-5)), hs.DataError, "sample 1: times from -5.0 to"),
        (lambda net: _read(_with(t=9000), duration_ms=9.0), hs.DataError, "sample 1: a time outside 0 to 9.0 ms"),
        (lambda net: _read([(np.zeros(1, [("t", int)]), 0)]), hs.DataError, "fields t; expected also x"),
        (
            lambda net: _read([(np.zeros(1, [("t", int), ("x", float)]), 0)]),
            hs.DataError,
            "x of dtype float64; expected i",
        ),
        (lambda net: _read([(np.zeros((5, 4)), 0)]), hs.DataError, "sample 0: expected events with the fields t and x"),
        (lambda net: _read([(([1.0], [0, 1]), 0)]), hs.DataError, "sample 0: times of shape"),
        (lambda net: _read([(([np.nan], [0]), 0)]), hs.DataError, "sample 0: times from nan"),
        (lambda net: _read([(([1.0], [24]), 0)]), hs.DataError, "sample 0: a spike of unit 24; expected 0 to 23"),
        (lambda net: _read([(([1.0], [0.5]), 0)]), hs.DataError, "sample 0, units: expected a list of integers"),
        (
            lambda net: _read([np.zeros(1, TONIC)]),
            hs.DataError,
            r"sample 0: expected a pair \(events, label\), not ndarray",
        ),
        (lambda net: _read([(np.zeros(1, TONIC), "left")]), hs.DataError, "sample 0: label 'left'; expected a class"),
        (lambda net: _read([(np.zeros(1, TONIC), -1)]), hs.DataError, "sample 0: label -1; expected a class"),
        (lambda net: _read([(np.zeros(1, TONIC), 0)], sensor_size=None), hs.UsageError, "sensor_size=None; expected"),
        (
            lambda net: _read([(np.zeros(1, TONIC), 0)], time_unit="min"),
            hs.UsageError,
            "time_unit='min'; expected one of",
        ),
        (lambda net: _read([(np.zeros(1, TONIC), 0)], dt_ms=0.0), hs.UsageError, "dt_ms=0.0; expected a positive"),
    ],
)
def test_what_is_wrong_is_one_sentence(net: hs.Network, call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call(net)
