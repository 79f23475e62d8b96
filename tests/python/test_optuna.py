"""Pruning of trials of Optuna."""

import os
import subprocess
import sys
from pathlib import Path

import hetsyn as hs
import numpy as np
import pytest

optuna = pytest.importorskip("optuna", reason="Optuna")
optuna.logging.set_verbosity(optuna.logging.WARNING)

SMALL = {
    "model.hidden": [8],
    "train.iterations": 24,
    "train.iterations_per_epoch": 6,
    "train.batch": 4,
    "train.evaluation_samples": 16,
}


class PruneAt(optuna.pruners.BasePruner):
    """Gives up every trial at an epoch."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def prune(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> bool:
        return trial.last_step == self.epoch


def test_a_pruned_training_ends_with_a_checkpoint(tmp_path: Path) -> None:
    def objective(trial: optuna.Trial) -> float:
        values = SMALL | {"train.learning_rate": trial.suggest_float("learning_rate", 1e-4, 1e-2, log=True)}
        pruning = hs.OptunaPruning(trial, "test", "accuracy")
        run = hs.train(task="dms", set=values, out=tmp_path / f"{trial.number}", callbacks=[pruning])
        return float(run.metrics["test"]["accuracy"][-1])

    for epoch, state, last in ((2, "PRUNED", 2), (9, "COMPLETE", 4)):
        study = optuna.create_study(direction="maximize", pruner=PruneAt(epoch))
        study.optimize(objective, n_trials=1)
        trial = study.trials[0]
        assert trial.state.name == state
        run = hs.Run(tmp_path / "0")
        assert trial.intermediate_values == dict(zip(run.epochs, run.metrics["test"]["accuracy"], strict=True))
        assert list(run.epochs)[-1] == last
        assert run.network("last").infer(np.zeros((1, 5, 30), bool)).readout().shape == (1, 5, 2)
        assert run.summary["status"] == ("interrupted" if state == "PRUNED" else "finished")
        (tmp_path / "0").rename(tmp_path / state)


def test_pruning_in_fit() -> None:
    x, y = np.random.default_rng(0).random((40, 10, 6)) < 0.3, np.arange(40) % 2
    study = optuna.create_study(pruner=PruneAt(1))
    net = hs.Network([6, 5, 2])
    with pytest.raises(optuna.TrialPruned, match="pruned after epoch 1 with validation loss"):
        net.fit(x, y, epochs=5, callbacks=[hs.OptunaPruning(study.ask(), "validation", "loss")])


def test_what_is_wrong_is_one_sentence() -> None:
    x, y = np.zeros((40, 10, 6), bool), np.arange(40) % 2
    trial = optuna.create_study().ask()
    with pytest.raises(hs.UsageError, match="no metric 'acuracy' of validation; there are"):
        hs.Network([6, 5, 2]).fit(x, y, callbacks=[hs.OptunaPruning(trial, "validation", "acuracy")])
    with pytest.raises(hs.UsageError, match="split 'valid'; expected train, validation or test"):
        hs.OptunaPruning(trial, "valid")


def test_the_example_searches_and_goes_on(tmp_path: Path) -> None:
    source = Path(os.environ["HETSYN_SOURCE"])
    fixed = [f"--set={key}={value}" for key, value in SMALL.items() if key != "model.hidden"]
    command = [sys.executable, source / "docs/examples/python/search.py", source / "configs/dms.toml", "--trials=3"]
    for count in (3, 6):
        done = subprocess.run([*command, "--out", tmp_path, *fixed], check=True, capture_output=True, text=True)
        journal = optuna.storages.journal.JournalFileBackend(str(tmp_path / "study.log"))
        study = optuna.load_study(study_name="search", storage=optuna.storages.JournalStorage(journal))
        assert len(study.trials) == count
        assert f"best: trial {study.best_trial.number}" in done.stdout
    assert len({trial.params["tau_ms"] for trial in study.trials}) == 6
    states = {trial.state.name for trial in study.trials}
    assert states == {"COMPLETE", "PRUNED"}
    for trial in study.trials:
        run = hs.Run(tmp_path / str(trial.number))
        assert run.config["model"]["hidden"] == [trial.params["hidden"]]
        assert run.summary["status"] == ("finished" if trial.state.name == "COMPLETE" else "interrupted")
