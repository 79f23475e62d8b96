"""What the author of a task wants to see first: `check_task`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hetsyn import _engine
from hetsyn.context import new_context
from hetsyn.run import table_for, values_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from hetsyn.task import Task


@dataclass(frozen=True)
class Finding:
    """One finding of a check."""

    check: str  #: "fill", "repeat", "seed", …
    verdict: str  #: "passed", "not_applicable", "warning" or "broken"
    text: str  #: one sentence

    def __str__(self) -> str:
        return f"{self.verdict:<14} {self.check}: {self.text}"


@dataclass(frozen=True)
class TaskCheck:
    """What `check_task` found; `print` shows the findings."""

    task: str
    findings: Sequence[Finding]
    splits: Mapping[str, Mapping[str, Any]]  #: numbers of each split: labels, rates, times, …

    @property
    def passed(self) -> bool:
        """Whether nothing breaks the contract; warnings are allowed."""
        return not any(each.verdict == "broken" for each in self.findings)

    def of(self, verdict: str) -> list[Finding]:
        """The findings with this verdict."""
        return [each for each in self.findings if each.verdict == verdict]

    def __str__(self) -> str:
        return "\n".join([self.task, *(str(each) for each in self.findings)])


def check_task(
    task: str | Task | type[Task],
    config: str | os.PathLike[str] | None = None,
    *,
    set: Mapping[str, Any] | None = None,
    samples: int = 200,
    seed: int | None = None,
    threads: int | None = None,
) -> TaskCheck:
    """Calls the functions of a task as the engine does, with at most `samples` samples of each split, as
    ``engine check`` does. What the task does wrong are findings; a task that cannot be opened raises, as in `train`.
    """
    values = values_of(set, task, {"train.seed": seed, "run.threads": threads})
    context = new_context()
    with table_for(task) as table:
        session = _engine.Session(context, None if config is None else Path(config), values, task=table)
        found = json.loads(session.check_task(context, samples))
    findings = [Finding(**each) for each in found["findings"]]
    return TaskCheck(found["task"], findings, found["splits"])
