"""Packages that only parts of this one need."""

from __future__ import annotations

import importlib
from typing import Any


def needed(module: str, by: str) -> Any:
    """The module, or ImportError with one sentence: who needs it, and how to get the package that has it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = module.split(".")[0]
        raise ImportError(f"{by} needs the package {name}: pip install {name} ({error})") from error
