"""The command `engine`, which the package brings."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the program."""
    program = Path(__file__).parent / "bin" / "engine"
    os.execv(program, ["engine", *sys.argv[1:]])
