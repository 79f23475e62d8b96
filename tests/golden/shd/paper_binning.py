#!/usr/bin/env python3
"""Writes ../data/shd/paper_binning.txt: what NumPy makes of the published preprocessing on times in half precision.

  paper_binning.py           write
  paper_binning.py --check   compute again and compare

A line for each width of a bin: the width in ms, then for each bin the last pattern of half precision (0x0000 is 0 s,
0x4000 is 2 s; patterns of positive numbers ascend with them) that it holds. An empty bin repeats the one before.
"""
import pathlib
import sys

try:
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}", file=sys.stderr)
    sys.exit(77)

FILE = pathlib.Path(__file__).parent.parent / "data" / "shd" / "paper_binning.txt"
WIDTHS_S = [4e-3, 1e-3, 1e-2, 14e-3]


def last_patterns(dt):
    """The loop of the published `binary_image_readout`, over all times from 0 to 2 s."""
    patterns = np.arange(0x4001, dtype=np.uint16)
    times = patterns.view(np.float16)
    last = []
    for i in range(int(1 / dt)):
        idxs = np.argwhere(times <= i * dt).flatten()
        last.append(int(patterns[idxs[-1]]) if len(idxs) else last[-1])
        times, patterns = np.delete(times, idxs), np.delete(patterns, idxs)
    return last


text = "".join(" ".join(map(str, [f"{dt * 1000:g}"] + last_patterns(dt))) + "\n" for dt in WIDTHS_S)
if sys.argv[1:] == ["--check"]:
    sys.exit(0 if FILE.read_text() == text else f"{FILE} is not what NumPy {np.__version__} computes")
FILE.write_text(text)
