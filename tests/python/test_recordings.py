"""Recordings of single samples: as the evaluation, as the trained network, as the file."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import h5py
import hetsyn as hs
import numpy as np
import pytest
from louder import LouderSide
from small import ENGINE, SMALL_RUN

DAMAGE = {"perturb.deletion": 0.3, "perturb.seed": 4}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> hs.Run:
    return hs.train(task="dms", set=SMALL_RUN | {"run.threads": 1}, out=tmp_path_factory.mktemp("runs") / "run")


def test_decisions_are_those_of_the_evaluation(run: hs.Run) -> None:
    recorded = run.record(range(16), set=DAMAGE)
    report = run.evaluate(set=DAMAGE)
    confusion = np.zeros((2, 2), dtype=int)
    for each in recorded:
        confusion[each.label, each.decision] += 1
    assert confusion.tolist() == report["confusion"]
    assert recorded[0].facts["damage"] == "perturb.deletion = 0.3, perturb.seed = 4"
    assert all(each.logits.argmax() == each.decision for each in recorded if each.logits is not None)


def test_a_recording_is_a_pass_of_the_trained_network(run: hs.Run) -> None:
    first = run.record(3, split="validation", checkpoint="last")[0]
    assert first.events is not None
    x = np.zeros((1, first.facts["steps"], first.facts["inputs"]), dtype=bool)
    x[0, first.events.steps, first.events.units] = True
    net = run.network("last")
    done = net.infer(x)
    hidden = first.populations["hidden1"]
    assert (done.readout()[0] == first.readout).all()
    assert (done.spikes("hidden1")[0] == hidden.raster).all()
    assert ((hidden.potential > hidden.threshold) == hidden.raster).all()
    assert first.time_ms[-1] == (first.facts["steps"] - 1) * run.config["model"]["dt_ms"]
    assert first.target is None
    assert first.analog is None


def test_the_file_has_what_is_recorded(run: hs.Run, tmp_path: Path) -> None:
    run.export(tmp_path / "act.h5", [5, 2], set=DAMAGE)
    subprocess.run(
        [ENGINE, "eval", run.path, "--quiet", "--export", tmp_path / "program.h5", "--samples", "2,5"]
        + [f"--set={key}={value}" for key, value in DAMAGE.items()],
        check=True,
    )
    recorded = run.record([5, 2], set=DAMAGE)
    for name in ("act.h5", "program.h5"):
        with h5py.File(tmp_path / name) as file:
            facts = recorded[0].facts
            for key in ("checkpoint", "epoch", "step", "task", "data", "split", "seed", "damage", "dt_ms", "steps"):
                assert file.attrs[key] == facts[key], key
            assert sorted(file["sample"][:]) == [2, 5]
            assert file["config"].asstr()[0] == facts["config"]
            for each in recorded:
                group = file[f"recordings/{each.sample}"]
                at = list(file["sample"][:]).index(each.sample)
                assert file["decision"][at] == each.decision
                assert file["label"][at] == each.label
                assert file["index"][at] == each.index
                assert (group["logits"][:] == each.logits).all()
                assert (group["readout"][:] == each.readout).all()
                assert each.events is not None
                assert (group["input_step"][:] == each.events.steps).all()
                assert (group["input_channel"][:] == each.events.units).all()
                hidden = group["populations/hidden1"]
                assert hidden.attrs["threshold"] == each.populations["hidden1"].threshold
                assert (hidden["potential"][:] == each.populations["hidden1"].potential).all()
                assert (hidden["spike_step"][:] == each.populations["hidden1"].spikes.steps).all()
                assert (hidden["spike_neuron"][:] == each.populations["hidden1"].spikes.units).all()


def test_the_documented_examples_read_the_file(
    run: hs.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run.export(tmp_path / "act.h5")
    monkeypatch.chdir(tmp_path)
    page = (Path(os.environ["HETSYN_SOURCE"]) / "docs" / "activity.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(import.*?)```", page, re.DOTALL)
    assert len(examples) == 2
    names: dict[str, Any] = {}
    for example in examples:
        exec(example, names)
    assert names["rate_hz"].shape == (8,)
    assert capsys.readouterr().out.count("decision") == 10


def test_a_task_in_python_is_recorded(tmp_path: Path) -> None:
    small = {"train.epochs": 1, "model.hidden": [4], "run.threads": 1}
    run = hs.train(task=LouderSide, set=small, out=tmp_path / "run")
    recorded = run.record(task=LouderSide)
    assert [each.sample for each in recorded] == list(range(10))
    assert recorded[0].class_name(recorded[0].label) == str(recorded[0].label)


@pytest.mark.parametrize("samples", [[], -1, [0, -3], "3", [0.5], range(10**7), 2**70])
def test_what_names_no_samples_is_refused(run: hs.Run, samples: Any) -> None:
    with pytest.raises(hs.UsageError, match="expected places in the set"):
        run.record(samples)


def test_other_mistakes_are_sentences(run: hs.Run, tmp_path: Path) -> None:
    with pytest.raises(hs.UsageError, match="sample 16: the test set has 16 samples; expected 0 to 15"):
        run.record([3, 16])
    with pytest.raises(hs.UsageError, match="sample 3: is given twice"):
        run.record([3, 3])
    with pytest.raises(hs.ConfigError, match="--split weekend"):
        run.record(split="weekend")
    run.export(tmp_path / "act.h5", 0)
    with pytest.raises(hs.UsageError, match="exists already"):
        run.export(tmp_path / "act.h5", 0)
    run.export(tmp_path / "act.h5", 1, replace=True)
    with pytest.raises(hs.UsageError, match="is a folder"):
        run.export(tmp_path, 0)
