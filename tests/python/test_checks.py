"""hs.check_task, for tasks in Python and of plugins."""

import re

import hetsyn as hs
import numpy as np
import pytest
from louder import LouderSide


class Named(LouderSide):
    """With all that can be checked."""

    name = "louder_side"

    def info(self):
        return hs.TaskInfo(
            inputs=20, outputs=2, steps=50, splits={"train": 64, "test": 32}, drawn=True,
            losses=[hs.Loss("softmax_sum"), hs.Loss("own", 0.1)], metrics=[hs.Metric("margin", "mV")],
        )  # fmt: skip

    def loss(self, readout, y):
        return float((readout**2).mean()), 2 * readout / readout.size

    def plots(self, readout, y):
        return [hs.Curve("readout", "first sample", np.arange(readout.shape[1]), readout[0, :, 0], y_label="mV")]


class WrongGradient(Named):
    def loss(self, readout, y):
        value, gradient = super().loss(readout, y)
        return value, -gradient


class Changes(Named):
    calls = 0

    def fill(self, request):
        self.calls += 1
        x, y = super().fill(request)
        x[:, 0, 0] = self.calls % 2
        return x, y


class Fails(Named):
    def fill(self, request):
        raise ZeroDivisionError("no samples today")


class OneClass(Named):
    def fill(self, request):
        x, y = super().fill(request)
        x[:, :, 3] = False
        return x, np.zeros_like(y)


def finding(checked, check):
    return next(each for each in checked.findings if each.check == check)


def test_a_task_that_is_as_it_should_be():
    checked = hs.check_task(Named, samples=40)
    assert checked.passed and checked.task == "louder_side"
    for check in ("fill", "seed", "repeat", "threads", "labels", "input", "loss", "metrics", "plots"):
        assert finding(checked, check).verdict == "passed", str(checked)
    assert "Task.warps_time" in finding(checked, "time_scale").text
    train = checked.splits["train"]
    assert train["looked_at"] == 40 and sum(train["labels"]) == 40
    assert 20 < train["rate_hz"] < 50 and train["silent_channels"] == []


@pytest.mark.parametrize(
    ("task", "check", "text"),
    [
        (WrongGradient, "loss", "the gradient of loss"),
        (Changes, "repeat", r"fill\(\) gives another sample when it is called again"),
        (Fails, "fill", "ZeroDivisionError: no samples today"),
    ],
)
def test_what_breaks_the_contract_is_found(task, check, text):
    checked = hs.check_task(task, samples=10)
    assert not checked.passed
    assert any(re.search(text, each.text) for each in checked.of("broken") if each.check == check), str(checked)
    assert f"{check}: " in str(checked)


def test_what_is_unusual_is_a_warning():
    checked = hs.check_task(OneClass, samples=40, set={"task.high_hz": 80.0})
    assert checked.passed
    texts = [each.text for each in checked.of("warning")]
    assert any("1 of 2 classes have no sample" in text for text in texts)
    assert any("1 of 20 channels are silent in all 40 samples: 3" in text for text in texts)


def test_tasks_of_plugins_and_wrong_arguments():
    assert hs.check_task("dms", samples=20, seed=3).passed
    with pytest.raises(hs.UsageError, match="expected 1 or more"):
        hs.check_task("dms", samples=0)
    with pytest.raises(hs.ConfigError, match=r"task\.high_hz"):
        hs.check_task(Named, set={"task.high_hz": 5.0})


def test_a_training_finds_samples_that_change(tmp_path):
    with pytest.raises(hs.PluginError, match="gives another sample when it is called again"):
        hs.train(task=Changes, set={"model.hidden": [4], "train.epochs": 1}, out=tmp_path / "a")
