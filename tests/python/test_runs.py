"""Runs: the same bits as the program, metrics, checkpoints, callbacks, and what is refused."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import hetsyn as hs
import numpy as np
import pytest
from hetsyn.callbacks import Epoch
from small import ENGINE, SMALL_RUN

SMALL = SMALL_RUN | {"run.threads": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> hs.Run:
    return hs.train(task="dms", set=SMALL, out=tmp_path_factory.mktemp("runs") / "python")


def test_a_run_has_the_bits_of_the_programs(run: hs.Run, tmp_path: Path) -> None:
    settings = [f"--set={key}={str(value).lower()}" for key, value in SMALL.items()]
    subprocess.run([ENGINE, "--task", "dms", "--out", tmp_path / "run", "--quiet", *settings], check=True)
    for file in ("config.toml", "metrics.jsonl", "checkpoints/last.h5", "checkpoints/best.h5"):
        ours, theirs = (run.path / file).read_bytes(), (tmp_path / "run" / file).read_bytes()
        if file == "config.toml":  # which says where the run is
            continue
        assert ours == theirs, file


def test_metrics_are_columns_by_split_and_name(run: hs.Run) -> None:
    assert list(run.epochs) == [1, 2, 3, 4]
    accuracy = run.metrics["test"]["accuracy"]
    assert accuracy.shape == (4,)
    assert accuracy[-1] == run.summary["metrics"]["test"]["accuracy"]["last"]
    frame = run.to_pandas()
    assert list(frame.index) == [1, 2, 3, 4]
    assert (frame["test accuracy"] == accuracy).all()
    assert run.config["train"]["batch"] == 4


def test_parameters_and_time_constants(run: hs.Run) -> None:
    parameters = run.parameters("last")
    assert set(parameters) == {"hidden1.w", "hidden1.r", "hidden1.w_rec", "hidden1.r_rec", "readout.w", "readout.r"}
    decay = parameters["hidden1.r"]
    assert decay.shape == (8, 30)
    inside = (decay > 0) & (decay < 1)
    np.testing.assert_allclose(
        np.exp(-run.config["model"]["dt_ms"] / parameters.tau_ms("hidden1.r")[inside]), decay[inside], rtol=1e-6
    )
    with pytest.raises(hs.UsageError, match=r"hidden1\.w: expected an array of decays"):
        parameters.tau_ms("hidden1.w")
    with pytest.raises(KeyError, match=r"no array 'hidden2\.w'"):
        parameters["hidden2.w"]


def test_the_trained_network_gives_its_arrays(run: hs.Run) -> None:
    network = run.network("last")
    assert (network["hidden1"].weight == run.parameters("last")["hidden1.w"]).all()
    assert network.infer(np.zeros((2, 5, 30), dtype=bool)).readout().shape == (2, 5, 2)


def test_an_evaluation_is_that_of_the_program(run: hs.Run) -> None:
    clean = run.evaluate()
    best = run.summary["metrics"]["test"]["accuracy"]["best_validation"]
    assert clean["metrics"]["accuracy"] == best
    damaged = hs.evaluate(run.path, "test", set={"perturb.deletion": 0.5})
    assert damaged["metrics"]["loss"] != clean["metrics"]["loss"]
    with pytest.raises(hs.ConfigError):
        run.evaluate(set={"model.threshold": 2.0})


def test_callbacks_see_steps_and_epochs_and_stop(tmp_path: Path) -> None:
    class Seen(hs.Callback):
        def __init__(self) -> None:
            self.steps: list[int] = []
            self.epochs: list[int] = []

        def on_step(self, step) -> None:
            self.steps.append(step.step)

        def on_epoch(self, epoch) -> None:
            self.epochs.append(epoch.epoch)
            if epoch.epoch == 2:
                raise hs.StopTraining

    seen = Seen()
    run = hs.train(task="dms", set=SMALL, out=tmp_path / "run", callbacks=[seen])
    assert seen.steps == list(range(1, 13))
    assert seen.epochs == [1, 2]
    assert run.summary["status"] == "interrupted"
    whole = hs.train(task="dms", set=SMALL, out=tmp_path / "run", resume=True)
    assert list(whole.epochs) == [1, 2, 3, 4]


def test_early_stop_counts_evaluations() -> None:
    stop = hs.EarlyStop("test", "loss", 2, lower_is_better=True)
    epoch = lambda value: hs.callbacks.Epoch(1, 1, 0.0, {"test": {"loss": value}})  # noqa: E731
    for value in (3.0, 2.0, 2.5):
        stop.on_epoch(epoch(value))
    with pytest.raises(hs.StopTraining):
        stop.on_epoch(epoch(2.1))


def test_an_exception_of_a_callback_reaches_the_caller(tmp_path: Path) -> None:
    class Broken(hs.Callback):
        def on_epoch(self, epoch) -> None:
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        hs.train(task="dms", set=SMALL, out=tmp_path / "run", callbacks=[Broken()])


def test_an_interrupt_ends_a_training_with_a_checkpoint(tmp_path: Path) -> None:
    class Interrupt(hs.Callback):
        def on_step(self, step) -> None:
            if step.step == 3:
                os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        hs.train(task="dms", set=SMALL | {"train.iterations": 1_000_000}, out=tmp_path / "run", callbacks=[Interrupt()])
    assert hs.Run(tmp_path / "run").summary["status"] == "interrupted"


def test_two_threads_train_two_runs(run: hs.Run, tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=hs.train, kwargs={"task": "dms", "set": SMALL, "out": tmp_path / name}) for name in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "ab":
        assert (tmp_path / name / "metrics.jsonl").read_bytes() == (run.path / "metrics.jsonl").read_bytes()


def test_what_is_wrong_is_one_sentence(run: hs.Run, tmp_path: Path) -> None:
    with pytest.raises(hs.ConfigError, match=r'unknown key train\.bacth; did you mean "batch"') as error:
        hs.train(task="dms", set={"train.bacth": 3})
    assert error.value.key == "train.bacth"
    with pytest.raises(hs.UsageError, match="which task"):
        hs.train()
    with pytest.raises(hs.UsageError, match="exclude each other"):
        hs.train(task="dms", resume=True, replace=True, out=tmp_path)
    with pytest.raises(hs.UsageError):
        hs.train(task="dms", set=SMALL, out=run.path)  # a run is in the way
    with pytest.raises(hs.UsageError, match="is not a run directory"):
        hs.Run(tmp_path)
    with pytest.raises(TypeError, match="a configuration cannot hold"):
        hs.train(task="dms", set={"train.batch": object()})
    assert issubclass(hs.ConfigError, hs.Error)


def test_a_package_that_is_missing_is_said(run: hs.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="to_pandas needs the package pandas: pip install pandas"):
        run.to_pandas()


def test_the_program_makes_the_page_of_a_run(run: hs.Run, tmp_path: Path) -> None:
    page = run.report(tmp_path / "page.html", samples=range(2))
    assert page == tmp_path / "page.html"
    assert "<title>dms, hetsyn_lif, seed 0</title>" in page.read_text(encoding="utf-8")
    with pytest.raises(hs.UsageError, match="16"):
        run.report(tmp_path / "page.html", samples=16)


def test_the_program_makes_the_page_of_a_training_that_fails(tmp_path: Path) -> None:
    hs.train(task="dms", set=SMALL | {"run.report": True}, out=tmp_path / "whole")
    assert (tmp_path / "whole" / "report.html").stat().st_size > 1_000_000

    class Stop(hs.Callback):
        def on_epoch(self, epoch: Epoch) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hs.train(task="dms", set=SMALL | {"run.report": True}, out=tmp_path / "broken", callbacks=[Stop()])
    assert (tmp_path / "broken" / "report.html").exists()
