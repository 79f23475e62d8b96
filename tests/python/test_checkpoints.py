"""Checkpoints and files of parameters: their layout, warm starts, longer runs, and what is refused."""

import os
import re
import tomllib
import zlib
from pathlib import Path

import hetsyn as hs
import numpy as np
import pytest
from small import SMALL_RUN

SMALL = SMALL_RUN | {"run.threads": 1, "run.device": "cpu"}
ONE_STEP = SMALL | {"train.iterations": 1, "train.iterations_per_epoch": 1, "train.learning_rate": 1e-12}
DOCS = Path(os.environ.get("HETSYN_SOURCE", ".")) / "docs"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> hs.Run:
    folder = tmp_path_factory.mktemp("runs")
    return hs.train(task="dms", set=SMALL | {"run.snapshot_every_epochs": 2}, out=folder / "run")


def train(out: Path, **settings: object) -> hs.Run:
    values = {key.replace("__", "."): value for key, value in settings.items()}
    return hs.train(task="dms", set=ONE_STEP | values, out=out)


def test_the_documented_layout_is_that_of_the_file(run: hs.Run) -> None:
    h5py = pytest.importorskip("h5py", reason="h5py reads checkpoints as the documentation shows")
    page = (DOCS / "checkpoints.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_0-9/<>]+)` \| ((?:uint|float)\d+)\b", page, flags=re.MULTILINE)
    documented = {re.compile(re.sub(r"<[a-z]+>", "[A-Za-z0-9_.]+", name)): dtype for name, dtype in rows}
    found: dict[str, str] = {}
    with h5py.File(run.path / "checkpoints" / "last.h5") as file:
        file.visititems(
            lambda name, node: found.update({name: str(node.dtype)}) if isinstance(node, h5py.Dataset) else None
        )
        assert not file.attrs
        for name, shape in {"hidden1.w": (8, 30), "hidden1.r": (8, 30), "hidden1.w_rec": (8, 8)}.items():
            assert file[f"parameters/{name}"].shape == shape
    for name, dtype in found.items():
        assert [each for pattern, each in documented.items() if pattern.fullmatch(name)] == [dtype], name
    for pattern in documented:  # `initial` is there where parameters were given
        assert pattern.pattern == "initial" or any(pattern.fullmatch(name) for name in found), pattern


def test_the_documented_example_runs(run: hs.Run) -> None:
    pytest.importorskip("h5py", reason="h5py reads checkpoints as the documentation shows")
    page = (DOCS / "checkpoints.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(import h5py, tomllib.*?)```", page, flags=re.DOTALL)
    assert example is not None
    names: dict[str, object] = {}
    text = example.group(1).replace("runs/dms/checkpoints/best.h5", str(run.path / "checkpoints" / "best.h5"))
    exec(text, names)
    parameters = run.parameters("best")
    np.testing.assert_array_equal(names["w"], parameters["hidden1.w"])
    np.testing.assert_allclose(names["tau_ms"], parameters.tau_ms("hidden1.r"), rtol=1e-6)
    assert names["dt_ms"] == run.config["model"]["dt_ms"]


def test_the_last_line_is_a_checksum(run: hs.Run) -> None:
    content = (run.path / "checkpoints" / "last.h5").read_bytes()
    image, seal = content[:-23], content[-23:]
    assert seal == b"\nhetsyn crc32 %08x\n" % zlib.crc32(image)


def test_snapshots_begin_with_the_initial_parameters(run: hs.Run, tmp_path: Path) -> None:
    assert {each.stem for each in (run.path / "checkpoints").iterdir()} == {
        "best",
        "last",
        "step-0",
        "step-12",
        "step-24",
    }
    first = run.parameters("step-0")
    model = {key: value for key, value in run.config["model"].items() if key != "hidden"}
    drawn = hs.Network([30, 8, 2], **model)
    for name in first:
        np.testing.assert_array_equal(first[name], drawn.read(name))
    assert not np.array_equal(first["hidden1.w"], run.parameters("last")["hidden1.w"])
    assert "step" not in {each.stem for each in (train(tmp_path / "run").path / "checkpoints").iterdir()}


