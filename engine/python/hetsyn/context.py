"""What runs and networks of this process share: the number of threads, and where messages go."""

from __future__ import annotations

import logging

from hetsyn import _engine

_logger = logging.getLogger("hetsyn")
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)  # in the engine's order

_threads = 0


def _log(level: int, message: str) -> None:
    _logger.log(_LEVELS[level], message)


def set_threads(threads: int) -> None:
    """Sets how many threads a run or network that is made from now on uses; 0: one for each core."""
    global _threads
    if threads < 0:
        raise _engine.UsageError(f"{threads} threads; expected 0 or more")
    _threads = threads


def new_context() -> _engine.Context:
    """A context of one run or network: what is stopped in it stops nothing else."""
    return _engine.Context(threads=_threads, log=_log)
