"""Sweeps: many configurations, trained and evaluated by the program `engine`."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hetsyn import _engine, _program
from hetsyn._optional import needed
from hetsyn._toml import value_text
from hetsyn.progress import display_for
from hetsyn.run import Run


class Sweep:
    """The directory of a sweep, as far as it has come; each access reads it anew."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        if not (self.path / "sweep.toml").is_file():
            raise _engine.UsageError(f"{self.path}: is not a sweep directory (it has no sweep.toml)")

    def __repr__(self) -> str:
        return f"Sweep({str(self.path)!r})"

    @property
    def points(self) -> list[dict[str, Any]]:
        """All points in the order of the plan: ``settings`` by key, ``status`` ("finished", "failed" or "missing"),
        ``model`` (see `run`), ``seed``, ``metrics``, and the other facts of points/*.json; of failed ones ``reason``.
        """
        return [self._point(planned) for planned in self._json("plan.json")["points"]]

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The points that failed, with their ``reason``; ``retry_failed`` of `sweep` tries them again."""
        return [point for point in self.points if point["status"] == "failed"]

    def run(self, model: str) -> Run:
        """The run of a point's ``model``."""
        return Run(self.path / "models" / model)

    def table(self) -> dict[str, list[Any]]:
        """`points` as columns: the keys that vary, ``status``, and the metrics; None where a point has none."""
        points = self.points
        settings = dict.fromkeys(key for point in points for key in point["settings"])
        metrics = dict.fromkeys(name for point in points for name in point["metrics"])
        columns = {key: [point["settings"].get(key) for point in points] for key in settings}
        columns["status"] = [point["status"] for point in points]
        return columns | {name: [point["metrics"].get(name) for point in points] for name in metrics}

    def to_pandas(self) -> Any:
        """`table` as a data frame: a row for each point."""
        return needed("pandas", "to_pandas").DataFrame(self.table())

    def report(self) -> dict[str, Any]:
        """What ``engine report --json`` prints: for each condition mean, standard deviation and interval over the
        training seeds, paired differences of models, and what is missing.
        """
        return dict(json.loads(_program.output_of("report", str(self.path), "--json")))

    def statistics(self, metric: str | None = None) -> list[dict[str, Any]]:
        """A row for each condition: its settings, and ``n``, ``mean``, ``sd``, ``low95``, ``high95`` of a metric over
        the training seeds; by default of the task's first metric. Conditions without finished points have no row.
        """
        rows = []
        for condition in (each for each in self.report()["conditions"] if each["metrics"]):
            name = metric or condition["metric"]
            if name not in condition["metrics"]:
                known = ", ".join(condition["metrics"])
                raise _engine.UsageError(f"{self.path}: no metric {name!r}; there are {known}")
            of = condition["metrics"][name]
            rows.append({**condition["settings"], **{key: of[key] for key in ("n", "mean", "sd", "low95", "high95")}})
        return rows

    def ranking(self) -> list[dict[str, Any]]:
        """The settings that were trained, best first: ``settings`` (without seeds and tests), ``mean`` of the selection
        metric on the validation split at the best epoch of each run, and ``n``, the number of finished runs, which
        differ in their seeds. Settings without a finished run have no row. Raises UsageError where the test set
        selected the epochs, since a choice among the rows would be made on it too.
        """
        values: dict[str, list[float]] = {}
        higher_is_better = True
        for model, settings in self._finished_models().items():
            summary = self.run(model).summary
            selection = summary["selection"]
            if selection["split"] != "validation":
                what = f"{self.path}: the test set selected the epochs of model {model}"
                raise _engine.UsageError(f'{what}; expected train.protocol = "held_out"')
            higher_is_better = selection.get("higher_is_better", True)
            metric = summary["metrics"]["validation"][selection["metric"]]
            values.setdefault(json.dumps(settings), []).append(metric["best_validation"])
        rows = [
            {"settings": json.loads(settings), "mean": sum(of) / len(of), "n": len(of)}
            for settings, of in values.items()
        ]
        return sorted(rows, key=lambda row: row["mean"], reverse=higher_is_better)

    def _finished_models(self) -> dict[str, dict[str, Any]]:
        """The settings of each trained network without its seed and without those in which its points differ."""
        models: dict[str, dict[str, Any]] = {}
        for point in self.points:
            if point["status"] == "finished":
                first = models.setdefault(point["model"], point["settings"])
                models[point["model"]] = {
                    key: value
                    for key, value in first.items()
                    if key != "train.seed" and point["settings"].get(key) == value
                }
        return models

    def _point(self, planned: dict[str, Any]) -> dict[str, Any]:
        finished = self.path / "points" / f"{planned['hash']}.json"
        if finished.exists():
            return dict(json.loads(finished.read_text(encoding="utf-8")))
        for name in (planned["hash"], planned["model"]):  # its evaluation failed, or its training
            failed = self.path / "failed" / f"{name}.json"
            if failed.exists():
                reason = json.loads(failed.read_text(encoding="utf-8"))["reason"]
                return planned | {"status": "failed", "metrics": {}, "reason": reason}
        return planned | {"status": "missing", "metrics": {}}

    def _json(self, name: str) -> dict[str, Any]:
        return dict(json.loads((self.path / name).read_text(encoding="utf-8")))


