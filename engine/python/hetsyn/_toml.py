"""Values of Python in TOML, which the standard library only reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from hetsyn import _engine


def value_text(value: Any) -> str:
    """A bool, a number (also of NumPy), a str, a path, or a list or mapping of these on one line."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {value_text(of)}" for key, of in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(value_text(each) for each in value) + "]"
    raise _engine.UsageError(f"{value!r}; expected a bool, a number, a str, a path, or a list or dict of these")
