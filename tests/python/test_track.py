"""Runs in TensorBoard, Weights & Biases and MLflow: what they get, once, also of a run that is being trained."""

import json
import subprocess
import sys
import threading
import types
from pathlib import Path
from typing import Any

import hetsyn as hs
import numpy as np
import pytest
from hetsyn import track
from small import SMALL_RUN

SMALL = SMALL_RUN | {"run.snapshot_every_epochs": 2}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> hs.Run:
    return hs.train(task="dms", set=SMALL, out=tmp_path_factory.mktemp("runs") / "a")


def events(directory: Path) -> Any:
    """What TensorBoard itself reads."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    accumulator = EventAccumulator(str(directory), size_guidance={"tensors": 0})
    accumulator.Reload()
    return accumulator


def check_scalars(directory: Path, run: hs.Run) -> None:
    from tensorboard.util.tensor_util import make_ndarray

    read = events(directory)
    for split, metrics in run.metrics.items():
        for name, values in metrics.items():
            tensors = read.Tensors(f"{split}/{name}")
            assert [each.step for each in tensors] == [6, 12, 18, 24]
            np.testing.assert_allclose([make_ndarray(each.tensor_proto).item() for each in tensors], values, rtol=1e-6)


def test_tensorboard_reads_scalars_and_histograms_once(run: hs.Run, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard")
    for _ in range(3):  # again changes nothing
        assert track.main([str(run.path), "--tensorboard", str(tmp_path)]) == 0
    check_scalars(tmp_path, run)
    from tensorboard.util.tensor_util import make_ndarray

    read = events(tmp_path)
    for name in ("w/hidden1", "w/hidden1_rec", "tau_ms/hidden1", "tau_ms/readout"):
        histograms = read.Tensors(name)
        assert [each.step for each in histograms] == [0, 12, 24]
        assert read.SummaryMetadata(name).plugin_data.plugin_name == "histograms"
    bins = make_ndarray(read.Tensors("w/hidden1")[-1].tensor_proto)  # rows: left edge, right edge, count
    weights = run.parameters("last")["hidden1.w"]
    assert bins[:, 2].sum() == weights.size
    assert bins[0, 0] == pytest.approx(weights.min())
    assert bins[-1, 1] == pytest.approx(weights.max())


def test_a_run_is_followed_to_its_end(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard")
    begun, tracked = threading.Event(), threading.Event()

    class Wait(hs.Callback):
        def on_epoch(self, epoch: hs.callbacks.Epoch) -> None:
            if epoch.epoch == 2:
                begun.set()
                assert tracked.wait(30)

    training = threading.Thread(
        target=hs.train, kwargs={"task": "dms", "set": SMALL, "out": tmp_path / "run", "callbacks": [Wait()]}
    )
    training.start()
    assert begun.wait(30)
    command = [sys.executable, "-m", "hetsyn.track", str(tmp_path / "run"), "--tensorboard", str(tmp_path / "events")]
    subprocess.run([*command, "--once"], check=True)
    assert events(tmp_path / "events").Tensors("train/loss")[0].step == 6
    following = subprocess.Popen(command)
    tracked.set()
    training.join()
    assert following.wait(30) == 0
    check_scalars(tmp_path / "events", hs.Run(tmp_path / "run"))


class FakeWandb(types.ModuleType):
    """The part of wandb's interface that is used, with a server that remembers runs."""

    def __init__(self) -> None:
        super().__init__("wandb")
        self.runs: dict[str, list[tuple[int, dict[str, Any]]]] = {}

    def init(self, *, project: str, id: str, name: str, config: dict[str, Any], resume: str) -> Any:
        assert resume == "allow"
        history = self.runs.setdefault(id, [])
        first = 1 + max((step for step, _ in history), default=-1)
        log = lambda values, *, step: history.append((step, values))  # noqa: E731
        return types.SimpleNamespace(starting_step=first, log=log, finish=lambda: None)

    class Histogram:
        def __init__(self, values: Any) -> None:
            self.values = values


def test_wandb_gets_each_step_once(run: hs.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeWandb()
    monkeypatch.setitem(sys.modules, "wandb", fake)
    for _ in range(2):
        assert track.main([str(run.path), "--wandb", "project"]) == 0
    (history,) = fake.runs.values()
    scalars = [(step, values) for step, values in history if "train/loss" in values]
    assert [step for step, _ in scalars] == [6, 12, 18, 24]
    assert [values["test/accuracy"] for _, values in scalars] == list(run.metrics["test"]["accuracy"])
    histograms = [(step, values) for step, values in history if "w/hidden1" in values]
    assert [step for step, _ in histograms] == [0, 12, 24]
    assert [step for step, _ in history] == sorted(step for step, _ in history)  # wandb drops earlier steps


def test_mlflow_has_each_step_once(run: hs.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mlflow", reason="MLflow")
    from mlflow.tracking import MlflowClient

    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "mlruns").as_uri())
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    for _ in range(2):
        assert track.main([str(run.path), "--mlflow", "dms"]) == 0
    client = MlflowClient()
    (found,) = client.search_runs([client.get_experiment_by_name("dms").experiment_id])
    assert found.info.status == "FINISHED"
    assert found.data.params["train.batch"] == "4"
    history = client.get_metric_history(found.info.run_id, "test/accuracy")
    assert [each.step for each in history] == [6, 12, 18, 24]
    assert [each.value for each in history] == list(run.metrics["test"]["accuracy"])
    file = Path(client.download_artifacts(found.info.run_id, "histograms/step-24.json", str(tmp_path)))
    assert sum(json.loads(file.read_text())["w/hidden1"]["counts"]) == run.parameters("last")["hidden1.w"].size


def test_what_is_wrong_is_one_sentence(
    run: hs.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert track.main([str(run.path)]) == 2
    assert "where to? expected --tensorboard DIR" in capsys.readouterr().err
    assert track.main([str(tmp_path), "--tensorboard", str(tmp_path / "events")]) == 2
    assert "is not a run directory" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "wandb", None)
    assert track.main([str(run.path), "--wandb"]) == 1
    assert "hetsyn.track needs the package wandb: pip install wandb" in capsys.readouterr().err


def test_a_directory_belongs_to_one_run(run: hs.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard")
    other = hs.train(task="dms", set=SMALL, out=tmp_path / "other")
    assert track.main([str(run.path), "--tensorboard", str(tmp_path / "events")]) == 0
    assert track.main([str(other.path), "--tensorboard", str(tmp_path / "events")]) == 2
    assert f"has the events of {run.path}; expected" in capsys.readouterr().err
