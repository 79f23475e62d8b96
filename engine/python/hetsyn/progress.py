"""Where the progress of a training is shown: a notebook, a terminal, or a file."""

from __future__ import annotations

import html
import shutil
import sys
import time
from typing import Any, Protocol


class Display(Protocol):
    """What shows progress."""

    def step(self, done: int, total: int, text: str) -> None:
        """`done` of `total` steps."""

    def epoch(self, text: str) -> None:
        """The end of an epoch."""

    def end(self) -> None:
        """The end of the training."""


def display_for(stream: Any) -> Display:
    """Of a stream; where it is None, of the notebook, or of standard error."""
    if stream is None and _in_notebook():
        return Notebook()
    stream = sys.stderr if stream is None else stream
    is_terminal = getattr(stream, "isatty", lambda: False)()
    return Terminal(stream) if is_terminal else Lines(stream)


def _in_notebook() -> bool:
    """Whether this is a kernel of IPython, which can change what it has displayed."""
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


class _Paced:
    """Lets through ten steps a second, and the last one."""

    def __init__(self) -> None:
        self._shown = 0.0

    def due(self, done: int, total: int) -> bool:
        if time.monotonic() - self._shown < 0.1 and done < total:
            return False
        self._shown = time.monotonic()
        return True


class Terminal:
    """A line that is written over and over."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._pace, self._open = stream, _Paced(), False

    def step(self, done: int, total: int, text: str) -> None:
        if not self._pace.due(done, total):
            return
        filled = 20 * done // max(total, 1)
        width = shutil.get_terminal_size().columns - 1  # a full line would wrap
        line = f"{'█' * filled}{'░' * (20 - filled)} {text}"[:width]
        self._stream.write("\r" + line.ljust(width))
        self._stream.flush()
        self._open = True

    def epoch(self, text: str) -> None:
        pass

    def end(self) -> None:
        if self._open:
            self._stream.write("\n")
            self._stream.flush()
        self._open = False


class Lines:
    """A line for each epoch: what a file or a pipe can keep."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def step(self, done: int, total: int, text: str) -> None:
        pass

    def epoch(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()

    def end(self) -> None:
        pass


class Notebook:
    """A bar under the cell, which is changed in place."""

    def __init__(self) -> None:
        self._pace, self._handle = _Paced(), None
        self._done, self._total = 0, 1

    def step(self, done: int, total: int, text: str) -> None:
        self._done, self._total = done, total
        if self._pace.due(done, total):
            self._show(text)

    def epoch(self, text: str) -> None:
        self._show(text)

    def end(self) -> None:
        pass

    def _show(self, text: str) -> None:
        from IPython.display import display

        bar = f'<progress value="{self._done}" max="{self._total}" style="width: 16em"></progress>'
        content = {"text/plain": text, "text/html": f"{bar} <code>{html.escape(text)}</code>"}
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)
