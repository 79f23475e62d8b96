"""TensorBoard, Weights & Biases and MLflow, as `hetsyn.track` writes to them."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hetsyn import _engine
from hetsyn._optional import needed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hetsyn.run import Run


class Tracker(Protocol):
    """Where a run is shown. Steps are those of the optimizer."""

    def has_scalars(self, step: int) -> bool:
        """Whether it has the scalars of a step."""

    def has_histograms(self, step: int) -> bool:
        """Whether it has the histograms of a step."""

    def scalars(self, step: int, values: dict[str, float]) -> None:
        """Writes values by name."""

    def histograms(self, step: int, arrays: dict[str, NDArray[Any]]) -> None:
        """Writes the distributions of arrays by name."""

    def close(self, status: str) -> None:
        """After the last write; `status` as in summary.json."""


def _identity(run: Run) -> str:
    """Tells runs apart: their place."""
    return hashlib.sha256(str(run.path.resolve()).encode()).hexdigest()[:16]


class TensorBoard:
    """Event files in a directory; what they hold already is read from them."""

    def __init__(self, run: Run, directory: str | os.PathLike[str]) -> None:
        writer = needed("tensorboard.summary.writer.event_file_writer", "hetsyn.track")
        self._scalar = needed("tensorboard.plugins.scalar.summary_v2", "hetsyn.track").scalar_pb
        self._histogram = needed("tensorboard.plugins.histogram.summary_v2", "hetsyn.track").histogram_pb
        text = needed("tensorboard.plugins.text.summary_v2", "hetsyn.track").text_pb
        self._event = needed("tensorboard.compat.proto.event_pb2", "hetsyn.track").Event
        self._scalar_steps: set[int] = set()
        self._histogram_steps: set[int] = set()
        place, found = str(run.path.resolve()), self._read(Path(directory))
        if found not in (None, place):
            raise _engine.UsageError(f"{directory}: has the events of {found}; expected a directory of their own")
        self._writer = writer.EventFileWriter(os.fspath(directory))
        if found is None:
            self._write(0, [text("run", place)])
            config = (run.path / "config.toml").read_text(encoding="utf-8")
            self._write(0, [text("config", "    " + config.replace("\n", "\n    "))])  # Markdown: as it is

    def has_scalars(self, step: int) -> bool:
        return step in self._scalar_steps

    def has_histograms(self, step: int) -> bool:
        return step in self._histogram_steps

    def scalars(self, step: int, values: dict[str, float]) -> None:
        self._write(step, [self._scalar(name, value) for name, value in values.items()])
        self._scalar_steps.add(step)

    def histograms(self, step: int, arrays: dict[str, NDArray[Any]]) -> None:
        self._write(step, [self._histogram(name, values) for name, values in arrays.items()])
        self._histogram_steps.add(step)

    def close(self, status: str) -> None:
        self._writer.close()

    def _write(self, step: int, summaries: list[Any]) -> None:
        """One event, so that a step is written as a whole or not at all."""
        event = self._event(step=step, wall_time=time.time())
        for summary in summaries:
            event.summary.MergeFrom(summary)
        self._writer.add_event(event)
        self._writer.flush()

    def _read(self, directory: Path) -> str | None:
        """Which steps are there; returns of which run, None where there is nothing."""
        loader = needed("tensorboard.backend.event_processing.event_file_loader", "hetsyn.track").EventFileLoader
        run = None
        for file in sorted(directory.glob("events.out.tfevents.*")):
            for event in loader(str(file)).Load():
                for value in event.summary.value:
                    if value.tag == "run":
                        run = value.tensor.string_val[0].decode()
                    is_histogram = value.tag.startswith(("w/", "tau_ms/"))
                    (self._histogram_steps if is_histogram else self._scalar_steps).add(event.step)
        return run


class Wandb:
    """A run of Weights & Biases, which is continued where it exists. `WANDB_MODE=offline` writes to wandb/ alone."""

    def __init__(self, run: Run, project: str) -> None:
        self._wandb = needed("wandb", "hetsyn.track")
        self._run = self._wandb.init(
            project=project, id=_identity(run), name=run.path.name, config=run.config, resume="allow"
        )
        self._first = int(self._run.starting_step)  # 0, or the one after the last step of a run that is continued

    def has_scalars(self, step: int) -> bool:
        return step < self._first

    def has_histograms(self, step: int) -> bool:
        return step < self._first

    def scalars(self, step: int, values: dict[str, float]) -> None:
        self._run.log(values, step=step)

    def histograms(self, step: int, arrays: dict[str, NDArray[Any]]) -> None:
        self._run.log({name: self._wandb.Histogram(values) for name, values in arrays.items()}, step=step)

    def close(self, status: str) -> None:
        self._run.finish()


class MLflow:
    """A run of MLflow, at the place that MLFLOW_TRACKING_URI names; it is continued where it exists. As MLflow has no
    histograms, they are artifacts: histograms/step-N.json with edges and counts.
    """

    def __init__(self, run: Run, experiment: str) -> None:
        self._entities = needed("mlflow.entities", "hetsyn.track")
        self._client = needed("mlflow.tracking", "hetsyn.track").MlflowClient()
        known = self._client.get_experiment_by_name(experiment)
        place = self._client.create_experiment(experiment) if known is None else known.experiment_id
        runs = self._client.search_runs([place], f"tags.`hetsyn.run` = '{_identity(run)}'")
        if runs:
            self._id = runs[0].info.run_id
            self._client.set_terminated(self._id, "RUNNING")
        else:
            tags = {"hetsyn.run": _identity(run), "hetsyn.path": str(run.path.resolve())}
            self._id = self._client.create_run(place, tags=tags, run_name=run.path.name).info.run_id
            for table, keys in run.config.items():
                for key, value in keys.items():
                    self._client.log_param(self._id, f"{table}.{key}", value)
        self._steps = {each.step for each in self._client.get_metric_history(self._id, "epoch")}
        self._histogram_steps: set[int] = set()  # writing them again changes nothing

    def has_scalars(self, step: int) -> bool:
        return step in self._steps

    def has_histograms(self, step: int) -> bool:
        return step in self._histogram_steps

    def scalars(self, step: int, values: dict[str, float]) -> None:
        now = int(1000 * time.time())
        metrics = [self._entities.Metric(name, value, now, step) for name, value in values.items()]
        self._client.log_batch(self._id, metrics)
        self._steps.add(step)

    def histograms(self, step: int, arrays: dict[str, NDArray[Any]]) -> None:
        content = {}
        for name, values in arrays.items():
            counts, edges = np.histogram(values, bins=30)
            content[name] = {"edges": edges.tolist(), "counts": counts.tolist()}
        self._client.log_dict(self._id, content, f"histograms/step-{step}.json")
        self._histogram_steps.add(step)

    def close(self, status: str) -> None:
        ends = {"running": "RUNNING", "finished": "FINISHED"}
        self._client.set_terminated(self._id, ends.get(status, "KILLED"))
