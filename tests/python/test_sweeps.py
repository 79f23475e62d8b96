"""Sweeps: points as a table, statistics, failures, continuation, interruption, and what is refused."""

import logging
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import hetsyn as hs
import pytest
from small import ENGINE

SMALL = {
    "model.hidden": [8],
    "train.iterations": 12,
    "train.iterations_per_epoch": 6,
    "train.batch": 4,
    "train.evaluation_samples": 16,
}
CONTENT: dict[str, Any] = {
    "task": "dms",
    "set": SMALL,
    "axes": {"model.neuron": ["hom_lif", "hetsyn_lif"], "train.seed": {"from": 0, "count": 2}},
    "test": {"perturb.deletion": [0.0, 0.5]},
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> hs.Sweep:
    return hs.sweep(CONTENT, out=tmp_path_factory.mktemp("sweeps") / "models", jobs=2)


def test_a_sweep_has_the_points_of_the_programs(done: hs.Sweep, tmp_path: Path) -> None:
    (tmp_path / "sweep.toml").write_text(
        """task = "dms"
        [set]
        model.hidden = [8]
        train = { iterations = 12, iterations_per_epoch = 6, batch = 4, evaluation_samples = 16 }
        [axes]
        model.neuron = ["hom_lif", "hetsyn_lif"]
        train.seed = { from = 0, count = 2 }
        [test]
        perturb.deletion = [0.0, 0.5]
        """
    )
    subprocess.run(
        [ENGINE, "sweep", tmp_path / "sweep.toml", "--out", tmp_path / "s", "--jobs=2", "--quiet"], check=True
    )
    theirs = hs.Sweep(tmp_path / "s")
    assert theirs.table() == done.table()
    assert [point["hash"] for point in theirs.points] == [point["hash"] for point in done.points]
    for point in done.points:
        ours = done.run(point["model"]).path / "checkpoints" / "best.h5"
        assert ours.read_bytes() == (theirs.run(point["model"]).path / "checkpoints" / "best.h5").read_bytes()


def test_settings_are_ranked_by_what_validation_says(done: hs.Sweep) -> None:
    ranking = done.ranking()
    assert {row["settings"]["model.neuron"] for row in ranking} == {"hom_lif", "hetsyn_lif"}
    assert ranking[0]["mean"] >= ranking[1]["mean"]
    for row in ranking:
        assert set(row["settings"]) == {"model.neuron"}  # without the seed, and without the damage of a test
        of = [point for point in done.points if point["settings"]["model.neuron"] == row["settings"]["model.neuron"]]
        runs = [done.run(model) for model in {point["model"] for point in of}]
        assert row["n"] == len(runs) == 2
        best = [run.metrics["validation"]["accuracy"].max() for run in runs]
        assert row["mean"] == pytest.approx(statistics.mean(best))


def test_no_ranking_by_the_test_set(tmp_path: Path) -> None:
    content = CONTENT | {"set": SMALL | {"train.protocol": "paper"}, "axes": {"train.seed": [0]}, "test": {}}
    with pytest.raises(hs.UsageError, match="the test set selected the epochs"):
        hs.sweep(content, out=tmp_path / "s").ranking()


def test_the_example_halves_and_goes_on(tmp_path: Path) -> None:
    source = Path(os.environ["HETSYN_SOURCE"])
    (tmp_path / "search.toml").write_text(
        f"""base = "{os.path.relpath(source / "configs/dms.toml", tmp_path)}"
        [set]
        model.hidden = [8]
        train = {{ iterations_per_epoch = 3, batch = 4, evaluation_samples = 16 }}
        [axes]
        train.seed = [0, 1]
        [[zip]]
        model.neuron = {{ choice = ["het_lif", "hetsyn_lif"], count = 6, seed = 1 }}
        train.learning_rate = {{ log_uniform = [1e-3, 1e-1], count = 6, seed = 1 }}
        """
    )
    command = [sys.executable, source / "docs/examples/python/halving.py", "search.toml", "--jobs=2", "--out=search"]
    command += ["--stages=train.iterations=6,12"]
    texts = []
    for _ in range(2):  # the second time, all is done
        texts.append(subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path).stdout)
    assert texts[0] == texts[1]
    first, second = (hs.Sweep(tmp_path / f"search/train.iterations={count}") for count in (6, 12))
    assert len(first.ranking()) == 6
    promoted = [point["settings"] for point in second.points if point["seed"] == 0]
    keys = ("model.neuron", "train.learning_rate")
    assert [row["settings"] for row in first.ranking()[:2]] == [{key: each[key] for key in keys} for each in promoted]
    assert {row["n"] for row in second.ranking()} == {2}


