"""Tasks in Python: in hs.train, as plugins of the program, and what is refused."""

import base64
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import hetsyn as hs
import numpy as np
import pytest
from hetsyn import _task_table
from hetsyn.task import BrokenTask
from louder import LouderSide
from small import ENGINE

SMALL = {"model.hidden": [8], "train.epochs": 3, "train.batch": 16}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return hs.train(task=LouderSide, set=SMALL, out=tmp_path_factory.mktemp("runs") / "python")


def test_a_task_is_learnt_and_has_its_own_metric(run):
    assert run.summary["task"] == "louder_side"
    assert run.metrics["test"]["accuracy"][-1] > 0.9
    assert (run.metrics["test"]["margin"] > 0).all()


def test_an_evaluation_takes_the_task_again(run):
    last = run.evaluate("test", checkpoint="last", task=LouderSide)["metrics"]
    assert last["accuracy"] == run.metrics["test"]["accuracy"][-1]
    assert last["margin"] == run.metrics["test"]["margin"][-1]
    assert run.evaluate("test", set={"task.high_hz": 20.0}, task=LouderSide)["varied"]


def test_a_run_resumes_bit_for_bit(run, tmp_path):
    hs.train(task=LouderSide, set=SMALL | {"train.max_steps": 5}, out=tmp_path / "a")
    again = hs.train(task=LouderSide, set=SMALL, out=tmp_path / "a", resume=True)
    for file in ("metrics.jsonl", "checkpoints/last.h5"):
        assert (again.path / file).read_bytes() == (run.path / file).read_bytes()


def test_threads_and_blocks_do_not_change_samples(run, tmp_path):
    one = hs.train(task=LouderSide, set=SMALL, threads=1, out=tmp_path / "a")
    assert np.array_equal(one.parameters("last")["hidden1.w"], run.parameters("last")["hidden1.w"])


def test_the_program_runs_it_as_a_plugin_to_the_same_bits(run, tmp_path):
    made = subprocess.run(
        [sys.executable, "-m", "hetsyn.task_plugin", Path(__file__).parent / "louder.py", "--out", tmp_path],
        capture_output=True,
        text=True,
    )
    if "apt-get install libpython" in made.stderr:
        pytest.skip(made.stderr)
    assert made.returncode == 0, made.stderr
    program = [ENGINE, "--plugin-path", tmp_path, "--task", "louder_side", "--quiet"]
    settings = ["--set=model.hidden=[8]", "--set=train.epochs=3", "--set=train.batch=16"]
    subprocess.run([*program, "--out", tmp_path / "run", *settings], check=True)
    for file in ("metrics.jsonl", "checkpoints/last.h5"):
        assert (tmp_path / "run" / file).read_bytes() == (run.path / file).read_bytes()
    refused = subprocess.run(
        [*program, "--out", tmp_path / "b", "--set=task.high_hz=1"], capture_output=True, text=True
    )
    assert refused.returncode == 2 and "must be above low_hz = 10.0" in refused.stderr
    reported = subprocess.run(
        [ENGINE, "report", tmp_path / "run", "--plugin-path", tmp_path, "--html", tmp_path / "page.html"],
        capture_output=True,
        text=True,
    )
    if "built without Plotly.js" in reported.stderr:
        pytest.skip(reported.stderr)
    assert reported.returncode == 0, reported.stderr
    content = re.search(r'id="content">([^<]*)<', (tmp_path / "page.html").read_text(encoding="utf-8"))
    page = json.loads(gzip.decompress(base64.b64decode(content[1])))
    figures = {figure["title"]: figure for section in page["sections"] for figure in section["figures"]}
    assert figures["margin"]["panels"][0]["y"]["title"] == "mV"
    assert {series["name"] for series in figures["margin"]["panels"][0]["series"]} <= {"side 0", "side 1"}


class Static(hs.Task):
    """Analog samples from arrays, with classes and targets, two speakers and a loss of its own."""

    x = np.linspace(-1, 1, 24 * 10 * 3).reshape(24, 10, 3)
    y = np.arange(24) % 2
    target = np.stack([np.repeat(y[:, None], 10, 1), 1 - np.repeat(y[:, None], 10, 1)], axis=2).astype(float)

    def info(self):
        losses = [hs.Loss("softmax_sum"), hs.Loss("trace_mse", 0.5), hs.Loss("own", 0.1)]
        return hs.TaskInfo(
            inputs=3, outputs=2, steps=10, splits={"train": 24}, analog=True, targets=2, losses=losses,
            class_names=["low", "high"], data_name="a ramp",
        )  # fmt: skip

    def fill(self, request):
        assert request.size == 1
        return self.x[request.indices], (self.y[request.indices], self.target[request.indices])

    def labels(self, split):
        return self.y

    def groups(self, split):
        return np.arange(24) // 12

    def loss(self, readout, y):
        labels, target = y
        assert labels.shape == readout.shape[:1] and target.shape == readout.shape
        return float((readout**2).mean()), 2 * readout / readout.size


