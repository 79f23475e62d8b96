"""A task in Python, for test_task.py and the plugin that it makes."""

import hetsyn as hs
import numpy as np


class LouderSide(hs.Task):
    """Which half of the channels fires at the higher rate?"""

    keys = {  # noqa: RUF012
        "high_hz": hs.Key(60.0, "Rate of the louder half", unit="Hz", minimum=0.0, maximum=1000.0),
        "low_hz": hs.Key(10.0, "Rate of the quieter half", unit="Hz", minimum=0.0, maximum=1000.0),
    }

    def open(self, options):
        self.high_hz, self.low_hz = options["high_hz"], options["low_hz"]
        if self.high_hz <= self.low_hz:
            raise hs.BadKey("high_hz", f"must be above low_hz = {self.low_hz}, or no side is louder")

    def info(self):
        splits = {"train": 256, "validation": 64, "test": 64}
        return hs.TaskInfo(
            inputs=20, outputs=2, steps=50, splits=splits, drawn=True, metrics=[hs.Metric("margin", "mV")]
        )

    def fill(self, request):
        y = request.random.integers(0, 2, request.size)
        rate_hz = np.where(np.arange(20) // 10 == y[:, None], self.high_hz, self.low_hz)
        return request.random.random((request.size, request.steps, 20)) < rate_hz[:, None] / 1000.0, y

    def measure(self, readout, y):
        total = readout.sum(axis=1)
        return {"margin": np.abs(total[:, 0] - total[:, 1])}

    def plots(self, readout, y):
        margin = readout[:, :, 0] - readout[:, :, 1]
        return [hs.Curve("margin", f"side {y[b]}", np.arange(50), margin[b], y_label="mV") for b in range(len(y))]