def test_points_are_a_table_with_statistics(done: hs.Sweep) -> None:
    frame = done.to_pandas()
    assert len(frame) == 8
    assert set(frame["status"]) == {"finished"}
    rows = done.statistics()
    assert len(rows) == 4
    for row in rows:
        same = frame[
            (frame["model.neuron"] == row["model.neuron"]) & (frame["perturb.deletion"] == row["perturb.deletion"])
        ]
        assert row["n"] == 2
        assert row["mean"] == pytest.approx(statistics.mean(same["accuracy"]))
        assert row["sd"] == pytest.approx(statistics.stdev(same["accuracy"]))
    assert done.statistics("loss")[0]["mean"] == pytest.approx(
        done.report()["conditions"][0]["metrics"]["loss"]["mean"]
    )
    with pytest.raises(hs.UsageError, match="no metric 'acuracy'; there are accuracy"):
        done.statistics("acuracy")


def test_a_finished_sweep_is_not_computed_again(done: hs.Sweep, caplog: pytest.LogCaptureFixture) -> None:
    before = {file: file.stat().st_mtime_ns for file in (done.path / "points").iterdir()}
    with caplog.at_level(logging.INFO, "hetsyn"):
        again = hs.sweep(done.path, seeds=(0, 1))
    assert "8 points: 8 finished, 0 failed, 0 missing" in caplog.text
    assert {file: file.stat().st_mtime_ns for file in (again.path / "points").iterdir()} == before


def test_progress_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hs.sweep(CONTENT, out=tmp_path / "s", jobs=2, progress=True)
    lines = capsys.readouterr().err.splitlines()  # no terminal: a line for each network
    assert [line[:6] for line in lines] == [f"[{k}/4] " for k in (1, 2, 3, 4)]
    assert "accuracy" in lines[3]


def test_points_that_fail_are_listed(tmp_path: Path) -> None:
    content = {"task": "dms", "set": SMALL | {"train.seed": 0}, "axes": {"model.tie_reset_decay": [False, True]}}
    some = hs.sweep(content, out=tmp_path / "s")  # hetsyn_lif refuses a tied reset decay
    assert some.table()["status"] == ["finished", "failed"]
    assert "tie_reset_decay" in some.failed[0]["reason"]
    assert [row["model.tie_reset_decay"] for row in some.statistics()] == [False]
    half = hs.sweep(content, out=tmp_path / "half", shard=(0, 2))
    assert half.table()["status"] == ["finished", "missing"]


def test_an_interrupt_ends_a_sweep_in_good_order(tmp_path: Path) -> None:
    content = CONTENT | {"set": SMALL | {"train.iterations": 1_000_000, "train.iterations_per_epoch": 100}}

    def interrupt() -> None:
        while not list(tmp_path.glob("s/models/*/checkpoints/last.h5")):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        hs.sweep(content, out=tmp_path / "s", jobs=2)
    thread.join()
    stopped = hs.Sweep(tmp_path / "s")
    assert set(stopped.table()["status"]) == {"missing"}
    assert {run.parent.name for run in tmp_path.glob("s/models/*/summary.json")}
    models = [hs.Run(file.parent).summary["status"] for file in tmp_path.glob("s/models/*/summary.json")]
    assert set(models) == {"interrupted"}


def test_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(hs.UsageError, match=r'unknown key train\.bacth; did you mean "batch"'):
        hs.sweep(CONTENT, out=tmp_path / "s", set={"train.bacth": 3})
    with pytest.raises(hs.UsageError, match="out: expected a directory"):
        hs.sweep(CONTENT)
    with pytest.raises(hs.UsageError, match=r"no\.toml"):
        hs.sweep(tmp_path / "no.toml")
    with pytest.raises(hs.UsageError, match="is not a sweep directory"):
        hs.Sweep(tmp_path)
    with pytest.raises(hs.UsageError, match="--seeds 7-9: the sweep has no models"):
        hs.sweep(CONTENT, out=tmp_path / "s", seeds=(7, 9))
    with pytest.raises(hs.UsageError, match="expected a bool, a number"):
        hs.sweep(CONTENT | {"set": {"train.batch": object()}}, out=tmp_path / "s")
    with pytest.raises(hs.UsageError, match="--jobs"):
        hs.sweep(CONTENT, out=tmp_path / "s", jobs=0)