def sweep(
    sweep: str | os.PathLike[str] | Mapping[str, Any],
    *,
    out: str | os.PathLike[str] | None = None,
    jobs: int = 1,
    set: Mapping[str, Any] | None = None,
    seeds: tuple[int, int] | None = None,
    shard: tuple[int, int] | None = None,
    threads: int | None = None,
    device: str | None = None,
    retry_failed: bool = False,
    progress: bool = False,
) -> Sweep:
    """Trains and evaluates all points of a sweep as ``engine sweep`` does, and by that program; the same call continues
    it after an interruption.

    `sweep`: a file (docs/sweeps.md), the directory of a sweep to continue, or the content of a file as a dict
    (``{"base": "configs/dms.toml", "axes": {"train.seed": [0, 1, 2]}}``), whose paths are relative to the working
    directory. `out`: the directory; by default runs/<name of the file>. `jobs` networks are trained at once, each in a
    process with `threads` threads. `set`: keys that are the same for all points. `seeds=(first, last)` computes only
    these, `shard=(i, n)` every n-th network. The program's lines go to the logger "hetsyn"; `progress` shows how many
    networks are done, as `Progress` does for a training. Points that fail are recorded and raise nothing. Raises
    UsageError where the sweep itself is wrong.
    """
    arguments = [f"--jobs={jobs}"]
    arguments += [f"--set={key}={value_text(value)}" for key, value in (set or {}).items()]
    arguments += [f"--seeds={seeds[0]}-{seeds[1]}"] if seeds is not None else []
    arguments += [f"--shard={shard[0]}/{shard[1]}"] if shard is not None else []
    arguments += [f"--threads={threads}"] if threads is not None else []
    arguments += [f"--device={device}"] if device is not None else []
    arguments += ["--retry-failed"] if retry_failed else []
    arguments += [f"--out={os.fspath(out)}"] if out is not None else []
    if isinstance(sweep, Mapping):
        if out is None:
            raise _engine.UsageError("out: expected a directory, as the sweep has no file to be named after")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "sweep.toml"
            file.write_text(_file_text(sweep), encoding="utf-8")
            _follow(str(file), arguments, progress)
        return Sweep(out)
    path = Path(sweep)
    _follow(str(path), arguments, progress)
    return Sweep(path if path.is_dir() else Path("runs") / path.stem if out is None else out)


def _follow(file: str, arguments: list[str], progress: bool) -> None:
    display = display_for(None) if progress else None

    def show(line: str) -> None:
        found = re.match(r"\[(\d+)/(\d+)\] ", line)  # a network is done
        if display is not None and found:
            display.step(int(found[1]), int(found[2]), line)
            display.epoch(line)

    try:
        _program.follow("sweep", file, *arguments, on_line=show)
    finally:
        if display is not None:
            display.end()


def _file_text(sweep: Mapping[str, Any]) -> str:
    values = dict(sweep)
    if isinstance(values.get("base"), (str, os.PathLike)):
        values["base"] = str(Path(values["base"]).absolute())
    return "".join(f"{key} = {value_text(value)}\n" for key, value in values.items())