def test_a_training_starts_from_a_checkpoint(run: hs.Run, tmp_path: Path) -> None:
    file = run.path / "checkpoints" / "best.h5"
    tuned = train(tmp_path / "tuned", model__initial=file)  # a path, as it is
    for name, values in run.parameters("best").items():
        np.testing.assert_array_equal(tuned.parameters("step-0")[name], values)
    assert tuned.config["model"]["initial"] == str(file)
    assert tuned.summary["initial"]["file"] == str(file)
    assert tuned.summary["initial"]["arrays"] == sorted(run.parameters("best"))
    assert tuned.summary["initial"]["digest"].startswith("xxh3:")
    assert "initial" not in run.summary


def test_some_arrays_suffice_and_the_seed_draws_the_others(run: hs.Run, tmp_path: Path) -> None:
    lesion = run.parameters("best")["hidden1.w"]
    lesion[:, :10] = 0.0
    hs.save_parameters(tmp_path / "lesion.h5", {"hidden1.w": lesion})
    started = train(tmp_path / "run", model__initial=str(tmp_path / "lesion.h5"), train__seed=3).parameters("step-0")
    drawn = hs.train(
        task="dms", set=ONE_STEP | {"run.snapshot_every_epochs": 1}, seed=3, out=tmp_path / "drawn"
    ).parameters("step-0")
    np.testing.assert_array_equal(started["hidden1.w"], lesion)
    for name in set(drawn) - {"hidden1.w"}:
        np.testing.assert_array_equal(started[name], drawn[name])


