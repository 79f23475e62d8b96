"""The program `engine`, which the package brings."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hetsyn import _engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PROGRAM = Path(__file__).parent / "bin" / "engine"
_INTERRUPTED, _USAGE = 130, 2  # exit codes
_logger = logging.getLogger("hetsyn")


def main() -> None:
    """The command `engine`: becomes the program."""
    os.execv(_PROGRAM, ["engine", *sys.argv[1:]])


def output_of(*arguments: str) -> str:
    """What the program prints with these arguments. What it refuses is raised."""
    done = subprocess.run([_PROGRAM, *arguments], capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode != 0:
        raise _exception(done.returncode, done.stderr.splitlines())
    return done.stdout


def follow(*arguments: str, on_line: Callable[[str], None] | None = None) -> None:
    """Runs the program, logs its lines as they come, and gives them to `on_line`. Ctrl-C lets it end in good order and
    is then raised. Raises also what the program refuses, but not that points of a sweep failed.
    """
    # In a process group of its own, for a terminal's Ctrl-C shall reach it once: from here.
    process = subprocess.Popen(
        [_PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        process_group=0,
    )
    assert process.stdout is not None
    lines, interrupt = [], None
    with process:
        while True:
            try:
                for line in process.stdout:
                    lines.append(line.rstrip("\n"))
                    _log(lines[-1])
                    if on_line is not None:
                        on_line(lines[-1])
                process.wait()
                break
            except KeyboardInterrupt as error:  # a second one stops the program at once
                interrupt = error
                process.send_signal(signal.SIGINT)
    if interrupt is not None:
        raise interrupt
    if process.returncode != 0 and (process.returncode != 1 or _error_in(lines)):
        raise _exception(process.returncode, lines)


def _log(line: str) -> None:
    level, text = logging.INFO, line
    for name, of in (("warning: ", logging.WARNING), ("error: ", logging.ERROR)):
        if line.startswith(name):
            level, text = of, line.removeprefix(name)
    if text:
        _logger.log(level, text)


def _error_in(lines: Iterable[str]) -> str | None:
    return next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), None)


def _exception(code: int, lines: list[str]) -> Exception:
    if code == _INTERRUPTED:
        return _engine.RunError("the program was interrupted by a signal; the same call continues its work")
    text = _error_in(lines) or f"the program ended with exit code {code}: {lines[-1] if lines else 'it said nothing'}"
    return _engine.UsageError(text) if code == _USAGE else _engine.RunError(text)
