"""Shows a run in TensorBoard, Weights & Biases or MLflow: ``python -m hetsyn.track RUN --tensorboard DIR``.

The run's own files are the source: scalars come from metrics.jsonl, histograms of weights and time constants from its
snapshots and last checkpoint. A run that is still being trained is followed to its end. What a tracker has already is
not written again, so that following may be stopped and begun anew at any time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn.run import Parameters, Run
from hetsyn.trackers import MLflow, TensorBoard, Wandb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from hetsyn.trackers import Tracker


def track(run: Run, trackers: Sequence[Tracker], *, follow: bool = True, interval_s: float = 1.0) -> None:
    """Gives trackers what they lack of a run, until the run is over; without `follow`, what is there now."""
    while True:
        status = _status(run)  # before the files, so that an ended run has nothing left afterwards
        over = status != "running"
        scalars, checkpoints = dict(_scalars(run)), _checkpoints(run, over)
        for step in sorted(scalars.keys() | checkpoints.keys()):  # in order: wandb drops what comes late
            for tracker in trackers:
                if step in scalars and not tracker.has_scalars(step):
                    tracker.scalars(step, scalars[step])
                if step in checkpoints and not tracker.has_histograms(step):
                    tracker.histograms(step, _arrays(checkpoints[step]))
        if over or not follow:
            break
        time.sleep(interval_s)
    for tracker in trackers:
        tracker.close(status)


def _status(run: Run) -> str:
    """ "running" also where there is no summary yet."""
    file = run.path / "summary.json"
    return str(json.loads(file.read_text(encoding="utf-8"))["status"]) if file.exists() else "running"


def _scalars(run: Run) -> Iterator[tuple[int, dict[str, float]]]:
    """Of each epoch, its last step and its metrics ("test/accuracy"). A line that is not complete yet is left."""
    file = run.path / "metrics.jsonl"
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.endswith("\n"):
            return
        record = json.loads(line)
        values = {"epoch": record["epoch"], "learning_rate": record["learning_rate"]}
        for split in ("train", "validation", "test"):
            values |= {f"{split}/{name}": value for name, value in record.get(split, {}).items()}
        yield record["step"], {name: float(value) for name, value in values.items() if value is not None}


def _checkpoints(run: Run, over: bool) -> dict[int, Path]:
    """The snapshots by step; of a run that is over also its last checkpoint."""
    folder = run.path / "checkpoints"
    files = {int(file.stem.removeprefix("step-")): file for file in folder.glob("step-*.h5")}
    last = folder / "last.h5"
    if over and last.exists():
        files.setdefault(Parameters(last).step, last)
    return files


def _arrays(checkpoint: Path) -> dict[str, NDArray[Any]]:
    """Weights ("w/hidden1"), and finite time constants in ms ("tau_ms/hidden1")."""
    parameters = Parameters(checkpoint)
    out: dict[str, NDArray[Any]] = {}
    for name in parameters:
        population, kind = name.rsplit(".", 1)
        label = population + ("_rec" if kind.endswith("_rec") else "")
        if kind in ("r", "r_rec"):
            tau = parameters.tau_ms(name).ravel()
            out[f"tau_ms/{label}"] = tau[np.isfinite(tau)]
        elif kind in ("w", "w_rec"):
            out[f"w/{label}"] = parameters[name].ravel()
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m hetsyn.track", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("run", metavar="RUN", help="the directory of a run")
    parser.add_argument(
        "--tensorboard", metavar="DIR", help="write event files of TensorBoard to DIR, one for each run"
    )
    parser.add_argument("--wandb", metavar="PROJECT", nargs="?", const="hetsyn", help="log to Weights & Biases")
    parser.add_argument("--mlflow", metavar="EXPERIMENT", nargs="?", const="hetsyn", help="log to MLflow")
    parser.add_argument("--once", action="store_true", help="do not wait for more of a run that is not over")
    options = parser.parse_args(arguments)
    trackers: list[Tracker] = []
    try:
        run = Run(options.run)
        if options.tensorboard is not None:
            trackers.append(TensorBoard(run, options.tensorboard))
        if options.wandb is not None:
            trackers.append(Wandb(run, options.wandb))
        if options.mlflow is not None:
            trackers.append(MLflow(run, options.mlflow))
        if not trackers:
            raise _engine.UsageError("where to? expected --tensorboard DIR, --wandb or --mlflow")
        track(run, trackers, follow=not options.once)
    except KeyboardInterrupt:
        for tracker in trackers:
            tracker.close("running")
        return 130
    except (_engine.Error, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, _engine.UsageError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
