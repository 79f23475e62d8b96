"""Spiking networks in which every synapse has its own time constant.

>>> import hetsyn as hs
>>> run = hs.train("configs/dms.toml", set={"train.epochs": 5})
>>> run.metrics["test"]["accuracy"]

A run is what the program ``engine`` makes: the same files, bit for bit. A `Network` is one without a task: forward and
backward on arrays of your own. Everything that is refused is an exception whose text is one sentence.
"""

import importlib
from typing import Any

from hetsyn._engine import ConfigError, DataError, Error, PluginError, RunError, UsageError, version
from hetsyn.callbacks import Callback, EarlyStop, OptunaPruning, Progress, StopTraining
from hetsyn.checks import Finding, TaskCheck, check_task
from hetsyn.context import set_threads
from hetsyn.events import Events
from hetsyn.network import Network, load
from hetsyn.parameters import save_parameters
from hetsyn.run import Run, evaluate, train
from hetsyn.sweeps import Sweep, sweep
from hetsyn.task import BadKey, Curve, Key, Loss, Metric, Task, TaskInfo

__version__ = version

__all__ = [
    "BadKey",
    "Callback",
    "ConfigError",
    "Curve",
    "DataError",
    "EarlyStop",
    "Error",
    "Events",
    "Finding",
    "Key",
    "Loss",
    "Metric",
    "Network",
    "OptunaPruning",
    "PluginError",
    "Progress",
    "Run",
    "RunError",
    "StopTraining",
    "Sweep",
    "Task",
    "TaskCheck",
    "TaskInfo",
    "UsageError",
    "__version__",
    "check_task",
    "evaluate",
    "load",
    "save_parameters",
    "set_threads",
    "sweep",
    "train",
]

_OPTIONAL = {"HetSynClassifier": "hetsyn.sklearn"}  # names by the module that imports what they need
_MODULES = ("nir", "torch")  # modules that are imported when they are used


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"hetsyn.{name}")
    if name in _OPTIONAL:
        return getattr(importlib.import_module(_OPTIONAL[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
