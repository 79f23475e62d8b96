"""The cost of a task in Python: whole trainings on the example in C, louder_side, and on the same task in Python.

    HETSYN_PLUGIN_PATH=~/my_tasks/build python tests/bench/python_task.py

The folder is that of docs/writing-a-task.md, "Build the example". Prints the minima of rounds that take turns.
"""

import tempfile
import time

import hetsyn as hs
import numpy as np

ROUNDS = 7
SETTINGS = {"train.epochs": 10, "train.evaluate_every": 10, "train.batch": 32, "model.hidden": [64], "run.threads": 2}


class InBlocks(hs.Task):
    """louder_side in Python, with the same sizes and rates."""

    def info(self):
        splits = {"train": 1600, "validation": 256, "test": 256}
        return hs.TaskInfo(inputs=20, outputs=2, steps=100, splits=splits, drawn=True, losses=["last_step"])

    def fill(self, request):
        y = request.random.integers(0, 2, request.size)
        rate_hz = np.where(np.arange(20) // 10 == y[:, None], 30.0, 10.0)
        return request.random.random((request.size, request.steps, 20)) < rate_hz[:, None] / 1000.0, y


class OneByOne(InBlocks):
    """The same, asked for single samples."""

    block = 1


def seconds(task, folder):
    start = time.perf_counter()
    hs.train(task=task, set=SETTINGS, out=folder)
    return time.perf_counter() - start


def main():
    tasks = {"C": "louder_side", "Python, blocks of 32": InBlocks, "Python, one by one": OneByOne}
    best = dict.fromkeys(tasks, np.inf)
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(ROUNDS):
            for name, task in tasks.items():
                best[name] = min(best[name], seconds(task, f"{folder}/{turn} {name}"))
    print("| task | training of 10 epochs (s) | against C |\n|---|---|---|")
    for name, value in best.items():
        print(f"| {name} | {value:.2f} | {value / best['C']:.2f} × |")


if __name__ == "__main__":
    main()
