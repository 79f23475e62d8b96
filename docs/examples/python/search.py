"""Searches for the learning rate, the initial time constants and the width of a network with Optuna.

Each trial is a run under --out; trials whose validation accuracy falls behind are given up early, after a checkpoint.
Called again, the search goes on with more trials.

    python docs/examples/python/search.py configs/dms.toml --trials 20 --out runs/search
"""

import argparse
import tomllib
from pathlib import Path

import hetsyn as hs
import optuna
from optuna.storages.journal import JournalFileBackend


def settings(trial: optuna.Trial) -> dict[str, object]:
    """What this trial changes in the configuration."""
    return {
        "train.learning_rate": trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
        "model.tau_synapse_ms": {"lognormal": [trial.suggest_float("tau_ms", 5.0, 200.0, log=True), 0.5]},
        "model.hidden": [trial.suggest_int("hidden", 8, 128, log=True)],
    }


def train(study: optuna.Study, config: Path, out: Path, fixed: dict[str, object]) -> None:
    """Asks for a trial, trains it, and tells the study what came of it."""
    trial = study.ask()
    pruning = hs.OptunaPruning(trial, "validation", "accuracy")
    try:
        run = hs.train(config, set=settings(trial) | fixed, out=out / str(trial.number), callbacks=[pruning])
    except optuna.TrialPruned:
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    except hs.RunError as error:  # the training diverged
        print(f"trial {trial.number}: {error}")
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    else:
        study.tell(trial, float(run.metrics["validation"]["accuracy"].max()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/search"))
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the search")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a key that all trials have")
    options = parser.parse_args()
    fixed = {
        key: tomllib.loads(f"value = {value}")["value"] for key, value in (each.split("=", 1) for each in options.set)
    }

    options.out.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name="search",
        storage=optuna.storages.JournalStorage(JournalFileBackend(str(options.out / "study.log"))),
        load_if_exists=True,
        direction="maximize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=1),
    )
    # A search that goes on must not draw again what it began with.
    study.sampler = optuna.samplers.TPESampler(seed=options.seed + len(study.trials))
    for _ in range(options.trials):
        train(study, options.config, options.out, fixed)
    for trial in study.trials:
        print(f"trial {trial.number}: {trial.state.name.lower()}, {trial.value}, {trial.params}")
    print(f"best: trial {study.best_trial.number}, validation accuracy {study.best_value:.4f}, {study.best_params}")


if __name__ == "__main__":
    main()