def test_static_samples_targets_groups_and_an_own_loss(tmp_path):
    held_out = {"train.validation_fraction": 0.5, "train.hold_out": "groups"}
    run = hs.train(task=Static(), set={"model.hidden": [4], "train.epochs": 2} | held_out, out=tmp_path / "a")
    assert run.summary["data"]["name"] == "a ramp"
    assert set(run.metrics["validation"]) >= {"accuracy", "mse"}


class Plotted(Static):
    def plots(self, readout, y):
        yield hs.Curve("ramp", "target", np.arange(10), y[1][0, :, 0], y_label="value")
        yield hs.Curve("ramp", "output", range(10), readout[0, :, 0])
        yield hs.Curve("broken", "short", range(10), readout[0, 1:, 0])


def test_curves_of_the_report_are_checked():
    opened = _task_table._Opened(Plotted(), [])
    curves = opened._task.plots(np.zeros((2, 10, 2), np.float32), (np.zeros(2), Static.target[:2]))
    made = [_task_table._curve(next(curves)) for _ in range(2)]
    assert made[0][:4] == ("ramp", "target", "time (ms)", "value")
    assert made[0][5].dtype == np.float64 and (made[0][5] == 0).all()
    assert made[1][4].tolist() == list(range(10))
    with pytest.raises(BrokenTask, match=r"plots\(\): short: x is int64 of shape \(10,\), y float32 of \(9,\)"):
        opened.plots(np.zeros((2, 10, 2), np.float32), np.zeros(2), Static.target[:2])
    with pytest.raises(BrokenTask, match=r"expected hetsyn\.Curve"):
        _task_table._curve(("ramp", "target"))


class TooShort(LouderSide):
    def fill(self, request):
        x, y = super().fill(request)
        return x[:, :-1], y


class RealSpikes(LouderSide):
    def fill(self, request):
        x, y = super().fill(request)
        return x.astype(float), y


class NoSuchClass(LouderSide):
    def fill(self, request):
        x, y = super().fill(request)
        return x, y + 2


class Fails(LouderSide):
    def fill(self, request):
        raise ZeroDivisionError("no samples today")


class NoFiles(LouderSide):
    def open(self, options):
        raise FileNotFoundError("no recordings in /nowhere")


@pytest.mark.parametrize(
    ("task", "error", "sentence"),
    [
        (TooShort, hs.PluginError, r"sample 0: fill\(\): x of shape \(32, 49, 20\); expected \(32, 50, 20\)"),
        (RealSpikes, hs.PluginError, "expected booleans for spikes, or info.analog=True"),
        (NoSuchClass, hs.PluginError, "label [23]: expected 0 to 1"),
        (Fails, hs.DataError, "ZeroDivisionError: no samples today"),
        (NoFiles, hs.DataError, "no recordings in /nowhere"),
        (int, hs.UsageError, "is no task"),
    ],
)
def test_what_a_task_does_wrong_is_one_sentence(task, error, sentence, tmp_path):
    with pytest.raises(error, match=sentence):
        hs.train(task=task, set=SMALL, out=tmp_path / "a")


def test_the_cause_of_an_error_is_the_tasks_own(tmp_path):
    with pytest.raises(hs.DataError) as raised:
        hs.train(task=Fails, set=SMALL, out=tmp_path / "a")
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_keys_are_checked_by_engine_and_task(tmp_path):
    with pytest.raises(hs.ConfigError, match="must be above low_hz") as raised:
        hs.train(task=LouderSide, set={"task.high_hz": 5.0}, out=tmp_path / "a")
    assert raised.value.key == "task.high_hz"
    with pytest.raises(hs.ConfigError, match="expected a number from 0 to 1000"):
        hs.train(task=LouderSide, set={"task.high_hz": -1.0}, out=tmp_path / "a")
    with pytest.raises(hs.UsageError, match='the task that was given is "louder_side"'):
        hs.train(task=LouderSide, set={"task.name": "dms"}, out=tmp_path / "a")


def test_time_that_the_task_does_not_warp_is_refused(run):
    with pytest.raises(hs.PluginError, match="time cannot be warped"):
        run.evaluate(task=LouderSide, set={"perturb.warp_log2": 0.5})
