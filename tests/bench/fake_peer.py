"""A peer for tests of bench --against: passes of 8 samples are the fastest. Fails if PEER_FAILS is its neuron."""

import os
import sys
import time

from common import measure, parsed, parser

OPTIONS = parsed(parser("A fake."))


def step(size: int) -> float:
    time.sleep(0.001 if size == 8 else 0.02)
    return 1.0


if os.environ.get("PEER_FAILS") == OPTIONS.neuron:
    sys.exit("the fake fails")
shape = (OPTIONS.inputs, *OPTIONS.hidden, OPTIONS.outputs, OPTIONS.steps, OPTIONS.batch, OPTIONS.density)
measure(step, OPTIONS, "fake 1.0", f"{OPTIONS.neuron} {shape}")