def test_a_resumed_run_no_longer_needs_the_file(run: hs.Run, tmp_path: Path) -> None:
    hs.save_parameters(tmp_path / "net.h5", run.parameters("best"))
    settings = SMALL | {"model.initial": tmp_path / "net.h5"}
    whole = hs.train(task="dms", set=settings, out=tmp_path / "whole")
    hs.train(task="dms", set=settings | {"train.max_steps": 9}, out=tmp_path / "run")
    (tmp_path / "net.h5").unlink()
    resumed = hs.train(task="dms", set=settings, out=tmp_path / "run", resume=True)
    for file in ("metrics.jsonl", "checkpoints/last.h5", "checkpoints/best.h5"):
        assert (resumed.path / file).read_bytes() == (whole.path / file).read_bytes(), file
    assert resumed.summary["initial"] == whole.summary["initial"]
    assert resumed.evaluate("test")["metrics"] == whole.evaluate("test")["metrics"]
    with pytest.raises(hs.RunError, match=r"net\.h5"):
        hs.train(task="dms", set=settings, out=tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_what_is_saved_is_read_back_bit_for_bit(run: hs.Run, tmp_path: Path) -> None:
    net = hs.Network([6, 5, 4, 2], neuron="het_lif", recurrent=True, dt_ms=0.5, threshold=0.7, seed=3)
    net.save(tmp_path / "net.h5")
    hs.save_parameters(tmp_path / "same.h5", net, dt_ms=0.5)
    assert (tmp_path / "net.h5").read_bytes() == (tmp_path / "same.h5").read_bytes()
    loaded = hs.load(tmp_path / "net.h5")
    x = np.random.default_rng(0).random((3, 40, 6)) < 0.3
    np.testing.assert_array_equal(loaded.infer(x).readout(), net.infer(x).readout())
    assert loaded.arrays == net.arrays
    assert loaded.dt_ms == 0.5
    hs.save_parameters(tmp_path / "run.h5", run.parameters("last"))
    again = hs.load(tmp_path / "run.h5")
    for name, values in run.parameters("last").items():
        np.testing.assert_array_equal(again.read(name), values)
    started = hs.Network([6, 5, 4, 2], neuron="het_lif", recurrent=True, dt_ms=0.5, initial=tmp_path / "net.h5")
    assert all(np.array_equal(started.read(name), net.read(name)) for name in net.arrays)
    assert not list(tmp_path.glob("*.tmp"))


def test_a_saved_network_is_trained_on(tmp_path: Path) -> None:
    net = hs.Network([6, 5, 2], seed=1)
    x, y = np.random.default_rng(0).random((20, 10, 6)) < 0.3, np.arange(20) % 2
    started = hs.Network([6, 5, 2], seed=2, initial=_saved(net, tmp_path))
    started.fit(x, y, epochs=1, learning_rate=1e-12, keep="last")
    np.testing.assert_allclose(started.read("hidden1.w"), net.read("hidden1.w"), rtol=1e-5)


def _saved(net: hs.Network, folder: Path) -> Path:
    net.save(folder / "net.h5")
    return folder / "net.h5"


W, R = np.zeros((8, 30), np.float32), np.full((8, 30), 0.5, np.float32)


@pytest.mark.parametrize(
    ("arrays", "dt_ms", "message"),
    [
        ({"hidden1.w_rec": np.zeros((9, 8))}, None, r"hidden1\.w_rec has the shape \[9\]\[8\]; expected \[8\]\[8\]"),
        ({"hidden2.w": W}, None, r'no array "hidden2\.w"; did you mean "hidden1\.w"'),
        ({"hidden1.r": R}, 1.0, r"hidden1\.r has decays for steps of 1 ms; expected model\.dt_ms = 5"),
    ],
)
def test_arrays_that_the_network_does_not_have_are_refused(
    arrays: dict[str, np.ndarray], dt_ms: float | None, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "net.h5"
    hs.save_parameters(file, arrays, dt_ms=dt_ms)
    with pytest.raises(hs.DataError, match=rf"^model\.initial: {re.escape(str(file))}: {message}"):
        train(tmp_path / "run", model__initial=file)
    assert not (tmp_path / "run").exists()


def test_self_connections_that_are_absent_have_no_weight(tmp_path: Path) -> None:
    hs.save_parameters(tmp_path / "net.h5", {"hidden1.w_rec": np.ones((8, 8))})
    with pytest.raises(
        hs.DataError, match=r"hidden1\.w_rec\[0\]\[0\] is 1; expected 0, as the population has no self-"
    ):
        train(tmp_path / "run", model__initial=tmp_path / "net.h5", model__neuron="het_lif")


@pytest.mark.parametrize(
    ("arrays", "dt_ms", "message"),
    [
        ({"hiden1.w": W}, None, r'no network has an array "hiden1\.w"; expected w, r, w_rec, r_rec, rho_a, b or m of'),
        ({"hidden1.v": W}, None, r'no network has an array "hidden1\.v"'),
        ({"hidden1.r": R}, None, r"hidden1\.r has decays per time step; expected model\.dt_ms"),
        ({"hidden1.r": R + 1}, 1.0, r"hidden1\.r\[0\]\[0\] is 1\.5; expected a decay, 0 to 1"),
        ({"hidden1.w": W + np.nan}, None, r"hidden1\.w\[0\]\[0\] is nan; expected a finite number"),
        ({"hidden1.w": W[0]}, None, r"hidden1\.w: an array of 1 dimensions; expected two, \[post\]\[pre\]"),
        ({"hidden1.w": np.zeros((0, 3))}, None, r"hidden1\.w has 0 values"),
        ({}, None, r"no arrays to save"),
    ],
)
def test_arrays_that_no_network_has_are_not_saved(
    arrays: dict[str, np.ndarray], dt_ms: float | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(hs.Error, match=message):
        hs.save_parameters(tmp_path / "net.h5", arrays, dt_ms=dt_ms)
    assert not list(tmp_path.iterdir())


def test_files_that_are_none_are_refused(run: hs.Run, tmp_path: Path) -> None:
    whole = (run.path / "checkpoints" / "last.h5").read_bytes()
    for content, message in (
        (b"", "not a checkpoint"),
        (whole[: len(whole) // 2], "not a checkpoint, or a truncated one"),
        (whole[:5000] + b"x" + whole[5001:], "its checksum does not match"),
    ):
        (tmp_path / "net.h5").write_bytes(content)
        with pytest.raises(hs.RunError, match=rf"net\.h5: .*{message}"):
            train(tmp_path / "run", model__initial=tmp_path / "net.h5")
        with pytest.raises(hs.RunError, match=message):
            hs.Network([30, 8, 2], initial=tmp_path / "net.h5")
    hs.save_parameters(tmp_path / "net.h5", {"hidden1.w": W})
    with pytest.raises(hs.RunError, match="has arrays but does not describe a network"):
        hs.load(tmp_path / "net.h5")
    with pytest.raises(hs.UsageError, match=r"dt_ms=2\.0; these parameters are for steps of 5"):
        hs.save_parameters(tmp_path / "net.h5", run.parameters("last"), dt_ms=2.0)
    with pytest.raises(hs.UsageError, match="expected a network, parameters of a run, or a dict"):
        hs.save_parameters(tmp_path / "net.h5", [W])  # type: ignore[arg-type]


def test_a_finished_run_is_made_longer(run: hs.Run, tmp_path: Path) -> None:
    longer = SMALL | {"train.iterations": 48}
    hs.train(task="dms", set=SMALL, out=tmp_path / "run")
    extended = hs.train(out=tmp_path / "run", resume=True, set={"train.iterations": 48})
    whole = hs.train(task="dms", set=longer, out=tmp_path / "whole")
    for file in ("metrics.jsonl", "checkpoints/last.h5", "config.toml"):
        assert (extended.path / file).read_bytes() == (whole.path / file).read_bytes(), file
    assert extended.summary["extended"] == [{"step": 24, "from": 24, "to": 48}]
    assert "extended" not in whole.summary
    assert "made longer after step 24: 48 steps in all instead of 24" in (extended.path / "log.txt").read_text()
    again = hs.train(out=tmp_path / "run", resume=True)  # has ended
    assert again.summary["extended"] == extended.summary["extended"]
    with pytest.raises(hs.UsageError, match="cannot be made shorter, to 24 steps"):
        hs.train(out=tmp_path / "run", resume=True, set={"train.iterations": 24})
    with pytest.raises(hs.UsageError, match=r"cannot be changed: train\.batch"):
        hs.train(out=tmp_path / "run", resume=True, set={"train.batch": 5})
    with pytest.raises(hs.UsageError, match="within an epoch, after 2 of its 6 steps"):
        hs.train(task="dms", set=SMALL | {"train.iterations": 20}, out=tmp_path / "part")
        hs.train(out=tmp_path / "part", resume=True, set={"train.iterations": 48})


def test_a_learning_rate_that_depends_on_the_length_is_not_made_longer(tmp_path: Path) -> None:
    hs.train(task="dms", set=ONE_STEP | {"train.schedule": {"cosine": {"warmup": 0.1}}}, out=tmp_path / "run")
    with pytest.raises(hs.UsageError, match="cosine over the whole run, whose 1 steps cannot become 2"):
        hs.train(out=tmp_path / "run", resume=True, set={"train.iterations": 2})
    spanned = ONE_STEP | {"train.schedule": {"cosine": {"epochs": 2.0}}}
    hs.train(task="dms", set=spanned, out=tmp_path / "spanned")
    assert hs.train(out=tmp_path / "spanned", resume=True, set={"train.iterations": 2}).summary["steps"] == 2


def test_the_config_of_a_run_is_toml_with_the_time_step(run: hs.Run) -> None:
    assert run.parameters("last").model == tomllib.loads((run.path / "config.toml").read_text())["model"]


def test_a_file_that_h5py_wrote_is_taken(run: hs.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("h5py", reason="h5py writes files as the documentation shows")
    page = (DOCS / "checkpoints.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(import h5py, zlib.*?)```", page, flags=re.DOTALL)
    assert example is not None
    monkeypatch.chdir(tmp_path)
    w = run.parameters("best")["hidden1.w"]
    exec(example.group(1), {"np": np, "w": w})
    network = hs.Network([30, 8, 2], recurrent=True, dt_ms=5.0, initial="weights.h5")
    np.testing.assert_array_equal(network.read("hidden1.w"), w)


def test_a_sweep_has_files_on_an_axis(run: hs.Run, tmp_path: Path) -> None:
    file = run.path / "checkpoints" / "best.h5"
    content = {"task": "dms", "set": ONE_STEP, "axes": {"model.initial": [file, ""]}}
    swept = hs.sweep(content, out=tmp_path / "sweep")
    given = [swept.run(point["model"]).summary.get("initial") for point in swept.points]
    assert [each and each["file"] for each in given] == [str(file), None]
